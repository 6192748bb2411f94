package securityinfo

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/internal/script"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/tlv"
)

// set makes SecurityInfos of hex.
func set(infos ...string) []byte {
	var all []byte
	for _, i := range infos {
		all = append(all, script.Hex(i)...)
	}
	return tlv.Encode(tagSet, all)
}

// SecurityInfos, the first two of Doc 9303-11 appendix G.
const (
	infoGM13   = "3012060A04007F0007020204020202010202010D"
	infoDH0    = "3012060A04007F00070202040102020102020100"
	infoGM12   = "3012060A04007F0007020204020202010202010C"
	infoIM13   = "3012060A04007F0007020204040402010202010D"
	infoCAM13  = "3012060A04007F0007020204060202010202010D"
	infoCA128  = "300F060A04007F00070202030202020101"
	infoCA256k = "3012060A04007F0007020203020402010102010D"
	infoCA2    = "300F060A04007F00070202030202020102"
	infoCADH   = "300F060A04007F00070202030101020101"
	infoTA     = "300D060804007F0007020202020101"
	infoTA1    = "3016060804007F000702020202010130070402011C04011C"
	infoAA     = "30170606678108010105020101060A04007F00070101040103"
	infoEFDIR  = "300D060667810801010D0403610141"
)

func TestVietnamCardAccess(t *testing.T) {
	assert.Equal(t, "3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d",
		hex.EncodeToString(VietnamCardAccess))
	infos, err := Parse(VietnamCardAccess)
	require.NoError(t, err)
	assert.Empty(t, infos.Problems)
	assert.Empty(t, infos.Unknown)
	require.Len(t, infos.PACE, 1)
	p := infos.PACE[0]
	assert.Equal(t, "PACE-ECDH-GM-AES-128", p.Name())
	assert.Equal(t, "brainpoolP256r1", p.Curve.Name)
	assert.Equal(t, 2, p.Version)
	assert.Equal(t, NewID(13), p.Parameter)
	assert.False(t, p.Ambiguous)
	require.Len(t, infos.ChipAuth, 1)
	assert.Equal(t, "CA-ECDH-AES-128", infos.ChipAuth[0].Name())
	assert.Equal(t, 1, infos.ChipAuth[0].Version)
	assert.Equal(t, []TerminalAuthInfo{{Version: 1}}, infos.TerminalAuth)
}

func TestChipAuthInfos(t *testing.T) {
	infos, err := Parse(set(infoCA128, infoCA256k, infoCA2, infoCADH))
	require.NoError(t, err)
	require.Len(t, infos.ChipAuth, 4)
	assert.Equal(t, ID{}, infos.ChipAuth[0].KeyID)
	assert.Equal(t, NewID(13), infos.ChipAuth[1].KeyID)
	assert.Equal(t, securemsg.AES256, infos.ChipAuth[1].Cipher)
	assert.Equal(t, 2, infos.ChipAuth[2].Version)
	assert.Equal(t, DH, infos.ChipAuth[3].Agreement)
	assert.Equal(t, securemsg.TDES, infos.ChipAuth[3].Cipher)
	assert.True(t, infos.AnnouncesChipAuth())
	assert.Equal(t, infos.ChipAuth[3].OID, ChipAuthProtocol(DH, securemsg.TDES))
}

func keyInfo(t *testing.T, arc byte, spki []byte, id string) string {
	return hex.EncodeToString(tlv.Encode(tagSequence, append(script.Hex("060904007F0007020201"), arc), spki, script.Hex(id)))
}

