package securityinfo

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/dh"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/tlv"
)

// TestKeysAreWrittenAsOpenSSLDoes wants openssl's bytes again where it names the curve.
func TestKeysAreWrittenAsOpenSSLDoes(t *testing.T) {
	written := 0
	for _, k := range opensslKeys(t) {
		if k.Kind == "unsupported" {
			continue
		}
		der := script.Hex(k.DER)
		key, err := ParsePublicKey(der)
		require.NoError(t, err)
		got, err := EncodePublicKey(key)
		require.NoError(t, err)
		if k.Encoding == "named_curve" || k.Kind == "RSA" {
			assert.Equal(t, der, got, "%s %s", k.Kind, k.Name)
			written++
		}
		again, err := ParsePublicKey(got)
		require.NoError(t, err)
		assert.Equal(t, key, again, "%s %s %s", k.Kind, k.Encoding, k.Name)
	}
	assert.Greater(t, written, 10)
}

func TestInfosAreWrittenInTheOrderOfDER(t *testing.T) {
	got, err := Parse(VietnamCardAccess)
	require.NoError(t, err)
	file, err := Encode(got)
	require.NoError(t, err)
	assert.Equal(t, VietnamCardAccess, file)

	all := set(infoGM13, infoDH0, infoCAM13, infoCA128, infoCA256k, infoTA1, infoAA, infoEFDIR,
		keyInfo(t, 2, findKey(t, "EC", "named_curve", "brainpoolP256r1"), "020107"),
		"3012060804007F00070202060C06414243444546")
	infos, err := Parse(all)
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	file, err = Encode(infos)
	require.NoError(t, err)
	assert.Len(t, file, len(all), "the same infos in another order")
	again, err := Parse(file)
	require.NoError(t, err)
	assert.ElementsMatch(t, infos.PACE, again.PACE)
	assert.ElementsMatch(t, infos.ChipAuth, again.ChipAuth)
	assert.Equal(t, infos.ChipAuthKeys, again.ChipAuthKeys)
	assert.Equal(t, infos.TerminalAuth, again.TerminalAuth)
	assert.Equal(t, infos.ActiveAuth, again.ActiveAuth)
	assert.Equal(t, infos.EFDIR, again.EFDIR)
	assert.Equal(t, infos.Unknown, again.Unknown)

	dg14, err := EncodeDG14(infos)
	require.NoError(t, err)
	assert.Equal(t, tlv.Encode(tagDG14, file), dg14)
}

func TestWhatCannotBeWritten(t *testing.T) {
	ec, err := ParsePublicKey(findKey(t, "EC", "named_curve", "brainpoolP256r1"))
	require.NoError(t, err)
	off := ec
	off.Point.Y = new(big.Int).Add(off.Point.Y, big.NewInt(1))
	group, _ := dh.ByID(0)
	for name, infos := range map[string]Infos{
		"problems":                     {Problems: []Problem{{}}},
		"a key of no kind":             {ChipAuthKeys: []ChipAuthPublicKeyInfo{{Agreement: ECDH}}},
		"a key for another agreement":  {ChipAuthKeys: []ChipAuthPublicKeyInfo{{Agreement: DH, Key: ec}}},
		"a point off its curve":        {ChipAuthKeys: []ChipAuthPublicKeyInfo{{Agreement: ECDH, Key: off}}},
		"a DH key without its number":  {ChipAuthKeys: []ChipAuthPublicKeyInfo{{Agreement: DH, Key: PublicKey{Group: group}}}},
		"no object identifier":         {PACE: []PACEInfo{{Version: 2}}},
		"no algorithm":                 {ActiveAuth: &ActiveAuthInfo{Version: 1}},
		"unknown bytes":                {Unknown: [][]byte{{1, 2, 3}}},
		"explicit parameters not read": {PACEDomain: []PACEDomainInfo{{}}},
	} {
		_, err := EncodeDG14(infos)
		assert.ErrorIs(t, err, ErrEncode, name)
	}
}
