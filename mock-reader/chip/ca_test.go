package chip

import (
	"crypto/rand"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

var (
	oidCA3DES   = unhex("04007F00070202030201")
	oidCAAES128 = unhex("04007F00070202030202")
	oidCAAES256 = unhex("04007F00070202030204")
)

func caKey(t *testing.T, id *int, oid []byte, c Cipher, curve *curves.Curve) CAKey {
	t.Helper()
	d, _, err := curve.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return CAKey{KeyID: id, OID: oid, Cipher: c, Curve: curve, D: d}
}

// public is the chip's public key as DG14 would hold it.
func (k *CAKey) public() []byte {
	if k.Curve != nil {
		return k.Curve.Encode(k.Curve.MulBase(k.D))
	}
	return new(big.Int).Exp(k.Group.G, k.D, k.Group.P).Bytes()
}

// chipAuth runs chip authentication and returns the first status word that is
// not 9000; afterwards the terminal uses the new keys.
func (tm *terminal) chipAuth(k *CAKey, kat bool, reference, point []byte) apdu.SW {
	tm.t.Helper()
	private, public, err := k.agreement().generate(rand.Reader)
	require.NoError(tm.t, err)
	if point == nil {
		point = public
	}
	var tail []byte
	if reference != nil {
		tail = tlv.Encode(tagReference, reference)
	}
	if kat {
		data := append(tlv.Encode(tagEphemeralKAT, point), tail...)
		if sw := tm.do(apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA6, Data: data}).SW; !sw.OK() {
			return sw
		}
	} else {
		data := append(tlv.Encode(tagMechanism, k.OID), tail...)
		if sw := tm.do(apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA4, Data: data}).SW; !sw.OK() {
			return sw
		}
		resp := tm.do(apdu.Command{INS: apdu.InsGeneralAuth, Data: tlv.Encode(tagDynamic, tlv.Encode(0x80, point)), Le: 256})
		if !resp.SW.OK() {
			return resp.SW
		}
		assert.Equal(tm.t, []byte{0x7C, 0}, resp.Data)
	}
	secret, _, err := k.agreement().agree(k.public(), private)
	require.NoError(tm.t, err)
	tm.ch = newChannel(k.Cipher, secret, nil)
	tm.ephemeral = k.agreement().compress(point)
	return apdu.SWSuccess
}

func TestChipAuthentication(t *testing.T) {
	one, two := 1, 2
	group, _ := StandardGroup(2)
	dh := CAKey{OID: unhex("04007F00070202030102"), Cipher: AES128, Group: group, D: scalar(123456789)}
	aes := caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))
	des := caKey(t, nil, oidCA3DES, TDES, mustCurve(t, 12))
	first := caKey(t, &one, oidCAAES256, AES256, mustCurve(t, 13))
	second := caKey(t, &two, oidCAAES256, AES256, mustCurve(t, 16))
	tests := []struct {
		name      string
		keys      []CAKey
		use       int
		kat       bool
		reference []byte
	}{
		{"AES by MSE:Set AT", []CAKey{aes}, 0, false, nil},
		{"3DES by MSE:Set KAT", []CAKey{des}, 0, true, nil},
		{"3DES by MSE:Set AT", []CAKey{des}, 0, false, nil},
		{"DH", []CAKey{dh}, 0, false, nil},
		{"two keys, the second", []CAKey{first, second}, 1, false, []byte{2}},
		{"key id given", []CAKey{first}, 0, false, []byte{1}},
		{"key id left out", []CAKey{first}, 0, false, nil},
		{"KAT beside AES", []CAKey{aes, des}, 1, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testProfile()
			p.CA = tt.keys
			tm := opened(t, p)
			require.Equal(t, apdu.SWSuccess, tm.chipAuth(&p.CA[tt.use], tt.kat, tt.reference, nil))
			assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)), "the first command under the new keys proves it")
			assert.Equal(t, []byte{0x61, 2}, tm.read(0, 2).Data)
		})
	}
}

