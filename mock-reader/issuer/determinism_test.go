package issuer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnchorsArePublished pins the certificates: whoever trusts them today
// trusts the same ones tomorrow.
func TestAnchorsArePublished(t *testing.T) {
	anchors, err := New(PublishedSeed).Anchors()
	require.NoError(t, err)
	var sums []string
	for _, a := range anchors {
		sum := sha256.Sum256(a.DER)
		sums = append(sums, a.File+" "+hex.EncodeToString(sum[:8]))
		assert.True(t, bytes.Contains(a.DER, []byte("SYNTHETIC")))
	}
	assert.Equal(t, []string{
		"synthetic-vn-test-csca.pem 065707aedf3cff77", "synthetic-ut-test-csca.pem 68d08c325693ec30",
		"synthetic-vn-test-csca-0.pem bd9fd7a6bf0cccd7", "synthetic-vn-test-csca-2-link.pem a9d291a559176dae",
		"synthetic-vn-test-csca-0.crl db435357f11e45a7", "synthetic-vn-test-csca-2.crl f0745ecf72093137",
	}, sums)
}

func TestAnotherSeedMakesOtherKeys(t *testing.T) {
	a, err := New("one").CSCA(Genuine)
	require.NoError(t, err)
	b, err := New("two").CSCA(Genuine)
	require.NoError(t, err)
	assert.NotEqual(t, a, b)
}

func TestGenerateRSA(t *testing.T) {
	i := New("test")
	for _, bits := range []int{1024, 2048} {
		key, err := generateRSA(i.stream("a key"), bits)
		require.NoError(t, err)
		assert.Equal(t, bits, key.N.BitLen())
		m := big.NewInt(0x1234567)
		c := new(big.Int).Exp(m, big.NewInt(int64(key.E)), key.N)
		assert.Equal(t, m, c.Exp(c, key.D, key.N), "decryption undoes encryption")
		again, err := generateRSA(i.stream("a key"), bits)
		require.NoError(t, err)
		assert.True(t, key.Equal(again))
	}
}

// TestSieve compares the sieve with plain division of a start that fits a word.
func TestSieve(t *testing.T) {
	const start = 0x1234_5678_9ABC_DEF1
	composite := sieve(new(big.Int).SetUint64(start))
	for i := range uint64(300) {
		n := start + 2*i
		want := n%publicExponent == 1
		for p := uint64(3); p < 1<<14; p += 2 {
			want = want || n%p == 0
		}
		require.Equal(t, want, composite[i], "start + %d", 2*i)
	}
}
