package rpc

import (
	"encoding/hex"

	"chipid/agent/counter"
	"chipid/cardlib/lds"
)

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
