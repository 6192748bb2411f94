package pairing

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"chipid/agent/durable"
)

// Identity is the agent's key.
type Identity struct{ secret ed25519.PrivateKey }

// ErrIdentity: the key's file cannot be used.
var ErrIdentity = errors.New("pairing: the agent's identity cannot be used")

// OpenIdentity reads the key under the state's folder, or makes it the first time.
func OpenIdentity(state string) (*Identity, error) {
	dir := filepath.Join(state, "keys")
	for _, each := range []string{state, dir} {
		if err := durable.Dir(each); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrIdentity, err)
		}
	}
	unlock, err := durable.Lock(filepath.Join(state, "identity.lock"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIdentity, err)
	}
	defer unlock()
	path := filepath.Join(dir, "identity.key")
	seed, err := durable.ReadSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		seed, err = durable.NewKey(path, ed25519.SeedSize)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIdentity, err)
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrIdentity, len(seed))
	}
	return &Identity{ed25519.NewKeyFromSeed(seed)}, nil
}

// Key is the public key in base64url.
func (i *Identity) Key() string { return encode(i.public()) }

func (i *Identity) public() []byte { return i.secret.Public().(ed25519.PublicKey) }

// Signer is the key itself, for what is signed under a domain of its own
// (the bundles of cardlib/evidence).
func (i *Identity) Signer() crypto.Signer { return i.secret }

// Answer signs a page's challenge, in base64url.
func (i *Identity) Answer(challenge, origin string, port int) string {
	return encode(ed25519.Sign(i.secret, Statement(challenge, origin, port)))
}

// Statement is what the agent signs: four lines, each ended by a newline. The
// first one keeps the key's other uses apart.
func Statement(challenge, origin string, port int) []byte {
	return []byte("chipid identity 1\n" + origin + "\n" + strconv.Itoa(port) + "\n" + challenge + "\n")
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(text string, n int) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return b, err == nil && len(b) == n
}
