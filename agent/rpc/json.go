package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"chipid/agent/answer"
)

// maxDepth bounds the nesting of a message; the deepest one that is wanted has 4.
const maxDepth = 16

var (
	errDepth     = errors.New("nested too deeply")
	errDuplicate = errors.New("a member stands twice")
	errTrailing  = errors.New("more than one value")
)

// parseJSON decodes exactly one JSON value: objects as map[string]any, numbers
// as json.Number. Unlike encoding/json it refuses doubled members, which two
// readers could take differently, and deep nesting.
func parseJSON(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	return v, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d, depth)
	case json.Delim('['):
		return parseArray(d, depth)
	}
	return token, nil
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("member name is %T", token)
		}
		if _, twice := object[name]; twice {
			return nil, errDuplicate
		}
		if object[name], err = parseValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

func parseArray(d *json.Decoder, depth int) (any, error) {
	array := []any{}
	for d.More() {
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	_, err := d.Token()
	return array, err
}

// encode writes v as JSON without HTML escapes.
func encode(v any) ([]byte, error) { return answer.Encode(v) }

// splice puts JSON that was made elsewhere between two pieces, in memory of its own
// and without a look at it: an encoder would keep a copy.
func splice(before []byte, name string, value []byte, after string) []byte {
	b := make([]byte, 0, len(before)+len(name)+len(value)+len(after))
	b = append(append(b, before...), name...)
	return append(append(b, value...), after...)
}
