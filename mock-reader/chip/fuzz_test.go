package chip

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

// FuzzExchange gives a chip any bytes, as commands with a length byte before
// each: it must answer with at least a status word, never panic and never give
// a protected file away.
func FuzzExchange(f *testing.F) {
	seed := func(protocol byte, commands ...string) {
		in := []byte{protocol}
		for _, c := range commands {
			raw := unhex(c)
			in = append(append(in, byte(len(raw))), raw...)
		}
		f.Add(in)
	}
	seed(0, "00A4020C02011C", "00B0000000", "00A4040C07A0000002471001", "0084000008")
	seed(0, "0022C1A40F800A04007F00070202040202830101", "10860000027C0000",
		"10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
		"008600000C7C0A8508C2B0BD78D94BA86600")
	seed(1, "00A4020402011C", "00C0000004", "00C0000000", "00B0000000")
	seed(2, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "00B1000006 5404FFFFFFFF 04", "0022C1A40780058001020304")
	seed(2, "0CB100000D9701128E082EA28A70F3C7B53500", "1C86000000", "0C860000000004010203040000")
	seed(0, "00B1000004 5402FFFF 0000", "00A4", "00B00000000000", "004141A6049102040100", "0088000008000000000000000000")
	p := fuzzProfile(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) == 0 || len(in) > 4096 {
			return
		}
		profile := p
		profile.Protocol = []apdu.Protocol{apdu.ProtocolContactless, apdu.ProtocolT0, apdu.ProtocolContactless}[in[0]%3]
		c, err := New(profile, WithRandom(seeded{rand.NewChaCha8([32]byte{in[0]})}), WithLog(func(e Entry) { _ = e.String() }))
		require.NoError(t, err)
		if in[0]%3 == 2 { // begin inside a channel
			c.s = session{inApplication: true, access: accessPACE, channel: newChannel(AES128, []byte("key"), nil)}
		}
		for in = in[1:]; len(in) > 0; {
			n := min(int(in[0]), len(in)-1)
			out := c.Exchange(in[1 : 1+n])
			require.GreaterOrEqual(t, len(out), 2)
			require.LessOrEqual(t, len(out), apdu.MaxExtendedLe+2)
			require.NotContains(t, string(out), secretText)
			in = in[1+n:]
		}
	})
}

// secretText stands in the protected files of the fuzzed chip; only somebody
// with the keys may see it.
const secretText = "PROTECTED-CONTENT"

func fuzzProfile(f *testing.F) Profile {
	f.Helper()
	group, _ := StandardGroup(0)
	id := 1
	p := Profile{
		MF:      map[uint16][]byte{FileCardAccess: {0x31, 0x00}, FileCardSecurity: []byte(secretText)},
		LDS:     map[uint16][]byte{FileCOM: []byte(secretText), FileDG(1): []byte(secretText)},
		MRZInfo: mrzOfG, CAN: testCAN, BAC: true, Extended: true,
		PACE: []PACEParams{
			aesPACE,
			{OID: unhex("04007F00070202040102"), Mapping: GenericMapping, Cipher: AES128, ParameterID: 0},
			{OID: unhex("04007F00070202040404"), Mapping: IntegratedMapping, Cipher: AES256, ParameterID: 12},
		},
		CA: []CAKey{{KeyID: &id, OID: oidCA3DES, Cipher: TDES, Group: group, D: scalar(99)}},
	}
	return p
}

// FuzzUnseal gives secure messaging any data field, with a right MAC as well:
// what is inside must be checked too.
func FuzzUnseal(f *testing.F) {
	f.Add(byte(0xB0), unhex("970104"), true)
	f.Add(byte(0xB1), unhex("8510000102030405060708090A0B0C0D0E0F"), true)
	f.Add(byte(0xA4), unhex("871101000102030405060708090A0B0C0D0E0F"), true)
	f.Add(byte(0xA4), unhex("8701019700"), true)
	f.Add(byte(0xA4), unhex("8784FFFFFFFF01"), false)
	f.Add(byte(0x86), unhex("8E00"), false)
	f.Fuzz(func(t *testing.T, ins byte, body []byte, signed bool) {
		if len(body) > 4096 {
			return
		}
		ch := newChannel(AES128, []byte("key"), nil)
		cmd := apdu.Command{CLA: 0x0C, INS: ins, Data: body, Le: 256}
		if signed {
			sender := newChannel(AES128, []byte("key"), nil)
			sender.count()
			cmd = remac(sender, cmd, append([]byte(nil), body...))
		}
		plain, a := ch.unseal(cmd)
		if a.sw == 0 && len(plain.Data) > len(body) {
			t.Fatalf("%d bytes out of %d", len(plain.Data), len(body))
		}
	})
}
