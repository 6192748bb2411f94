package answer

import (
	"bytes"
	"encoding/json"

	"chipid/cardlib/evidence"
)

// Whole is the result of card.read and card.resume: the answer, and what was said
// of the request.
type Whole struct {
	Answer
	// Withheld are fields that were asked for and not granted.
	Withheld []string `json:"withheld,omitempty"`
	// Evidence is there if it was asked for; null if the chip gave too little.
	Evidence json.RawMessage `json:"evidence,omitempty"`
}

// Bundle is the evidence in a Whole.
type Bundle struct {
	// Format says what bundle is: "cbor" in base64, or the "json" object itself.
	Format string `json:"format"`
	Bundle any    `json:"bundle"`
}

// NewBundle encodes evidence; null for none.
func NewBundle(b *evidence.Bundle, asJSON bool) (json.RawMessage, error) {
	switch {
	case b == nil:
		return json.RawMessage("null"), nil
	case asJSON:
		object, err := b.JSON()
		if err != nil {
			return nil, err
		}
		return json.Marshal(Bundle{"json", json.RawMessage(object)})
	}
	data, err := b.CBOR()
	if err != nil {
		return nil, err
	}
	return json.Marshal(Bundle{"cbor", data})
}

// Encode writes v as JSON without HTML escapes.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
