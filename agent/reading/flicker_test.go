package reading

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
)

// TestFlicker pulls the card in the middle of a read and puts the same one, or
// another, back at once.
func TestFlicker(t *testing.T) {
	cases := map[string]struct {
		at   cardlib.Stage
		back string
		want catalogue.Code
	}{
		"the same card after EF.SOD":     {cardlib.StageDG13, "mau", ""},
		"the same card at the portrait":  {cardlib.StageDG2, "mau", ""},
		"another person's card":          {cardlib.StageDG13, "cao-tuoi", catalogue.OtherCard},
		"another's that wants more":      {cardlib.StageDG13, "cao-tuoi/bac-only", catalogue.OtherCard},
		"the same person's, signed anew": {cardlib.StageDG13, "mau/signed-too-late", catalogue.OtherCard},
		"the same card before EF.SOD":    {cardlib.StageAccess, "mau", catalogue.CardRemoved},
		"a token":                        {cardlib.StageDG13, "foreign:token", catalogue.CardRemoved},
		"nothing":                        {cardlib.StageDG13, "", catalogue.CardRemoved},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			source := mock(t, "mau")
			patience := 20 * time.Second
			if tc.want == catalogue.CardRemoved {
				patience = 200 * time.Millisecond // no card comes that could be read on
			}
			d := open(t, Config{Source: source, Flicker: patience})
			swap := sync.OnceFunc(func() {
				assert.NoError(t, source.Remove("mock:mau"))
				if tc.back != "" {
					assert.NoError(t, source.Insert("mock:mau", tc.back))
				}
			})
			last := 0
			out, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Order: child.Order{Portrait: true}, Said: all, Progress: func(p cardlib.Progress) {
				assert.GreaterOrEqual(t, p.Percent, last, "progress never falls")
				last = p.Percent
				if p.Stage == tc.at {
					swap()
				}
			}})
			state, _ := d.State()
			assert.False(t, state.Readers[0].Busy, "the reader is free again")
			if tc.want != "" {
				assert.Equal(t, tc.want, codeOf(t, err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "000190000018", said(t, out).Citizen[cccd.FieldPersonalNumber])
			assert.Equal(t, uint64(2), out.Reader.Insertion)
			out.Wipe()
		})
	}
}

// TestReaderIsKeptForACardThatSlippedOut: another page that asks in the meantime
// hears BUSY, whenever it asks.
func TestReaderIsKeptForACardThatSlippedOut(t *testing.T) {
	source := mock(t, "mau")
	d := open(t, Config{Source: source, Flicker: 20 * time.Second})
	pulled, asked, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		pull := sync.OnceFunc(func() { assert.NoError(t, source.Remove("mock:mau")); close(pulled) })
		out, err := d.Read(context.Background(), Request{Key: key(t, "mau"), Progress: func(p cardlib.Progress) {
			select {
			case <-pulled:
				<-asked // the card is read on when the other page has had its answer
			default:
				if p.Stage == cardlib.StageDG13 {
					pull()
				}
			}
		}})
		if err == nil {
			out.Wipe()
		}
		done <- err
	}()
	<-pulled
	require.NoError(t, source.Insert("mock:mau", "mau"))
	_, err := d.Read(t.Context(), Request{Reader: "mock:mau", Key: key(t, "mau")})
	close(asked)
	assert.Equal(t, catalogue.Busy, codeOf(t, err), "nobody else gets the card")
	require.NoError(t, <-done)
}

// TestNobodySlipsInBetweenTwoTries: from the end of a try that lost its card to the
// wait for it, the reader is never free.
func TestNobodySlipsInBetweenTwoTries(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau"), Flicker: time.Millisecond})
	wait(t, d, "mock:mau", CardCitizen)
	c, err := d.claim(t.Context(), "mock:mau", func(error) {})
	require.NoError(t, err)
	d.release(c, 0, true)
	_, err = d.claim(t.Context(), "mock:mau", func(error) {})
	assert.Equal(t, catalogue.Busy, codeOf(t, err))
	_, err = d.back(t.Context(), c, func(error) {})
	require.ErrorIs(t, err, errNotBack)
	c, err = d.claim(t.Context(), "mock:mau", func(error) {})
	require.NoError(t, err, "and free after it")
	d.release(c, 0, false)
}

func TestAdmitIsAskedBeforeTheCard(t *testing.T) {
	source := &spy{Source: mock(t, "mau")}
	d := open(t, Config{Source: source})
	wait(t, d, "mock:mau", CardCitizen)
	before := source.count("mock:mau")
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Admit: func(context.Context, Reader) error { return Refuse(catalogue.OfficerRefused) }})
	assert.Equal(t, catalogue.OfficerRefused, codeOf(t, err))
	assert.Equal(t, before, source.count("mock:mau"), "nothing was sent")
	state, _ := d.State()
	assert.False(t, state.Readers[0].Busy)
}
