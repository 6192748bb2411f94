package issuer

import (
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"math/big"
	"sync"

	"chipid/cardlib/curves"
)

// Issuer makes certificates and cards from a seed. It is safe for concurrent use.
type Issuer struct {
	seed []byte

	rsaKeys *rsaRing

	mu      sync.Mutex
	ecKeys  map[string]ecKey
	signers map[signerKey]*documentSigner
	sods    map[[sha256.Size]byte][]byte
	revoked map[string][]Revoked // by authority's label
}

// New returns the issuer of a seed; the cards of the project are those of PublishedSeed.
func New(seed string) *Issuer {
	ring := &rsaRing{}
	if seed == PublishedSeed {
		ring = &publishedRing
	}
	return &Issuer{
		seed: []byte(seed), rsaKeys: ring, ecKeys: map[string]ecKey{},
		signers: map[signerKey]*documentSigner{}, sods: map[[sha256.Size]byte][]byte{}, revoked: map[string][]Revoked{},
	}
}

// ecKey is a key pair on a curve.
type ecKey struct {
	curve  *curves.Curve
	d      *big.Int
	public curves.Point
}

// ec derives the key pair with the label. A derived key is kept: chips of one
// persona share it.
func (i *Issuer) ec(label string, curve *curves.Curve) (ecKey, error) {
	label = "ec/" + curve.Name + "/" + label
	i.mu.Lock()
	defer i.mu.Unlock()
	if key, ok := i.ecKeys[label]; ok {
		return key, nil
	}
	d, public, err := curve.GenerateKey(i.stream(label))
	if err != nil {
		return ecKey{}, fmt.Errorf("issuer: key %s: %w", label, err)
	}
	key := ecKey{curve, d, public}
	i.ecKeys[label] = key
	return key, nil
}

// rsaRing keeps derived RSA keys. Those of the published seed are the same for every
// issuer in the process and are derived once: that takes longer than the rest of a
// card together.
type rsaRing struct {
	mu   sync.Mutex
	keys map[string]*rsa.PrivateKey
}

var publishedRing rsaRing

// rsa derives the RSA key with the label; it takes about a tenth of a second
// the first time.
func (i *Issuer) rsa(label string, bits int) (*rsa.PrivateKey, error) {
	label = fmt.Sprintf("rsa/%d/%s", bits, label)
	r := i.rsaKeys
	r.mu.Lock()
	defer r.mu.Unlock()
	if key, ok := r.keys[label]; ok {
		return key, nil
	}
	key, err := generateRSA(i.stream(label), bits)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", label, err)
	}
	if r.keys == nil {
		r.keys = map[string]*rsa.PrivateKey{}
	}
	r.keys[label] = key
	return key, nil
}

// curve returns a standard curve; its id is a constant of the callers.
func curve(id int) *curves.Curve {
	c, ok := curves.ByID(id)
	if !ok {
		panic(fmt.Sprintf("issuer: no curve %d", id))
	}
	return c
}

// The parameter ids used here (TR-03110-3 A.2.1.1).
const (
	p224            = 10
	p256            = 12
	brainpoolP256r1 = 13
	brainpoolP384r1 = 16
	brainpoolP512r1 = 17
	p521            = 18
)
