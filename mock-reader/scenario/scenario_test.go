package scenario

import (
	"testing"

	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCatalogue checks what must hold for every scenario.
func TestCatalogue(t *testing.T) {
	require.GreaterOrEqual(t, len(All()), 60)
	assert.Equal(t, Genuine, All()[0].Name)
	seen := map[string]bool{}
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			assert.Regexp(t, `^[a-z0-9-]+$`, s.Name)
			for _, unique := range []string{s.Name, s.TitleVi, s.TitleEn} {
				assert.NotEmpty(t, unique)
				assert.False(t, seen[unique], unique)
				seen[unique] = true
			}
			assert.NotEmpty(t, s.Imitates.Vietnamese())
			assert.NotEmpty(t, s.Imitates.English())
			assert.Equal(t, s.Expect.Exit == ExitTrouble, s.Expect.Error != "")
			assert.Equal(t, s.Expect.Exit == ExitTrouble, len(s.Expect.Checks) == 0)
		})
	}
}

// TestExpectationsAgree: exit codes are what the rule makes of the checks.
func TestExpectationsAgree(t *testing.T) {
	exits := map[verdict.Outcome]int{verdict.Genuine: ExitGenuine, verdict.Failure: ExitFailed, verdict.Unproven: ExitUnproven}
	for _, s := range All() {
		if s.Expect.Error != "" {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			var checks []verdict.Check
			for id, status := range s.Expect.Checks {
				checks = append(checks, verdict.Check{ID: id, Status: status, Reason: s.Expect.Reasons[id]})
				assert.Equal(t, status == verdict.Passed, s.Expect.Reasons[id] == "", "%s: a reason, unless passed", id)
			}
			assert.Equal(t, s.Expect.Exit, exits[verdict.Conclude(checks, true).Outcome])
		})
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, persona, scenario string
		unknown                 string
	}{
		{"mau", "mau", Genuine, ""},
		{"tre-em/t0", "tre-em", "t0", ""},
		{"", "", "", "persona"},
		{"nobody/t0", "", "", "persona"},
		{"mau/", "", "", "scenario"},
		{"mau/t0/t0", "", "", "scenario"},
		{"mau/torn:dg2:6000", "mau", "torn:dg2:6000", ""},
		{"mau/torn:dg2:0", "mau", "torn:dg2:0", ""},
		{"mau/torn:dg3:10", "", "", "scenario"},
		{"mau/torn:dg2", "", "", "scenario"},
		{"mau/torn:dg2:-1", "", "", "scenario"},
		{"mau/torn:dg2:007", "", "", "scenario"},
		{"mau/signed:pss-2048-sha512-salt-32", "mau", "signed:pss-2048-sha512-salt-32", ""},
		{"mau/signed:md5", "", "", "scenario"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s, err := Parse(c.name)
			if c.unknown != "" {
				var unknown *ErrUnknown
				require.ErrorAs(t, err, &unknown)
				assert.Equal(t, c.unknown, unknown.Kind)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, [2]string{c.persona, c.scenario}, [2]string{p.Name, s.Name})
		})
	}
}

// TestScenariosDoNotShareFiles: altering one card must not alter the next.
func TestScenariosDoNotShareFiles(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	p, err := persona.ByName("tre-em")
	require.NoError(t, err)
	before, err := All()[0].Profile(i, p)
	require.NoError(t, err)
	for _, s := range All() {
		_, err := s.Profile(i, p)
		require.NoError(t, err)
	}
	after, err := All()[0].Profile(i, p)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// TestForeignToken is no citizen's card and knows only its own application.
func TestForeignToken(t *testing.T) {
	card, err := Open(nil, ForeignToken, Hooks{})
	require.NoError(t, err)
	ask := func(cmd apdu.Command) apdu.SW {
		resp, err := card.Transmit(t.Context(), cmd)
		require.NoError(t, err)
		return resp.SW
	}
	verify := apdu.Command{INS: 0x20, P2: 1, Data: []byte("0000")}
	assert.Equal(t, apdu.SWFileNotFound, ask(apdu.Command{INS: apdu.InsSelect, P1: 4, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}))
	assert.Equal(t, apdu.SWInsNotSupported, ask(verify), "not selected")
	assert.Equal(t, apdu.SWSuccess, ask(apdu.Command{INS: apdu.InsSelect, P1: 4, Data: tokenAID}))
	left, ok := ask(verify).TriesLeft()
	assert.True(t, ok)
	assert.Equal(t, 2, left)
	require.NoError(t, card.Reset(t.Context()))
	assert.Equal(t, apdu.SWInsNotSupported, ask(verify), "reset")
	card.Remove()
	assert.False(t, card.Present())
	_, err = card.Transmit(t.Context(), verify)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	card.Insert()
	assert.Equal(t, apdu.SWInsNotSupported, ask(verify))
	assert.Equal(t, []byte{0x67, 0x00}, card.Exchange([]byte{1, 2, 3}), "no command")
}
