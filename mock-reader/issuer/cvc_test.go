package issuer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/tlv"
)

// TestPublishedChain: the same seed gives the same chain, with the fields of
// TR-03110-3 table 17 in their order and nothing that only a CVCA may have below it.
func TestPublishedChain(t *testing.T) {
	one, err := New(PublishedSeed).TerminalPKI()
	require.NoError(t, err)
	two, err := New(PublishedSeed).TerminalPKI()
	require.NoError(t, err)
	for i, pair := range [][2]*CVHolder{{one.CVCA, two.CVCA}, {one.Verifier, two.Verifier}, {one.Terminal, two.Terminal}} {
		assert.Equal(t, pair[0].Certificate, pair[1].Certificate)
		whole, err := tlv.ReadTag(pair[0].Certificate, 0x7F21)
		require.NoError(t, err)
		parts, err := whole.Children()
		require.NoError(t, err)
		assert.Equal(t, []tlv.Tag{0x7F4E, 0x5F37}, tags(parts))
		body, err := parts[0].Children()
		require.NoError(t, err)
		assert.Equal(t, []tlv.Tag{0x5F29, 0x42, 0x7F49, 0x5F20, 0x7F4C, 0x5F25, 0x5F24}, tags(body))
		key, err := body[2].Children()
		require.NoError(t, err)
		want := []tlv.Tag{0x06, 0x86}
		if i == 0 {
			want = []tlv.Tag{0x06, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87}
		}
		assert.Equal(t, want, tags(key))
		assert.Len(t, parts[1].Value, 64, "r ‖ s")
		assert.Equal(t, []byte{2, 0, 0, 1, 0, 1}, body[5].Value, "1 January 2020, a digit a byte")
	}
}

func tags(els tlv.Elements) []tlv.Tag {
	var all []tlv.Tag
	for _, e := range els {
		all = append(all, e.Tag)
	}
	return all
}
