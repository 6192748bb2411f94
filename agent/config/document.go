package config

import (
	"encoding/json"
	"fmt"
	"strings"
)

//go:generate go test -run TestDocuments -update

// Schema returns the JSON Schema (2020-12) of the configuration, for editors.
func Schema() ([]byte, error) {
	root := object()
	for _, k := range keys {
		at := root
		parts := strings.Split(k.Name, ".")
		for _, part := range parts[:len(parts)-1] {
			inner, ok := at["properties"].(map[string]any)[part].(map[string]any)
			if !ok {
				inner = object()
				at["properties"].(map[string]any)[part] = inner
			}
			at = inner
		}
		at["properties"].(map[string]any)[parts[len(parts)-1]] = k.schema()
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "chipid config.toml"
	b, err := json.MarshalIndent(root, "", "  ")
	return append(b, '\n'), err
}

func object() map[string]any {
	return map[string]any{"type": "object", "properties": map[string]any{}, "additionalProperties": false}
}

func (k Key) schema() map[string]any {
	s := map[string]any{"type": string(k.Kind), "default": k.Default, "description": k.En}
	switch {
	case k.Kind == Number:
		s["minimum"], s["maximum"] = k.Min, k.Max
	case k.Kind == List:
		s["items"] = map[string]any{"type": "string"}
	case len(k.Words) > 0:
		s["enum"] = k.Words
	}
	return s
}

// Markdown returns the table of docs/configuration.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| setting | type | default | variable | at once | |\n|---|---|---|---|---|---|\n")
	for _, k := range keys {
		live := "next start"
		if k.Live {
			live = "yes"
		}
		value, err := json.Marshal(k.Default)
		if err != nil {
			value = nil
		}
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | `%s` | %s | %s<br>%s |\n", k.Name, k.Kind, value, k.Env(), live, k.Vi, k.En)
	}
	return b.String()
}
