package rpc

import (
	"encoding/hex"
	"encoding/json"

	"chipid/agent/counter"
	"chipid/cardlib/lds"
)

// evidenceJSON is the evidence in the result of card.read.
type evidenceJSON struct {
	// Format says what bundle is: "cbor" in base64, or the "json" object itself.
	Format string `json:"format"`
	Bundle any    `json:"bundle"`
}

// newWish makes the wish of validated params; nil if there is none.
func newWish(params map[string]any) *counter.Wish {
	asked, ok := params["evidence"].(map[string]any)
	if !ok {
		return nil
	}
	w := &counter.Wish{JSON: asked["format"] == "json"}
	text, _ := asked["nonce"].(string)
	w.Nonce, _ = hex.DecodeString(text) // what is no hex has no bytes, and is refused for that
	groups, _ := asked["groups"].([]any)
	for _, name := range groups {
		text, _ := name.(string)
		g, _ := lds.ByName(text)
		w.Groups = append(w.Groups, g)
	}
	return w
}

// evidenceOf encodes what the result has of evidence; nil if none was asked for.
func evidenceOf(r *counter.Result) (json.RawMessage, error) {
	switch {
	case r.Wish == nil:
		return nil, nil
	case r.Evidence == nil:
		return json.RawMessage("null"), nil
	case r.Wish.JSON:
		b, err := r.Evidence.JSON()
		if err != nil {
			return nil, err
		}
		defer clear(b)
		return json.Marshal(evidenceJSON{"json", json.RawMessage(b)})
	}
	b, err := r.Evidence.CBOR()
	if err != nil {
		return nil, err
	}
	defer clear(b)
	return json.Marshal(evidenceJSON{"cbor", b})
}