func TestChipAuthenticationRefusals(t *testing.T) {
	one, two := 1, 2
	aes := caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))
	des := caKey(t, nil, oidCA3DES, TDES, mustCurve(t, 13))
	first := caKey(t, &one, oidCAAES128, AES128, mustCurve(t, 13))
	second := caKey(t, &two, oidCAAES128, AES128, mustCurve(t, 13))
	off := mustCurve(t, 13).Encode(mustCurve(t, 13).Generator())
	off[64] ^= 1
	tests := []struct {
		name      string
		keys      []CAKey
		quirk     CAQuirk
		ask       *CAKey
		kat       bool
		reference []byte
		point     []byte
		want      apdu.SW
	}{
		{"no key", nil, CAQuirk{}, &aes, false, nil, nil, apdu.SWFunctionNotSupported},
		{"no key, KAT", nil, CAQuirk{}, &des, true, nil, nil, apdu.SWFunctionNotSupported},
		{"other protocol", []CAKey{aes}, CAQuirk{}, &des, false, nil, nil, apdu.SWWrongData},
		{"KAT without a 3DES key", []CAKey{aes}, CAQuirk{}, &des, true, nil, nil, apdu.SWWrongData},
		{"ambiguous", []CAKey{first, second}, CAQuirk{}, &first, false, nil, nil, apdu.SWReferencedDataUnknown},
		{"unknown key id", []CAKey{first}, CAQuirk{}, &first, false, []byte{9}, nil, apdu.SWReferencedDataUnknown},
		{"point off the curve", []CAKey{aes}, CAQuirk{}, &aes, false, nil, off, apdu.SWWrongData},
		{"point off the curve, KAT", []CAKey{des}, CAQuirk{}, &des, true, nil, off, apdu.SWWrongData},
		{"identity", []CAKey{aes}, CAQuirk{}, &aes, false, nil, []byte{0}, apdu.SWWrongData},
		{"refused at MSE", []CAKey{aes}, CAQuirk{RefuseSet: 0x6985}, &aes, false, nil, nil, 0x6985},
		{"refused at the key", []CAKey{aes}, CAQuirk{RefuseKey: 0x6300}, &aes, false, nil, nil, 0x6300},
		{"KAT unknown", []CAKey{des}, CAQuirk{NoSetKAT: true}, &des, true, nil, nil, apdu.SWFunctionNotSupported},
		{"KAT only", []CAKey{des}, CAQuirk{NoSetAT: true}, &des, false, nil, nil, apdu.SWWrongData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testProfile()
			p.CA, p.Quirks.CA = tt.keys, tt.quirk
			tm := opened(t, p)
			assert.Equal(t, tt.want, tm.chipAuth(tt.ask, tt.kat, tt.reference, tt.point))
			assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)), "the old keys stay in force")
		})
	}
}

func TestChipAuthenticationNeedsAChannel(t *testing.T) {
	p := testProfile()
	p.CA = []CAKey{caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))}
	tm := newTerminal(t, p)
	assert.Equal(t, apdu.SWSecurityStatus, tm.chipAuth(&p.CA[0], false, nil, nil))
}

// TestChipAuthenticationCopies: a chip with another key, or none, cannot use the new channel.
func TestChipAuthenticationCopies(t *testing.T) {
	honest := caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))
	t.Run("another key", func(t *testing.T) {
		p := testProfile()
		p.CA = []CAKey{caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))}
		tm := opened(t, p)
		require.Equal(t, apdu.SWSuccess, tm.chipAuth(&honest, false, nil, nil), "nothing shows yet")
		assert.Equal(t, apdu.SWSMObjectsIncorrect, tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 1})).SW)
	})
	t.Run("no key", func(t *testing.T) {
		p := testProfile()
		p.CA, p.Quirks.CA.DeadChannel = []CAKey{honest}, true
		tm := opened(t, p)
		require.Equal(t, apdu.SWSuccess, tm.chipAuth(&honest, false, nil, nil))
		assert.Equal(t, apdu.SWSMObjectsIncorrect, tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 1})).SW)
	})
}
