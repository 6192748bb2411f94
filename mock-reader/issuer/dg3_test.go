package issuer

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/tlv"
)

// TestDG3 walks the file by the tables of Doc 9303-10 §4.7.3 and ISO/IEC 19794-4 §7.
func TestDG3(t *testing.T) {
	file, err := tlv.ReadTag(EncodeDG3(), 0x63)
	require.NoError(t, err)
	group, err := tlv.ReadTag(file.Value, 0x7F61)
	require.NoError(t, err)
	els, err := group.Children()
	require.NoError(t, err)
	require.Len(t, els, 3)
	assert.Equal(t, []byte{2}, els[0].Value, "two templates")
	for i, position := range []byte{2, 7} {
		parts, err := els[i+1].Children()
		require.NoError(t, err)
		record, ok := parts.Find(0x5F2E)
		require.True(t, ok)
		b := record.Value
		assert.Equal(t, "FIR\x00010\x00", string(b[:8]))
		assert.Equal(t, len(b), int(binary.BigEndian.Uint32(b[10:14])), "length of the record")
		assert.Equal(t, byte(1), b[18], "one finger")
		assert.Equal(t, uint16(500), binary.BigEndian.Uint16(b[20:22]))
		view := b[32:]
		assert.Equal(t, len(view), int(binary.BigEndian.Uint32(view[:4])), "length of the view")
		assert.Equal(t, position, view[4])
		width, height := int(binary.BigEndian.Uint16(view[9:11])), int(binary.BigEndian.Uint16(view[11:13]))
		assert.Len(t, view[14:], width*height, "a byte a pixel")
	}
}
