package securityinfo

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/tlv"
)

func TestEveryPACEProtocol(t *testing.T) {
	for arc, want := range map[byte]struct {
		agreement Agreement
		mapping   Mapping
	}{
		1: {DH, GenericMapping}, 2: {ECDH, GenericMapping}, 3: {DH, IntegratedMapping}, 4: {ECDH, IntegratedMapping}, 6: {ECDH, ChipAuthenticationMapping},
	} {
		for last, c := range map[byte]securemsg.Cipher{1: securemsg.TDES, 2: securemsg.AES128, 3: securemsg.AES192, 4: securemsg.AES256} {
			raw := script.Hex(infoGM13)
			raw[12], raw[13] = arc, last
			infos, err := Parse(tlv.Encode(tagSet, raw))
			require.NoError(t, err)
			if arc == 6 && last == 1 {
				assert.Empty(t, infos.PACE, "there is no CAM with 3DES")
				assert.Len(t, infos.Unknown, 1)
				continue
			}
			require.Len(t, infos.PACE, 1)
			p := infos.PACE[0]
			assert.Equal(t, want.agreement, p.Agreement)
			assert.Equal(t, want.mapping, p.Mapping)
			assert.Equal(t, c, p.Cipher)
			value, err := p.OIDValue()
			require.NoError(t, err)
			assert.Equal(t, raw[4:14], value)
		}
	}
}

func TestStandardParameters(t *testing.T) {
	for id := range 40 {
		for _, base := range []string{infoGM13, infoDH0} {
			raw := script.Hex(base)
			raw[len(raw)-1] = byte(id)
			infos, err := Parse(tlv.Encode(tagSet, raw))
			require.NoError(t, err)
			p := infos.PACE[0]
			curve, isCurve := curves.ByID(id)
			group, isGroup := dh.ByID(id)
			if p.Agreement == ECDH {
				assert.Equal(t, isCurve, p.Curve != nil, id)
				assert.Equal(t, curve, p.Curve)
				assert.Nil(t, p.Group)
			} else {
				assert.Equal(t, isGroup, p.Group != nil, id)
				assert.Equal(t, group, p.Group)
				assert.Nil(t, p.Curve)
			}
		}
	}
}

func TestSeveralPACEInfosWithOneOID(t *testing.T) {
	infos, err := Parse(set(infoGM13, infoGM12, infoDH0))
	require.NoError(t, err)
	require.Len(t, infos.PACE, 3)
	assert.True(t, infos.PACE[0].Ambiguous)
	assert.True(t, infos.PACE[1].Ambiguous)
	assert.False(t, infos.PACE[2].Ambiguous)
	assert.Equal(t, "P-256", infos.PACE[1].Curve.Name)
}

// explicitInfo is a PACEDomainParameterInfo for ECDH-GM with the parameters of a key.
func explicitInfo(t *testing.T, spki []byte, id string) string {
	e, err := tlv.ReadOnly(spki)
	require.NoError(t, err)
	fields, err := e.Children()
	require.NoError(t, err)
	return hex.EncodeToString(tlv.Encode(tagSequence, script.Hex("060904007F000702020402"), fields[0].Raw, script.Hex(id)))
}