func TestChipAuthKeys(t *testing.T) {
	ec, dhKey := findKey(t, "EC", "explicit", "brainpoolP256r1"), findKey(t, "DH", "X9.42", "1")
	infos, err := Parse(set(keyInfo(t, 2, ec, "020107"), keyInfo(t, 1, dhKey, "")))
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	require.Len(t, infos.ChipAuthKeys, 2)
	assert.NoError(t, infos.ChipAuthKeys[0].Err)
	assert.Equal(t, NewID(7), infos.ChipAuthKeys[0].KeyID)
	assert.Equal(t, "brainpoolP256r1", infos.ChipAuthKeys[0].Key.Curve.Name)
	assert.NoError(t, infos.ChipAuthKeys[1].Err)
	assert.Equal(t, 1, infos.ChipAuthKeys[1].Key.Group.ID)

	infos, err = Parse(set(keyInfo(t, 1, ec, ""), keyInfo(t, 2, findKey(t, "RSA", "", "2048"), ""), keyInfo(t, 2, []byte{0x30, 0}, "")))
	require.NoError(t, err)
	require.Len(t, infos.ChipAuthKeys, 3, "a key that cannot be used is still announced")
	for _, k := range infos.ChipAuthKeys {
		assert.ErrorIs(t, k.Err, ErrKey)
	}
}

func TestTheOtherInfos(t *testing.T) {
	infos, err := Parse(set(infoTA1, infoAA, infoEFDIR))
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	assert.Equal(t, []TerminalAuthInfo{{Version: 1, CVCAFile: 0x011C, CVCAShort: 0x1C}}, infos.TerminalAuth)
	assert.Equal(t, &ActiveAuthInfo{Version: 1, Algorithm: OID{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3}}, infos.ActiveAuth)
	assert.Equal(t, script.Hex("610141"), infos.EFDIR)
	assert.False(t, infos.AnnouncesChipAuth())
}

func TestUnknownInfosAreKept(t *testing.T) {
	const cardInfo = "3012060804007F00070202060C06414243444546"
	const noArcs = "300A060804007F0007020204"
	future := "3012060A04007F0007020204090202010202010D" // a mapping that is not known
	infos, err := Parse(set(cardInfo, infoGM13, noArcs, future, "300F060A04007F00070202030209020101", "3010060904007F0007020203020403020101"))
	require.NoError(t, err)
	assert.Len(t, infos.PACE, 1)
	assert.Empty(t, infos.Problems)
	require.Len(t, infos.Unknown, 5)
	assert.Equal(t, script.Hex(cardInfo), infos.Unknown[0])
}

func TestProblemsDoNotSpoilTheRest(t *testing.T) {
	for _, c := range []struct{ name, info string }{
		{"PACE without version", "300C060A04007F00070202040202"},
		{"PACE with a version of text", "300F060A04007F000702020402020C0102"},
		{"PACE with a negative version", "300F060A04007F000702020402020201FF"},
		{"PACE with an empty version", "300E060A04007F000702020402020200"},
		{"PACE with a field too many", "3015060A04007F0007020204020202010202010D02010D"},
		{"PACE with a huge id", "3017060A04007F0007020204020202010202060100000000 00"},
		{"PACE parameters missing", "300B060904007F000702020402"},
		{"PACE parameters of a strange kind", "300F060904007F000702020402300206 00"},
		{"CA without version", "300C060A04007F00070202030202"},
		{"CA with a field too many", "3015060A04007F0007020203020202010102010D02010D"},
		{"CA with a version of text", "300F060A04007F000702020302020C0101"},
		{"CA key missing", "300B060904007F000702020102"},
		{"TA without version", "300A060804007F0007020202"},
		{"TA with a strange file", "3011060804007F0007020202020101300204 00"},
		{"AA without algorithm", "300B0606678108010105020101"},
		{"AA with a strange algorithm", "300E0606678108010105020101020101"},
		{"EF.DIR missing", "3008060667810801010D"},
	} {
		t.Run(c.name, func(t *testing.T) {
			infos, err := Parse(set(c.info, infoGM13))
			require.NoError(t, err)
			require.Len(t, infos.Problems, 1)
			assert.ErrorIs(t, infos.Problems[0].Err, ErrMalformed)
			assert.Len(t, infos.PACE, 1)
			assert.Empty(t, infos.Unknown)
		})
	}
	infos, err := Parse(set("300C060A04007F00070202030202"))
	require.NoError(t, err)
	assert.True(t, infos.AnnouncesChipAuth(), "announced, however broken")
	infos, err = Parse(set("300B060904007F000702020102"))
	require.NoError(t, err)
	assert.True(t, infos.AnnouncesChipAuth())
	infos, err = Parse(set(infoAA, infoAA))
	require.NoError(t, err)
	assert.Len(t, infos.Problems, 1, "a second ActiveAuthenticationInfo")
}

