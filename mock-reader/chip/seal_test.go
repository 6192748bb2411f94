package chip

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// TestWronglySealed: what each fault of secure messaging leaves of an answer.
func TestWronglySealed(t *testing.T) {
	for name, tc := range map[string]struct {
		do       Action
		tags     []tlv.Tag
		rightMAC bool
	}{
		"no MAC":           {NoMAC, []tlv.Tag{tagCryptogram, tagStatus}, false},
		"no cryptogram":    {NoCryptogram, []tlv.Tag{tagStatus, tagMAC}, true},
		"no status":        {NoStatus, []tlv.Tag{tagCryptogram, tagMAC}, true},
		"wrong MAC":        {WrongMAC, []tlv.Tag{tagCryptogram, tagStatus, tagMAC}, false},
		"wrong cryptogram": {WrongCryptogram, []tlv.Tag{tagCryptogram, tagStatus, tagMAC}, false},
		"stale counter":    {StaleCounter, []tlv.Tag{tagCryptogram, tagStatus, tagMAC}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := testProfile()
			p.Faults = Faults{{Ins: apdu.InsReadBinary, Do: tc.do}}
			tm := opened(t, p)
			resp := tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Le: 4}))
			els, err := tlv.ParseAll(resp.Data)
			require.NoError(t, err)
			var tags []tlv.Tag
			for _, e := range els {
				tags = append(tags, e.Tag)
			}
			assert.Equal(t, tc.tags, tags)
			if mac, ok := els.Find(tagMAC); ok {
				tm.ch.count()
				signed := append(append([]byte(nil), tm.ch.ssc...), resp.Data[:len(resp.Data)-len(mac.Raw)]...)
				right := bytes.Equal(tm.ch.cipher.mac(tm.ch.mac, tm.ch.cipher.pad(signed)), mac.Value)
				assert.Equal(t, tc.rightMAC, right)
			}
		})
	}
}

// TestTwist: the hook sees the plain command and its word is what is sealed.
func TestTwist(t *testing.T) {
	var names []byte
	p := testProfile()
	tm := opened(t, p, WithTwist(func(_ int, cmd apdu.Command, resp apdu.Response) apdu.Response {
		names = append(names, cmd.INS)
		if cmd.INS == apdu.InsReadBinary {
			return apdu.Response{Data: []byte("another"), SW: 0x6281}
		}
		return resp
	}))
	got := tm.do(apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Le: 4})
	assert.Equal(t, apdu.Response{Data: []byte("another"), SW: 0x6281}, got)
	assert.Equal(t, []byte{0x22, 0x86, 0x86, 0x86, 0x86, 0xA4, 0xB0}, names)
}

// TestFaultFrom strikes a command and all after it.
func TestFaultFrom(t *testing.T) {
	c := faulty(t, Fault{From: 3, Do: Status, SW: 0x6F00})
	for number := 2; number <= 5; number++ {
		resp, err := c.Transmit(t.Context(), readDG1)
		require.NoError(t, err)
		assert.Equal(t, number >= 3, resp.SW == 0x6F00, "command %d", number)
	}
}

// TestBluff: a copy that answers under new keys that it has not.
func TestBluff(t *testing.T) {
	p := testProfile()
	p.CA = []CAKey{caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))}
	p.Quirks.CA.Bluff = true
	tm := opened(t, p)
	require.Equal(t, apdu.SWSuccess, tm.chipAuth(&p.CA[0], false, nil, nil))
	resp := tm.send(tm.protect(apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1D}}))
	assert.Equal(t, apdu.SWSuccess, resp.SW)
	els, err := tlv.ParseAll(resp.Data)
	require.NoError(t, err)
	require.Len(t, els, 2)
	assert.Equal(t, []byte{0x90, 0x00}, els[0].Value)
	signed := append(append([]byte(nil), tm.ch.ssc...), els[0].Raw...)
	assert.NotEqual(t, tm.ch.cipher.mac(tm.ch.mac, tm.ch.cipher.pad(signed)), els[1].Value)
}
