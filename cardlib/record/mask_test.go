package record

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

func TestMaskFile(t *testing.T) {
	dg13 := lds.DG13.FileID()
	text := []byte("Ngõ Vắng")
	zeros := make([]byte, len(text))
	for name, c := range map[string]struct {
		application bool
		id          lds.FileID
		file, want  []byte
	}{
		"values become zeros": {true, dg13, tlv.Encode(0x6D, tlv.Encode(0x30, tlv.Encode(0x02, []byte{7}), tlv.Encode(0x0C, text))),
			tlv.Encode(0x6D, tlv.Encode(0x30, tlv.Encode(0x02, []byte{0}), tlv.Encode(0x0C, zeros)))},
		"text where elements are due": {true, dg13, tlv.Encode(0x6D, text), tlv.Encode(0x6D, zeros)},
		"text that is no file":        {true, dg13, []byte("\x1F\xFF\xFF\xFF\xFF"), make([]byte, 5)},
		"the beginning of a file": {true, dg13, append([]byte{0x6D, 0x20, 0x30, 0x1E, 0x0C, 0x0A}, "Ngõ"...),
			append([]byte{0x6D, 0x20, 0x30, 0x1E, 0x0C, 0x0A}, make([]byte, 4)...)},
		"EF.COM": {true, lds.EFCOM, tlv.Encode(0x60, tlv.Encode(0x5F01, []byte("0107")), tlv.Encode(0x5C, []byte{0x61, 0x6D}), tlv.Encode(0x5F37, text)),
			tlv.Encode(0x60, tlv.Encode(0x5F01, []byte("0107")), tlv.Encode(0x5C, []byte{0x61, 0x6D}), tlv.Encode(0x5F37, zeros))},
		"EF.CardAccess stays":          {false, lds.EFCardAccess, securityinfo.VietnamCardAccess, securityinfo.VietnamCardAccess},
		"under the application it not": {true, lds.EFCardAccess, tlv.Encode(0x31, tlv.Encode(0x06, []byte{0x2A, 3})), tlv.Encode(0x31, tlv.Encode(0x06, []byte{0, 0}))},
		"a long OID": {false, lds.EFCardAccess, tlv.Encode(0x31, tlv.Encode(0x06, bytes.Repeat([]byte{0x2A}, 17))),
			tlv.Encode(0x31, tlv.Encode(0x06, make([]byte, 17)))},
	} {
		t.Run(name, func(t *testing.T) {
			original := bytes.Clone(c.file)
			assert.Equal(t, c.want, MaskFile(c.application, c.id, c.file))
			assert.Equal(t, original, c.file, "the file itself is left alone")
		})
	}
}

func TestMaskCommands(t *testing.T) {
	key := bytes.Repeat([]byte{0xAB}, 8)
	for name, c := range map[string]struct{ cmd, want apdu.Command }{
		"SELECT":                  {apdu.Command{INS: apdu.InsSelect, P1: 2, Data: []byte{1, 2}}, apdu.Command{INS: apdu.InsSelect, P1: 2, Data: []byte{1, 2}}},
		"SELECT of something":     {apdu.Command{INS: apdu.InsSelect, Data: make([]byte, 17)}, apdu.Command{INS: apdu.InsSelect, Data: make([]byte, 17)}},
		"INTERNAL AUTHENTICATE":   {apdu.Command{INS: apdu.InsInternalAuth, Data: key, Le: 256}, apdu.Command{INS: apdu.InsInternalAuth, Data: make([]byte, 8), Le: 256}},
		"GENERAL AUTHENTICATE":    {apdu.Command{INS: apdu.InsGeneralAuth, Data: tlv.Encode(0x7C, tlv.Encode(0x80, key))}, apdu.Command{INS: apdu.InsGeneralAuth, Data: tlv.Encode(0x7C, tlv.Encode(0x80, make([]byte, 8)))}},
		"MSE with a key":          {apdu.Command{INS: apdu.InsMSE, Data: tlv.Encode(0x91, key)}, apdu.Command{INS: apdu.InsMSE, Data: tlv.Encode(0x91, make([]byte, 8))}},
		"MSE with a protocol":     {apdu.Command{INS: apdu.InsMSE, Data: tlv.Encode(0x80, key)}, apdu.Command{INS: apdu.InsMSE, Data: tlv.Encode(0x80, key)}},
		"a command not known":     {apdu.Command{INS: 0x12, Data: key}, apdu.Command{INS: 0x12, Data: make([]byte, 8)}},
		"READ BINARY, far offset": {apdu.Command{INS: apdu.InsReadBinaryOdd, Data: tlv.Encode(0x54, []byte{1, 0, 0})}, apdu.Command{INS: apdu.InsReadBinaryOdd, Data: tlv.Encode(0x54, []byte{1, 0, 0})}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, maskCommand(c.cmd)) })
	}
	answer := maskAnswer(apdu.Command{INS: apdu.InsInternalAuth}, apdu.Response{Data: key, SW: 0x9000})
	assert.Equal(t, apdu.Response{Data: make([]byte, 8), SW: 0x9000}, answer)
}

// FuzzMaskFile: what is masked is as long, and says nothing where the whole was
// to be masked.
func FuzzMaskFile(f *testing.F) {
	f.Add(securityinfo.VietnamCardAccess, uint16(lds.EFCardAccess), false)
	f.Add(tlv.Encode(0x6D, tlv.Encode(0x30, tlv.Encode(0x02, []byte{7}))), uint16(lds.DG13.FileID()), true)
	f.Add([]byte{0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1}, uint16(lds.EFSOD), true)
	f.Fuzz(func(t *testing.T, file []byte, id uint16, application bool) {
		masked := MaskFile(application, lds.FileID(id), file)
		require.Len(t, masked, len(file))
		again := MaskFile(true, lds.DG13.FileID(), file)
		_ = tlv.Walk(again, func(_ int, e tlv.Element) bool {
			require.True(t, e.Tag.Constructed() || len(bytes.Trim(e.Value, "\x00")) == 0 || e.Tag == tagUTCTime || e.Tag == tagGeneralizedTime)
			return true
		})
	})
}