func TestMalformedFiles(t *testing.T) {
	many := bytes.Repeat(script.Hex(infoTA), MaxInfos+1)
	for _, c := range []struct {
		name string
		raw  []byte
	}{
		{"nothing", nil},
		{"a sequence", script.Hex("3000")},
		{"cut off", VietnamCardAccess[:53]},
		{"a byte too many", append(bytes.Clone(VietnamCardAccess), 0)},
		{"an info that is no sequence", script.Hex("3103020101")},
		{"an empty info", script.Hex("31023000")},
		{"an info without OID", script.Hex("31053003020101")},
		{"an empty OID", script.Hex("310430020600")},
		{"an OID that does not end", script.Hex("3105300306 0181")},
		{"rubbish inside an info", script.Hex("3105300306FF01")},
		{"length of 4 GiB", script.Hex("3184FFFFFFFF")},
		{"too many infos", tlv.Encode(tagSet, many)},
		{"too large", tlv.Encode(tagSet, make([]byte, MaxSize))},
		{"OID too long", tlv.Encode(tagSet, tlv.Encode(tagSequence, tlv.Encode(tagOID, bytes.Repeat([]byte{1}, maxOID+1))))},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.raw)
			assert.ErrorIs(t, err, ErrMalformed)
		})
	}
}

func TestParseDG14(t *testing.T) {
	infos, err := ParseDG14(tlv.Encode(tagDG14, VietnamCardAccess))
	require.NoError(t, err)
	assert.Len(t, infos.PACE, 1)
	for _, raw := range [][]byte{nil, VietnamCardAccess, script.Hex("6E00"), script.Hex("6E0430003000"),
		append(tlv.Encode(tagDG14, VietnamCardAccess), 0), tlv.Encode(tagDG14, VietnamCardAccess, []byte{5, 0}), make([]byte, MaxSize+1)} {
		_, err := ParseDG14(raw)
		assert.ErrorIs(t, err, ErrMalformed)
	}
}

func TestNames(t *testing.T) {
	assert.Equal(t, "same different not signed no comparison",
		Same.String()+" "+Different.String()+" "+NotSigned.String()+" "+Comparison(0).String())
	assert.Equal(t, "no id", ID{}.String())
	assert.Equal(t, "13", NewID(13).String())
	assert.Equal(t, []byte{0}, NewID(0).Bytes())
	assert.Equal(t, []byte{0x80}, NewID(128).Bytes())
	assert.Equal(t, []byte{1, 0}, NewID(256).Bytes())
	infos, err := Parse(set(infoCAM13))
	require.NoError(t, err)
	assert.Equal(t, "PACE-ECDH-CAM-AES-128", infos.PACE[0].Name())
}

func FuzzParse(f *testing.F) {
	f.Add(VietnamCardAccess)
	f.Add(set(infoGM13, infoDH0, infoIM13, infoCAM13, infoCA128, infoCA2, infoTA1, infoAA, infoEFDIR))
	f.Add(script.Hex("31023000"))
	f.Add(script.Hex("3184FFFFFFFF"))
	f.Add(bytes.Repeat([]byte{0x31, 0x80}, 100))
	f.Fuzz(func(t *testing.T, raw []byte) {
		infos, err := Parse(raw)
		if err != nil {
			return
		}
		if file, err := EncodeDG14(infos); err == nil {
			back, err := ParseDG14(file)
			if err != nil || len(back.PACE) != len(infos.PACE) || len(back.ChipAuth) != len(infos.ChipAuth) || len(back.Unknown) != len(infos.Unknown) {
				t.Fatalf("what was written does not parse again as it was: %v", err)
			}
		}
		for _, p := range infos.PACE {
			if p.Curve != nil && p.Group != nil {
				t.Fatal("two kinds of parameters")
			}
			if _, err := p.OIDValue(); err != nil {
				t.Fatal(err)
			}
		}
		if got := PACEAgrees(infos, infos); got == Different {
			t.Fatal("a set differs from itself")
		}
	})
}