func TestExplicitPACEParameters(t *testing.T) {
	brainpool := explicitInfo(t, findKey(t, "EC", "explicit", "brainpoolP384r1"), "020120")
	p256 := explicitInfo(t, findKey(t, "EC", "explicit", "P-256"), "020121")
	noID := explicitInfo(t, findKey(t, "EC", "explicit", "P-256"), "")
	fake := explicitInfo(t, findKey(t, "unsupported", "explicit", "secp256k1"), "020120")
	info := func(id string) string {
		return hex.EncodeToString(tlv.Encode(tagSequence, script.Hex("060A04007F00070202040202020102"+id)))
	}
	for _, c := range []struct {
		name  string
		infos []string
		want  string // the curve of the PACEInfo; empty: none

		problems int
	}{
		{"by its id", []string{info("020120"), brainpool, p256}, "brainpoolP384r1", 0},
		{"by its other id", []string{brainpool, p256, info("020121")}, "P-256", 0},
		{"the only one", []string{info(""), noID}, "P-256", 0},
		{"two without id", []string{info(""), brainpool, p256}, "", 0},
		{"an id that is not there", []string{info("020125"), brainpool, p256}, "", 0},
		{"no parameters at all", []string{info("")}, "", 0},
		{"a curve of its own", []string{info("020120"), fake}, "", 0},
		{"a reserved id", []string{info("020113"), explicitInfo(t, findKey(t, "EC", "explicit", "P-256"), "020113")}, "", 1},
		{"a standard id is never overridden", []string{info("02010D"), explicitInfo(t, findKey(t, "EC", "explicit", "P-256"), "02010D")}, "brainpoolP256r1", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			infos, err := Parse(set(c.infos...))
			require.NoError(t, err)
			require.Len(t, infos.PACE, 1)
			assert.Len(t, infos.Problems, c.problems)
			if c.want == "" {
				assert.Nil(t, infos.PACE[0].Curve)
				return
			}
			require.NotNil(t, infos.PACE[0].Curve)
			assert.Equal(t, c.want, infos.PACE[0].Curve.Name)
		})
	}
}

func TestExplicitDHParametersForPACE(t *testing.T) {
	build := func(spki []byte) []byte {
		e, err := tlv.ReadOnly(spki)
		require.NoError(t, err)
		fields, err := e.Children()
		require.NoError(t, err)
		domain := tlv.Encode(tagSequence, script.Hex("060904007F000702020401"), fields[0].Raw)
		return tlv.Encode(tagSet, script.Hex("300F060A04007F00070202040102020102"), domain)
	}
	infos, err := Parse(build(findKey(t, "DH", "X9.42", "2")))
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	assert.Equal(t, 2, infos.PACE[0].Group.ID)

	infos, err = Parse(build(findKey(t, "DH", "PKCS#3", "-1")))
	require.NoError(t, err)
	assert.Nil(t, infos.PACE[0].Group, "not a standard group")
}

func TestPACEAgrees(t *testing.T) {
	explicitA := explicitInfo(t, findKey(t, "EC", "explicit", "P-256"), "020120")
	explicitB := explicitInfo(t, findKey(t, "EC", "explicit", "P-384"), "020120")
	for _, c := range []struct {
		name           string
		access, signed []string
		want           Comparison
	}{
		{"the same", []string{infoTA, infoCA128, infoGM13}, []string{infoGM13, infoCA128}, Same},
		{"another order, and twice", []string{infoGM13, infoIM13}, []string{infoIM13, infoGM13, infoGM13}, Same},
		{"other parameters", []string{infoGM12}, []string{infoGM13}, Different},
		{"a stronger way dropped", []string{infoGM13}, []string{infoGM13, infoIM13}, Different},
		{"a way added", []string{infoGM13, infoDH0}, []string{infoGM13}, Different},
		{"no PACE on the outside", []string{infoTA}, []string{infoGM13}, Different},
		{"nothing signed", []string{infoGM13}, []string{infoCA128}, NotSigned},
		{"nothing at all", nil, nil, NotSigned},
		{"the same explicit parameters", []string{infoGM13, explicitA}, []string{infoGM13, explicitA}, Same},
		{"other explicit parameters", []string{infoGM13, explicitB}, []string{infoGM13, explicitA}, Different},
		{"another version", []string{"3012060A04007F0007020204020202010102010D"}, []string{infoGM13}, Different},
		{"an unusable way added", []string{infoGM13, "300C060A04007F00070202040204"}, []string{infoGM13}, Different},
	} {
		t.Run(c.name, func(t *testing.T) {
			access, err := Parse(set(c.access...))
			require.NoError(t, err)
			signed, err := Parse(set(c.signed...))
			require.NoError(t, err)
			assert.Equal(t, c.want, PACEAgrees(access, signed))
		})
	}
}
