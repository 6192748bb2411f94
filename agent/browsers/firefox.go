package browsers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// object is a JSON object whose members we do not know.
type object map[string]any

// parseObject reads a policy file; an empty one is an empty object.
func parseObject(b []byte) (object, error) {
	o := object{}
	if len(bytes.TrimSpace(b)) == 0 {
		return o, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&o); err != nil || o == nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return o, nil
}

// inside returns the object under a name, made if it is missing.
func (o object) inside(name string) (object, error) {
	switch v := o[name].(type) {
	case nil:
		in := object{}
		o[name] = map[string]any(in)
		return in, nil
	case map[string]any:
		return v, nil
	}
	return nil, fmt.Errorf("%w: %s is no object", ErrForeign, name)
}

// list returns the texts under a name.
func (o object) list(name string) ([]string, error) {
	var all []string
	switch v := o[name].(type) {
	case nil:
		return nil, nil
	case []string: // put there by us
		return v, nil
	case []any:
		for _, each := range v {
			text, ok := each.(string)
			if !ok {
				return nil, fmt.Errorf("%w: %s holds no texts", ErrForeign, name)
			}
			all = append(all, text)
		}
		return all, nil
	}
	return nil, fmt.Errorf("%w: %s is no list", ErrForeign, name)
}

// path is where a list lies below "policies".
type path struct{ policy, list string }

var (
	skipDomains = path{"LocalNetworkAccess", "SkipDomains"}
	certificate = path{"Certificates", "Install"}
)

// addTo adds texts to a list and returns those that were not there.
func (p path) addTo(root object, texts []string) ([]string, error) {
	policies, err := root.inside("policies")
	if err != nil {
		return nil, err
	}
	policy, err := policies.inside(p.policy)
	if err != nil {
		return nil, err
	}
	there, err := policy.list(p.list)
	if err != nil {
		return nil, err
	}
	added := missing(texts, there)
	policy[p.list] = append(there, added...)
	return added, nil
}

// of returns the list, empty if there is none.
func (p path) of(root object) []string {
	policies, _ := root["policies"].(map[string]any)
	policy, _ := policies[p.policy].(map[string]any)
	all, err := object(policy).list(p.list)
	if err != nil {
		return nil
	}
	return all
}

// takeFrom takes texts out of a list, and then what has become empty.
func (p path) takeFrom(root object, texts []string) {
	policies, _ := root["policies"].(map[string]any)
	policy, _ := policies[p.policy].(map[string]any)
	if policy == nil {
		return
	}
	left := slices.DeleteFunc(slices.Clone(p.of(root)), func(t string) bool { return slices.Contains(texts, t) })
	policy[p.list] = left
	if len(left) == 0 {
		delete(policy, p.list)
	}
	if len(policy) == 0 {
		delete(policies, p.policy)
	}
	if len(policies) == 0 {
		delete(root, "policies")
	}
}

// text is the object as a file.
func (o object) text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(o)
	return b.Bytes(), err
}
