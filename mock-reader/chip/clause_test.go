package chip

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// TestEveryMisuseNamesItsClause is the list of what a chip of this project must
// refuse, and the beginning of what its log must say then.
func TestEveryMisuseNamesItsClause(t *testing.T) {
	read := apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Le: 4}
	curve := mustCurve(t, 13)
	inPACE := func(step int, object []byte) func(*terminal) {
		return func(tm *terminal) {
			try := canTry(aesPACE, testCAN)
			try.meddle = func(at int, cmd *apdu.Command) {
				if at == step {
					cmd.Data = tlv.Encode(tagDynamic, object)
				}
			}
			tm.pace(try)
		}
	}
	inChannel := func(spoil func(*terminal, *apdu.Command)) func(*terminal) {
		return func(tm *terminal) {
			require.Equal(t, apdu.SWSuccess, tm.pace(canTry(aesPACE, testCAN)))
			tm.selectApp()
			cmd := tm.protect(read)
			spoil(tm, &cmd)
			tm.send(cmd)
		}
	}
	offCurve := curve.Encode(curve.Generator())
	offCurve[64] ^= 1
	for name, tc := range map[string]struct {
		clause string
		misuse func(*terminal)
	}{
		"wrong MAC": {"Doc 9303-11 §9.8", inChannel(func(_ *terminal, cmd *apdu.Command) { cmd.Data[len(cmd.Data)-1] ^= 1 })},
		"wrong counter": {"Doc 9303-11 §9.8", inChannel(func(tm *terminal, cmd *apdu.Command) {
			tm.ch.count()
			*cmd = tm.protect(read)
		})},
		"replayed command":             {"Doc 9303-11 §9.8", inChannel(func(tm *terminal, cmd *apdu.Command) { tm.send(*cmd) })},
		"plain command in the channel": {"Doc 9303-11 §9.8", inChannel(func(_ *terminal, cmd *apdu.Command) { *cmd = read })},
		"malformed objects":            {"Doc 9303-11 §9.8", inChannel(func(_ *terminal, cmd *apdu.Command) { cmd.Data = []byte{0x97, 0x05, 0x01} })},
		"protected without a channel": {"Doc 9303-11 §9.8", func(tm *terminal) {
			tm.send(apdu.Command{CLA: claSecure, INS: apdu.InsReadBinary, Data: unhex("970104 8E08 0000000000000000"), Le: 256})
		}},
		"access before PACE": {"Doc 9303-11 §4", func(tm *terminal) {
			tm.selectApp()
			tm.send(read)
		}},
		"a step left out":       {"Doc 9303-11 §4.4", inPACE(2, tlv.Encode(tagKeyIFD, curve.Encode(curve.Generator())))},
		"a point off the curve": {"Doc 9303-11 §9", inPACE(3, tlv.Encode(tagKeyIFD, offCurve))},
		"the identity":          {"Doc 9303-11 §9", inPACE(3, tlv.Encode(tagKeyIFD, []byte{0}))},
		"a wrong token":         {"Doc 9303-11 §4.4", inPACE(4, tlv.Encode(tagTokenIFD, make([]byte, 8)))},
		"malformed PACE object": {"Doc 9303-11 §4.4", inPACE(2, []byte{0x81, 0x41})},
		"a reflected key": {"Doc 9303-11 §4.4", func(tm *terminal) {
			try := canTry(aesPACE, testCAN)
			require.Equal(t, apdu.SWSuccess, tm.mse(try))
			tm.general(try, 1, 0, tagNonce, nil)
			_, public, err := agreementOf(13).generate(rand.Reader)
			require.NoError(t, err)
			own, _ := tm.general(try, 2, tagMapIFD, tagMapIC, public)
			tm.general(try, 3, tagKeyIFD, tagKeyIC, own)
		}},
		"PACE without MSE:Set AT": {"Doc 9303-11 §4.4", func(tm *terminal) {
			tm.send(apdu.Command{CLA: claChaining, INS: apdu.InsGeneralAuth, Data: unhex("7C00"), Le: 256})
		}},
		"BAC without a challenge": {"Doc 9303-11 §4.3", func(tm *terminal) {
			tm.selectApp()
			tm.send(apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 40), Le: 40})
		}},
		"lengths that contradict": {"ISO/IEC 7816-4 §5", func(tm *terminal) { tm.chip.Exchange(unhex("00A4040C09A0")) }},
	} {
		t.Run(name, func(t *testing.T) {
			var last Entry
			tm := newTerminal(t, testProfile(), WithLog(func(e Entry) { last = e }))
			tc.misuse(tm)
			require.NotEmpty(t, last.Broken, "%+v", last)
			assert.Contains(t, last.Broken[0], tc.clause)
			assert.NotEqual(t, []byte{0x90, 0x00}, last.Response, "and it is refused")
		})
	}
}
