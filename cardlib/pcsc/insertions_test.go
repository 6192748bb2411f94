package pcsc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestInsertions(t *testing.T) {
	type sight struct {
		present bool
		events  uint16
		want    uint64
	}
	for name, sights := range map[string][]sight{
		"put in and pulled":                     {{false, 0, 0}, {true, 1, 1}, {false, 2, 1}, {true, 3, 2}},
		"already in at start":                   {{true, 0, 1}, {true, 0, 1}},
		"already in, counter running":           {{true, 7, 1}, {true, 7, 1}},
		"pulled and put back between two looks": {{true, 1, 1}, {true, 3, 2}},
		"twice between two looks":               {{true, 1, 1}, {true, 5, 3}},
		"put in and pulled between two looks":   {{false, 0, 0}, {false, 2, 1}, {true, 3, 2}},
		"counter wraps":                         {{true, 0xFFFF, 1}, {true, 1, 2}},
		"pcscd wraps one late":                  {{true, 0xFFFF, 1}, {false, 0, 1}, {true, 1, 2}},
		"platform without a counter":            {{false, 0, 0}, {true, 0, 1}, {true, 0, 1}, {false, 0, 1}, {true, 0, 2}},
		"counter that jumps":                    {{true, 1, 1}, {true, 30001, 2}},
		"counter with another parity":           {{true, 1, 1}, {true, 2, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			var n insertions
			for i, s := range sights {
				assert.Equal(t, s.want, n.observe("reader", s.present, s.events), "look %d", i)
			}
		})
	}
}

func TestInsertionsAreNumberedOverAllReaders(t *testing.T) {
	var n insertions
	assert.Equal(t, uint64(1), n.observe("a", true, 1))
	assert.Equal(t, uint64(2), n.observe("b", true, 1))
	assert.Equal(t, uint64(1), n.observe("a", true, 1))
}

func TestInsertionAfterReaderWasAway(t *testing.T) {
	var n insertions
	assert.Equal(t, uint64(1), n.observe("a", true, 1))
	n.keep([]string{"b"})
	assert.Equal(t, uint64(2), n.observe("a", true, 1), "the counter began anew and says the same as before")
	n.keep([]string{"a"})
	assert.Equal(t, uint64(2), n.observe("a", true, 1))
}
