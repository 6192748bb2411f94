package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fit judges a value of a TOML file and returns it in the type of the key.
func (k Key) fit(v any) (any, error) {
	switch k.Kind {
	case Number:
		if n, ok := v.(int64); ok {
			return k.number(n)
		}
	case Switch:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case Text:
		if s, ok := v.(string); ok {
			return k.text(s)
		}
	case List:
		if items, ok := v.([]any); ok {
			return k.list(items)
		}
	}
	return nil, fmt.Errorf("%s is to be of type %s", k.Name, k.Kind)
}

func (k Key) number(n int64) (any, error) {
	if n < k.Min || n > k.Max {
		return nil, fmt.Errorf("%s is to lie between %d and %d", k.Name, k.Min, k.Max)
	}
	return n, nil
}

func (k Key) text(s string) (any, error) {
	if len(k.Words) > 0 && !slices.Contains(k.Words, s) {
		return nil, fmt.Errorf("%s is to be one of: %s", k.Name, strings.Join(k.Words, ", "))
	}
	return s, nil
}

func (k Key) list(items []any) (any, error) {
	texts := make([]string, 0, len(items))
	for _, item := range items {
		s, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("%s is to hold texts alone", k.Name)
		}
		texts = append(texts, s)
	}
	return texts, nil
}

// parse reads a value of the environment; lists are separated by semicolons.
func (k Key) parse(text string) (any, error) {
	switch k.Kind {
	case Number:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is to be a number", k.Env())
		}
		return k.number(n)
	case Switch:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%s is to be true or false", k.Env())
		}
		return b, nil
	case List:
		texts := []string{}
		for item := range strings.SplitSeq(text, ";") {
			if item = strings.TrimSpace(item); item != "" {
				texts = append(texts, item)
			}
		}
		return texts, nil
	}
	return k.text(text)
}
