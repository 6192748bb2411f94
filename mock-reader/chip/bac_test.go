package chip

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

func TestBACRefusals(t *testing.T) {
	tests := []struct {
		name   string
		quirks Quirks
		run    func(tm *terminal) apdu.SW
		want   apdu.SW
	}{
		{"wrong MRZ", Quirks{}, func(tm *terminal) apdu.SW { return tm.bac(mrzOfI) }, apdu.SWWarning},
		{"wrong MRZ, own status", Quirks{WrongBAC: apdu.SWSecurityStatus}, func(tm *terminal) apdu.SW { return tm.bac(mrzOfI) }, apdu.SWSecurityStatus},
		{"no challenge", Quirks{}, func(tm *terminal) apdu.SW { return authenticate(tm, make([]byte, 8)) }, apdu.SWConditionsOfUse},
		{"challenge not the last command", Quirks{}, func(tm *terminal) apdu.SW {
			challenge := tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8}).Data
			tm.selectFile(FileDG(1))
			return authenticate(tm, challenge)
		}, apdu.SWConditionsOfUse},
		{"another challenge", Quirks{}, func(tm *terminal) apdu.SW {
			tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8})
			return authenticate(tm, make([]byte, 8))
		}, apdu.SWWarning},
		{"challenge used twice", Quirks{}, func(tm *terminal) apdu.SW {
			challenge := tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8}).Data
			tm.send(apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 40), Le: 40})
			return authenticate(tm, challenge)
		}, apdu.SWConditionsOfUse},
		{"data too short", Quirks{}, func(tm *terminal) apdu.SW {
			tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8})
			return tm.send(apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 32), Le: 40}).SW
		}, apdu.SWWrongLength},
		{"challenge of four bytes", Quirks{}, func(tm *terminal) apdu.SW {
			return tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 4}).SW
		}, apdu.SWWrongLength},
		{"challenge with P2", Quirks{}, func(tm *terminal) apdu.SW {
			return tm.send(apdu.Command{INS: apdu.InsGetChallenge, P2: 1, Le: 8}).SW
		}, apdu.SWWrongParametersP1P2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testProfile()
			p.Quirks = tt.quirks
			tm := newTerminal(t, p)
			tm.selectApp()
			assert.Equal(t, tt.want, tt.run(tm))
			assert.Nil(t, tm.chip.s.channel)
			assert.Equal(t, apdu.SWSuccess, tm.bac(mrzOfG), "the right key still opens")
		})
	}
}

func authenticate(tm *terminal, challenge []byte) apdu.SW {
	data, _, _ := bacCommand(mrzOfG, challenge)
	return tm.send(apdu.Command{INS: apdu.InsExternalAuth, Data: data, Le: 40}).SW
}

func TestBACPlace(t *testing.T) {
	assert.Equal(t, apdu.SWConditionsOfUse, newTerminal(t, testProfile()).bac(mrzOfG), "not under the master file")

	p := testProfile()
	p.BAC = false
	tm := newTerminal(t, p)
	tm.selectApp()
	assert.Equal(t, apdu.SWInsNotSupported, tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8}).SW, "a chip without BAC")

	tm = newTerminal(t, testProfile())
	tm.selectApp()
	require.Equal(t, apdu.SWSuccess, tm.bac(mrzOfG))
	assert.Equal(t, apdu.SWConditionsOfUse, tm.do(apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 40), Le: 40}).SW, "not inside a channel")
}
