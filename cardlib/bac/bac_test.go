package bac

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securemsg"
)

// The figures of Doc 9303-11 appendix D.2 to D.4.
const (
	kEnc         = "AB94FDECF2674FDFB9B391F85D7F76F2"
	kMac         = "7962D9ECE03D1ACD4C76089DCE131543"
	rndIC        = "4608F91988702212"
	rndIFD       = "781723860C06C226"
	kIFD         = "0B795240CB7049B01C19B33E32804F0B"
	kIC          = "0B4F80323EB3191CB04970CB4052790B"
	getChallenge = "0084000008"
	external     = `0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28`
	cryptogram   = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
)

var key = mrz.Key{DocumentNumber: "L898902C<", DateOfBirth: "690806", DateOfExpiry: "940623"}

func random() *bytes.Reader { return bytes.NewReader(script.Hex(rndIFD + kIFD)) }

func steps(answer string) []script.Step {
	return []script.Step{{Command: getChallenge, Answer: rndIC + "9000"}, {Command: external, Answer: answer}}
}

func TestWorkedExampleD(t *testing.T) {
	for _, number := range []string{"L898902C<", "L898902C"} {
		card := &script.Card{Steps: append(steps(cryptogram+"9000"),
			script.Step{Command: "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", Answer: "990290008E08FA855A5D4C50A8ED9000"},
			script.Step{Command: "0CB000000D9701048E08ED6705417E96BA5500", Answer: "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"},
			script.Step{Command: "0CB000040D9701128E082EA28A70F3C7B53500",
				Answer: "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000"})}
		key := key
		key.DocumentNumber = number
		s, err := Authenticate(t.Context(), card, key, random())
		require.NoError(t, err)
		_, err = s.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x01, 0x1E}})
		require.NoError(t, err)
		first, err := s.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, Le: 4})
		require.NoError(t, err)
		rest, err := s.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, P2: 4, Le: 18})
		require.NoError(t, err)
		assert.Equal(t, script.Hex("60145F0104303130365F36063034303030305C026175"), append(first.Data, rest.Data...))
		assert.True(t, card.Done())
	}
}

// forge is a chip's cryptogram with a right MAC over whatever it says.
func forge(t *testing.T, r string) string {
	block, err := securemsg.TDES.NewBlock(script.Hex(kEnc))
	require.NoError(t, err)
	e := script.Hex(r)
	cipher.NewCBCEncrypter(block, make([]byte, 8)).CryptBlocks(e, e)
	mac, err := securemsg.MAC(securemsg.TDES, script.Hex(kMac), e)
	require.NoError(t, err)
	return hex.EncodeToString(append(e, mac...)) + "9000"
}

func TestForgeMakesTheExample(t *testing.T) {
	assert.Equal(t, script.Hex(cryptogram+"9000"), script.Hex(forge(t, rndIC+rndIFD+kIC)))
}

func TestWrongCryptograms(t *testing.T) {
	for _, c := range []struct{ name, answer string }{
		{"MAC with one bit changed", cryptogram[:78] + "489000"},
		{"cryptogram with one bit changed", "47" + cryptogram[2:] + "9000"},
		{"too short", cryptogram[:78] + "9000"},
		{"too long", cryptogram + "009000"},
		{"empty", "9000"},
		{"RND.IC of another run", forge(t, "4608F91988702213"+rndIFD+kIC)},
		{"RND.IFD of another run", forge(t, rndIC+"781723860C06C227"+kIC)},
		{"nonces exchanged: our own cryptogram", forge(t, rndIFD+rndIC+kIC)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Authenticate(t.Context(), &script.Card{Steps: steps(c.answer)}, key, random())
			assert.ErrorIs(t, err, ErrDenied)
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		want         error
	}{
		{"6300", "6300", ErrDenied},
		{"6982", "6982", ErrDenied},
		{"6988", "6988", ErrDenied},
		{"6A80", "6A80", ErrDenied},
		{"6985", "6985", ErrDenied},
		{"6F00", "6F00", ErrDenied},
		{"63C2", "63C2", ErrDenied},
		{"6D00", "6D00", ErrUnsupported},
		{"6E00", "6E00", ErrUnsupported},
		{"6700", "6700", ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Authenticate(t.Context(), &script.Card{Steps: steps(c.answer)}, key, random())
			require.ErrorIs(t, err, c.want)
			sw, ok := apdu.StatusOf(err)
			assert.True(t, ok)
			assert.Equal(t, c.name, sw.String())
		})
	}
}

func TestNoChallenge(t *testing.T) {
	for _, answer := range []string{"6982", "6D00", "9000", "4608F919887022129990009000", "4608F919887022"} {
		card := &script.Card{Steps: []script.Step{{Command: getChallenge, Answer: answer}}}
		_, err := Authenticate(t.Context(), card, key, random())
		assert.ErrorIs(t, err, ErrUnsupported, answer)
	}
}

func TestFaultsComeThrough(t *testing.T) {
	for n := range 2 {
		s := steps(cryptogram + "9000")
		s[n].Fault = apdu.ErrRemoved
		_, err := Authenticate(t.Context(), &script.Card{Steps: s}, key, random())
		assert.ErrorIs(t, err, apdu.ErrRemoved)
	}
	for _, n := range []int{0, 7, 8, 20} {
		_, err := Authenticate(t.Context(), &script.Card{Steps: steps("9000")}, key, bytes.NewReader(make([]byte, n)))
		assert.ErrorContains(t, err, "EOF")
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(script.Hex(rndIC+"9000"), script.Hex(cryptogram[:78]+"9000"))
	f.Add(script.Hex("6D00"), script.Hex("6300"))
	f.Add([]byte{}, []byte{0x90})
	f.Fuzz(func(t *testing.T, challenge, answer []byte) {
		n := 0
		card := script.Func(func(apdu.Command) (apdu.Response, error) {
			n++
			if n == 1 {
				return apdu.ParseResponse(challenge)
			}
			return apdu.ParseResponse(answer)
		})
		if _, err := Authenticate(t.Context(), card, mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}, random()); err == nil {
			t.Fatal("BAC succeeded without the key")
		}
	})
}
