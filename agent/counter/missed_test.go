package counter

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/agent/reading"
)

// TestMissed: a card that came and went between two looks was there all the same.
func TestMissed(t *testing.T) {
	in := func(card reading.Card, came uint64) reading.Reader {
		return reading.Reader{Name: "R", Card: card, Came: came}
	}
	const none, citizen, unknown, checking = reading.CardNone, reading.CardCitizen, reading.CardUnknown, reading.CardChecking
	for name, c := range map[string]struct {
		before, now reading.Reader
		want        bool
	}{
		"nothing":                           {in(none, 4), in(none, 4), false},
		"the first to come":                 {in(none, 4), in(citizen, 5), false},
		"the first to come is tried":        {in(none, 4), in(checking, 5), false},
		"the second to come":                {in(none, 4), in(citizen, 6), true},
		"one came and went":                 {in(none, 4), in(none, 5), true},
		"one came and went, and a token":    {in(none, 4), in(unknown, 5), true},
		"the one that was in":               {in(citizen, 4), in(citizen, 4), false},
		"another for the one that was in":   {in(citizen, 4), in(citizen, 5), true},
		"a token was in":                    {in(unknown, 4), in(citizen, 5), false},
		"a token that was tried was in":     {in(checking, 4), in(citizen, 4), false},
		"a token came and went before":      {in(none, 4), in(citizen, 5), false},
		"the reader was plugged in anew":    {in(none, 4), in(citizen, 1), false},
		"a reader that was not there":       {reading.Reader{}, in(citizen, 1), false},
		"and whose first card was replaced": {reading.Reader{}, in(citizen, 2), true},
	} {
		assert.Equal(t, c.want, missed(reading.State{Readers: []reading.Reader{c.before}}, reading.State{Readers: []reading.Reader{c.now}}), name)
	}
}

// TestCardsAreCounted by the desk, tokens left out.
func TestCardsAreCounted(t *testing.T) {
	s := open(t, "mau")
	s.put("mock:mau", "cao-tuoi")
	state, _ := s.State()
	before, _ := state.Find("mock:mau")
	assert.NoError(t, s.source.Insert("mock:mau", "foreign:token"))
	for {
		state, changed := s.State()
		if r, _ := state.Find("mock:mau"); r.Card == reading.CardUnknown {
			break
		}
		<-changed
	}
	s.put("mock:mau", "mau")
	state, _ = s.State()
	after, _ := state.Find("mock:mau")
	assert.Equal(t, before.Came+1, after.Came)
}
