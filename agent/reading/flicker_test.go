package reading

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib"
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
		"another person's card":          {cardlib.StageDG13, "cao-tuoi", catalogue.Code(cardlib.CodeAccessDenied)},
		"the same person's, signed anew": {cardlib.StageDG13, "mau/signed-too-late", catalogue.OtherCard},
		"the same card before EF.SOD":    {cardlib.StageAccess, "mau", catalogue.CardRemoved},
		"a token":                        {cardlib.StageDG13, "foreign:token", catalogue.CardRemoved},
		"nothing":                        {cardlib.StageDG13, "", catalogue.CardRemoved},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			source := mock(t, "mau")
			d := open(t, Config{Source: source, Flicker: time.Second})
			swap := sync.OnceFunc(func() {
				assert.NoError(t, source.Remove("mock:mau"))
				if tc.back != "" {
					assert.NoError(t, source.Insert("mock:mau", tc.back))
				}
			})
			last := 0
			out, err := d.Read(t.Context(), Request{Keys: key(t, "mau"), Portrait: true, Progress: func(p cardlib.Progress) {
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
			assert.Equal(t, "000190000018", out.Document.Citizen.PersonalNumber)
			assert.Equal(t, uint64(2), out.Reader.Insertion)
			out.Wipe()
		})
	}
}

func TestReaderIsKeptForACardThatSlippedOut(t *testing.T) {
	source := mock(t, "mau")
	d := open(t, Config{Source: source, Flicker: 5 * time.Second})
	pulled := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		once := sync.OnceFunc(func() { assert.NoError(t, source.Remove("mock:mau")); close(pulled) })
		out, err := d.Read(context.Background(), Request{Keys: key(t, "mau"), Progress: func(p cardlib.Progress) {
			if p.Stage == cardlib.StageDG13 {
				once()
			}
		}})
		if err == nil {
			out.Wipe()
		}
		done <- err
	}()
	<-pulled
	require.Eventually(t, func() bool { s, _ := d.State(); return s.Readers[0].Card == CardNone && s.Readers[0].Busy }, 5*time.Second, 5*time.Millisecond)
	require.NoError(t, source.Insert("mock:mau", "mau"))
	_, err := d.Read(t.Context(), Request{Reader: "mock:mau", Keys: key(t, "mau")})
	if err != nil { // unless the first read was done before
		assert.Equal(t, catalogue.Busy, codeOf(t, err), "nobody else gets the card")
	}
	require.NoError(t, <-done)
}

func TestAdmitIsAskedBeforeTheCard(t *testing.T) {
	source := &spy{Source: mock(t, "mau")}
	d := open(t, Config{Source: source})
	wait(t, d, "mock:mau", CardCitizen)
	before := source.count("mock:mau")
	_, err := d.Read(t.Context(), Request{Keys: key(t, "mau"), Admit: func(context.Context, Reader) error { return Refuse(catalogue.OfficerRefused) }})
	assert.Equal(t, catalogue.OfficerRefused, codeOf(t, err))
	assert.Equal(t, before, source.count("mock:mau"), "nothing was sent")
	state, _ := d.State()
	assert.False(t, state.Readers[0].Busy)
}
