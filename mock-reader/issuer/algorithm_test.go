//go:build !race

package issuer_test

import (
	"crypto"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/curves"
	"chipid/mock-reader/issuer"
)

// schemes tells the issuer's schemes by the verifier's.
var schemes = map[issuer.Scheme]cms.Scheme{
	issuer.ECDSA: cms.ECDSA, issuer.ECDSAPlain: cms.ECDSAPlain, issuer.PKCS1: cms.RSAPKCS1, issuer.PSS: cms.RSAPSS,
}

// TestEveryAlgorithmVerifies has an authority with each algorithm sign its own
// certificate, a revocation list and a master list, and the reader's room, written
// by other hands, verify them. The lenient policy lets SHA-1 be tried too.
func TestEveryAlgorithmVerifies(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	lenient := cms.Policy{AllowSHA1: true}
	seen := map[string]bool{}
	for _, a := range issuer.Algorithms() {
		require.False(t, seen[a.Name()], a.Name())
		seen[a.Name()] = true
		byName, ok := issuer.AlgorithmByName(a.Name())
		require.True(t, ok)
		require.Equal(t, a, byName)
		t.Run(a.Name(), func(t *testing.T) {
			t.Parallel()
			authority := issuer.Genuine
			authority.Algorithm = a
			der, err := i.CSCA(authority)
			require.NoError(t, err)
			csca, err := cms.ParseCertificate(der)
			require.NoError(t, err)
			require.NoError(t, csca.VerifySignedBy(csca.PublicKey, lenient))
			got, err := csca.SignatureAlgorithm()
			require.NoError(t, err)
			assert.Equal(t, schemes[a.Scheme], got.Scheme)
			if a.Hash != 0 {
				assert.Equal(t, a.Hash, got.Hash)
			}
			if a.Hash == crypto.SHA1 {
				assert.ErrorIs(t, csca.VerifySignedBy(csca.PublicKey, cms.Policy{}), cms.ErrPolicy)
			}
			list, err := i.SignCRL(authority, issuer.CRL{Number: 1, ThisUpdate: time.Now(), NextUpdate: time.Now().AddDate(0, 3, 0)})
			require.NoError(t, err)
			crl, err := cms.ParseCRL(list)
			require.NoError(t, err)
			assert.NoError(t, crl.VerifySignedBy(csca.PublicKey, lenient))
		})
	}
}

// TestAlgorithmsAreAllThatCMSKnows: whatever the verifier knows, the issuer signs:
// each scheme with each hash, and each curve that the verifier's policy allows.
func TestAlgorithmsAreAllThatCMSKnows(t *testing.T) {
	pairs, ids := map[[2]int]bool{}, map[int]bool{}
	for _, a := range issuer.Algorithms() {
		hash := a.Hash
		if hash == 0 {
			hash = crypto.SHA256
		}
		pairs[[2]int{int(schemes[a.Scheme]), int(hash)}] = true
		if a.Scheme == issuer.ECDSA {
			id := a.Curve
			if id == 0 {
				id = 16
			}
			ids[id] = true
		}
	}
	for _, scheme := range []cms.Scheme{cms.ECDSA, cms.ECDSAPlain, cms.RSAPKCS1, cms.RSAPSS} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			assert.True(t, pairs[[2]int{int(scheme), int(hash)}], "%v with %v", scheme, hash)
		}
	}
	for _, c := range curves.All() {
		if c.BitSize() >= 224 {
			assert.True(t, ids[c.ID], c.Name)
		}
	}
}
