package reading

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib/readers"
)

func at(name string, card Card, insertion uint64) Reader {
	return Reader{Name: name, Card: card, Insertion: insertion}
}

func having(rs ...Reader) State { return State{Readers: rs} }

func TestDiff(t *testing.T) {
	stuck := at("A", CardNone, 1)
	stuck.Stuck = true
	cases := []struct {
		name          string
		before, after State
		want          []EventKind
	}{
		{"nothing", having(at("A", CardCitizen, 1)), having(at("A", CardCitizen, 1)), nil},
		{"full state", State{}, having(at("A", CardNone, 0), at("B", CardCitizen, 1), at("C", CardUnknown, 2), at("D", CardChecking, 3)),
			[]EventKind{ReaderAttached, ReaderAttached, CardInserted, ReaderAttached, CardIsUnknown, ReaderAttached}},
		{"card put in, not tried yet", having(at("A", CardNone, 0)), having(at("A", CardChecking, 1)), nil},
		{"card found to be a citizen's", having(at("A", CardChecking, 1)), having(at("A", CardCitizen, 1)), []EventKind{CardInserted}},
		{"card found to be a token", having(at("A", CardChecking, 1)), having(at("A", CardUnknown, 1)), []EventKind{CardIsUnknown}},
		{"mute card", having(at("A", CardNone, 0)), having(at("A", CardMute, 1)), []EventKind{CardIsUnknown}},
		{"card removed", having(at("A", CardCitizen, 1)), having(at("A", CardNone, 1)), []EventKind{CardRemoved}},
		{"card removed before it was told", having(at("A", CardChecking, 1)), having(at("A", CardNone, 1)), nil},
		{"card changed for another", having(at("A", CardCitizen, 1)), having(at("A", CardCitizen, 2)), []EventKind{CardRemoved, CardInserted}},
		{"another card is being tried", having(at("A", CardCitizen, 1)), having(at("A", CardChecking, 2)), []EventKind{CardRemoved}},
		{"busy card became readable", having(at("A", CardBusy, 1)), having(at("A", CardCitizen, 1)), []EventKind{CardRemoved, CardInserted}},
		{"reader unplugged with its card", having(at("A", CardCitizen, 1)), having(), []EventKind{CardRemoved, ReaderDetached}},
		{"reader stuck", having(at("A", CardCitizen, 1)), having(stuck), []EventKind{CardRemoved, ReaderDetached}},
		{"reader no longer stuck", having(stuck), having(at("A", CardNone, 1)), []EventKind{ReaderAttached}},
		{"stuck reader unplugged", having(stuck), having(), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var kinds []EventKind
			for _, e := range Diff(c.before, c.after) {
				kinds = append(kinds, e.Kind)
			}
			assert.Equal(t, c.want, kinds)
		})
	}
}

func TestRemovedNamesTheInsertionThatEnded(t *testing.T) {
	events := Diff(having(at("A", CardCitizen, 7)), having(at("A", CardCitizen, 8)))
	require.Len(t, events, 2)
	assert.Equal(t, uint64(7), events[0].Reader.Insertion)
	assert.Equal(t, CardNone, events[0].Reader.Card)
	assert.Equal(t, uint64(8), events[1].Reader.Insertion)
}

func TestChoose(t *testing.T) {
	late := func(r Reader, arrived uint64) Reader { r.arrived = arrived; return r }
	stuck := func(r Reader) Reader { r.Stuck = true; return r }
	down := State{Service: readers.ErrNoService}
	cases := []struct {
		name, reader string
		state        State
		want         string
		code         catalogue.Code
	}{
		{"the only card", "", having(at("A", CardNone, 0), at("B", CardCitizen, 1)), "B", ""},
		{"the card that came last", "", having(late(at("A", CardCitizen, 1), 2), late(at("B", CardCitizen, 1), 1)), "A", ""},
		{"one came while others were in", "", having(at("A", CardCitizen, 1), at("B", CardCitizen, 1), late(at("C", CardCitizen, 1), 1)), "C", ""},
		{"both were in from the start", "", having(at("A", CardCitizen, 1), at("B", CardCitizen, 1)), "", catalogue.ReaderAmbiguous},
		{"two came together", "", having(at("A", CardCitizen, 1), late(at("B", CardCitizen, 1), 3), late(at("C", CardCitizen, 1), 3)), "", catalogue.ReaderAmbiguous},
		{"a token does not count", "", having(at("A", CardCitizen, 1), late(at("B", CardUnknown, 1), 5)), "A", ""},
		{"a stuck reader does not count", "", having(at("A", CardCitizen, 1), stuck(late(at("B", CardCitizen, 1), 5))), "A", ""},
		{"no reader", "", having(), "", catalogue.NoReader},
		{"no card", "", having(at("A", CardNone, 0)), "", catalogue.NoCard},
		{"only a token", "", having(at("A", CardNone, 0), at("B", CardUnknown, 1)), "", catalogue.CardUnknown},
		{"only a mute card", "", having(at("A", CardMute, 1)), "", catalogue.CardMute},
		{"only a held card", "", having(at("A", CardBusy, 1)), "", catalogue.CardBusy},
		{"only a stuck reader", "", having(stuck(at("A", CardNone, 1))), "", catalogue.ReaderStuck},
		{"service down", "", down, "", catalogue.PCSCUnavailable},
		{"not built", "", State{Service: readers.ErrNotBuilt}, "", catalogue.PCSCNotBuilt},
		{"service down, mock there", "", State{Service: readers.ErrNoService, Readers: []Reader{at("mock:mau", CardCitizen, 1)}}, "mock:mau", ""},
		{"named", "B", having(at("A", CardCitizen, 1), at("B", CardCitizen, 1)), "B", ""},
		{"named, not there", "X", having(at("A", CardCitizen, 1)), "", catalogue.ReaderNotFound},
		{"named, service down", "X", down, "", catalogue.PCSCUnavailable},
		{"named, empty", "A", having(at("A", CardNone, 0)), "", catalogue.NoCard},
		{"named, token", "A", having(at("A", CardUnknown, 1)), "", catalogue.CardUnknown},
		{"named, stuck", "A", having(stuck(at("A", CardCitizen, 1))), "", catalogue.ReaderStuck},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := c.state.choose(c.reader)
			if c.code == "" {
				require.NoError(t, err)
				assert.Equal(t, c.want, r.Name)
				return
			}
			var e *Error
			require.True(t, errors.As(err, &e), "%v", err)
			assert.Equal(t, c.code, e.Code)
		})
	}
}
