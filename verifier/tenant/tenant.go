package tenant

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chipid/cardlib/evidence"
	"chipid/verifier/store"
)

// The limits of a tenant unless its administrator sets others.
const (
	DefaultRate  = 20
	DefaultBurst = 100
	DefaultKeep  = 30 * 24 * time.Hour
	MaxKeep      = 10 * 366 * 24 * time.Hour
)

// maxName is the longest name of a tenant, in bytes.
const maxName = 64

// Errors of New.
var (
	ErrName    = errors.New("tenant: a name has 1 to 64 bytes without control characters")
	ErrOrigin  = errors.New("tenant: an origin is https://HOST[:PORT] as browsers write it")
	ErrPurpose = errors.New("tenant: a purpose has 1 to 800 bytes")
	ErrLimit   = errors.New("tenant: a limit out of range")
)

// New makes a tenant with an id of its own.
func New(name string, origins, purposes []string, rate, burst float64, keep time.Duration) (store.Tenant, error) {
	t := store.Tenant{ID: rand.Text(), Name: name, Origins: origins, Purposes: purposes, Rate: rate, Burst: burst, Keep: keep}
	control := func(r rune) bool { return r < ' ' || r == 0x7F }
	switch {
	case name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, control):
		return t, ErrName
	case len(origins) == 0:
		return t, ErrOrigin
	case rate <= 0 || rate > 1e6 || burst < 1 || burst > 1e6:
		return t, fmt.Errorf("%w: rate %v, burst %v", ErrLimit, rate, burst)
	case keep < time.Minute || keep > MaxKeep:
		return t, fmt.Errorf("%w: keep %v", ErrLimit, keep)
	}
	for _, o := range origins {
		if !evidence.CanonicalOrigin(o) {
			return t, fmt.Errorf("%w: %q", ErrOrigin, o)
		}
	}
	for _, p := range purposes {
		if p == "" || len(p) > evidence.MaxPurpose || !utf8.ValidString(p) {
			return t, ErrPurpose
		}
	}
	return t, nil
}

// MayAsk tells whether a request for that site and purpose is the tenant's own.
func MayAsk(t store.Tenant, origin, purpose string) (originOK, purposeOK bool) {
	return slices.Contains(t.Origins, origin), len(t.Purposes) == 0 || slices.Contains(t.Purposes, purpose)
}

// keyPrefix lets scanners of leaked secrets know whose key it is.
const keyPrefix = "chipid_"

// NewKey makes an API key and what is kept of it.
func NewKey() (string, store.KeyHash) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	key := keyPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	return key, sha256.Sum256([]byte(key))
}

// HashKey is what is kept of a key; false for what cannot be one.
func HashKey(key string) (store.KeyHash, bool) {
	rest, found := strings.CutPrefix(key, keyPrefix)
	b, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	return sha256.Sum256([]byte(key)), found && err == nil && len(b) == 32
}
