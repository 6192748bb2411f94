package securemsg

import (
	"crypto/aes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/internal/wycheproof"
)

// TestWycheproofCMAC: every tag of the valid vectors, none of the others; keys of
// wrong sizes are refused. MAC is the first half of the tag.
func TestWycheproofCMAC(t *testing.T) {
	groups, err := wycheproof.Load("aes_cmac")
	require.NoError(t, err)
	ciphers := map[int]Cipher{128: AES128, 192: AES192, 256: AES256}
	sizes := map[int]int{}
	for _, g := range groups {
		for _, v := range g.Tests {
			block, err := aes.NewCipher(v.Key)
			if err != nil {
				assert.Equal(t, wycheproof.Invalid, v.Result, v)
				continue
			}
			tag := cmac(block, v.Message)[:g.TagBits/8]
			assert.Equal(t, v.Result == wycheproof.Valid, EqualMAC(tag, v.Tag), v)
			if short, err := MAC(ciphers[g.KeyBits], v.Key, v.Message); assert.NoError(t, err, v) {
				assert.Equal(t, tag[:MACLen], short, v)
			}
			sizes[g.KeyBits]++
		}
	}
	for size := range ciphers {
		assert.Greater(t, sizes[size], 50, "keys of %d bits", size)
	}
}
