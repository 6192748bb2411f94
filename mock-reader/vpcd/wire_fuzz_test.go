package vpcd

import (
	"bytes"
	"testing"

	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/wire"
)

// FuzzMessages feeds whatever a reader may send to a citizen's card and to a
// foreign one: no panic, and an answer to each that is longer than a control.
func FuzzMessages(f *testing.F) {
	for _, seed := range [][]byte{
		{0, 1, wire.PowerOn}, {0, 1, wire.ATR}, {0, 0}, {0xFF, 0xFF},
		append([]byte{0, 12}, selectApplication...),
		{0, 5, 0x00, 0xB0, 0x9D, 0x00, 0x00, 0, 1, wire.Reset, 0, 2, 0x00, 0xB0},
	} {
		f.Add(seed)
	}
	i := issuer.New(issuer.PublishedSeed)
	f.Fuzz(func(t *testing.T, input []byte) {
		for _, name := range []string{"tre-em", scenario.ForeignToken} {
			card, err := scenario.Open(i, name, scenario.Hooks{})
			if err != nil {
				t.Fatal(err)
			}
			for r := bytes.NewReader(input); ; {
				message, err := wire.Read(r)
				if err != nil {
					break
				}
				answer, due, err := respond(card, message)
				if err != nil {
					t.Fatalf("%X: %v", message, err)
				}
				if len(message) > 1 && (!due || len(answer) < 2) {
					t.Fatalf("%X answered by %X", message, answer)
				}
			}
		}
	})
}
