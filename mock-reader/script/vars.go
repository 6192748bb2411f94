package script

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// expand puts values in the place of ${NAME}.
func (r *runner) expand(text string) (string, error) {
	var wrong error
	out := variable.ReplaceAllStringFunc(text, func(m string) string {
		value, err := r.value(m[2 : len(m)-1])
		if err != nil {
			wrong = err
		}
		return value
	})
	return out, wrong
}

// expandQuietly leaves what has no value.
func (r *runner) expandQuietly(text string) string {
	if out, err := r.expand(text); err == nil {
		return out
	}
	return text
}

// value returns what ${name} stands for: reader, reader2…, address, address2…,
// card, scenario, persona, number, can, mrz, qr, trust, and what the command line gave.
func (r *runner) value(name string) (string, error) {
	if v, ok := r.stage.Vars[name]; ok {
		return v, nil
	}
	for prefix, of := range map[string]func(int) string{
		"reader":  func(i int) string { return r.stage.Slots[i].Name() },
		"address": func(i int) string { return r.stage.Addresses[i] },
	} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			n := 1
			if rest != "" {
				n, _ = strconv.Atoi(rest)
			}
			if n >= 1 && n <= len(r.stage.Slots) {
				return of(n - 1), nil
			}
		}
	}
	if name == "trust" {
		return r.trusted()
	}
	if name == "card" && r.card != "" {
		return r.card, nil
	}
	return r.ofCard(name)
}

// ofCard returns what stands on the card that was last put in.
func (r *runner) ofCard(name string) (string, error) {
	of := map[string]func() string{}
	if p, s, err := r.stage.Rack.Deck().Parse(r.card); err == nil {
		of = map[string]func() string{
			"persona": func() string { return p.Name }, "scenario": func() string { return s.Name },
			"number": func() string { return p.Number }, "can": p.CAN, "mrz": p.MRZ, "qr": p.QR,
		}
	}
	if value, ok := of[name]; ok {
		return value(), nil
	}
	known := slices.Sorted(maps.Keys(r.stage.Vars))
	known = append(known, "reader", "address", "card", "persona", "scenario", "number", "can", "mrz", "qr", "trust")
	return "", fmt.Errorf("${%s} has no value here; known are %s (those of a card after insert)", name, strings.Join(known, ", "))
}

// trusted makes the folder of certificates once.
func (r *runner) trusted() (string, error) {
	if r.trust == "" {
		dir, err := r.stage.Trust()
		if err != nil {
			return "", err
		}
		r.trust = dir
	}
	return r.trust, nil
}

// environment is that of the programs: this one's, and where the readers are.
func (r *runner) environment() []string {
	env := os.Environ()
	for i, slot := range r.stage.Slots {
		suffix := ""
		if i > 0 {
			suffix = strconv.Itoa(i + 1)
		}
		env = append(env, "MOCK_READER"+suffix+"="+slot.Name(), "MOCK_READER_ADDRESS"+suffix+"="+r.stage.Addresses[i])
	}
	return env
}
