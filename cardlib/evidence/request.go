package evidence

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/lds"
)

// Version is that of the construction and the bundle.
const Version = 1

// Limits of a request, in bytes.
const (
	MinNonce   = 32
	MaxNonce   = 64
	MaxOrigin  = 256
	MaxPurpose = 800
)

// ErrRequest is a request that no back end may issue.
var ErrRequest = errors.New("evidence: malformed request")

// Request is what a back end asks for. All of it is fixed when the nonce is
// issued: one nonce has exactly one challenge. With only 8 bytes of challenge a
// free choice of groups or purpose could be searched for one that meets an
// answer collected earlier.
type Request struct {
	// Nonce is random, at least 256 bits, and serves once.
	Nonce []byte
	// Origin is the site that the evidence is for, as the agent sees it:
	// scheme, host and port in the form of RFC 6454 §6.2, "https://motcua.example.vn".
	Origin string
	// Purpose is shown to the officer.
	Purpose string
	// Groups are the data groups wanted raw, ascending, each once. DG14 and DG15
	// always come along and are not named.
	Groups []lds.Group
}

// Check refuses what is not in canonical form.
func (r Request) Check() error {
	switch {
	case len(r.Nonce) < MinNonce || len(r.Nonce) > MaxNonce:
		return fmt.Errorf("%w: nonce of %d bytes", ErrRequest, len(r.Nonce))
	case r.Purpose == "" || len(r.Purpose) > MaxPurpose || !utf8.ValidString(r.Purpose):
		return fmt.Errorf("%w: purpose of %d bytes", ErrRequest, len(r.Purpose))
	case !CanonicalOrigin(r.Origin):
		return fmt.Errorf("%w: origin", ErrRequest)
	}
	for i, g := range r.Groups {
		if !g.Valid() || g == lds.DG14 || g == lds.DG15 || i > 0 && g <= r.Groups[i-1] {
			return fmt.Errorf("%w: groups must be ascending, each once, without DG14 and DG15", ErrRequest)
		}
	}
	return nil
}

// CanonicalOrigin takes scheme, host and port as browsers write them (RFC 6454
// §6.2): lower case, no default port, no user, path or anything after it.
func CanonicalOrigin(s string) bool {
	host, standard, found := strings.Cut(s, "://")
	switch {
	case !found || len(s) > MaxOrigin:
		return false
	case host == "https":
		host, standard = standard, "443"
	case host == "http":
		host, standard = standard, "80"
	default:
		return false
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		n, err := strconv.ParseUint(host[i+1:], 10, 16)
		port := host[i+1:]
		if err != nil || n == 0 || strconv.FormatUint(n, 10) != port || port == standard {
			return false
		}
		host = host[:i]
	}
	letters := "abcdefghijklmnopqrstuvwxyz0123456789.-_"
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host, letters = host[1:len(host)-1], "abcdef0123456789:."
	}
	outside := func(r rune) bool { return !strings.ContainsRune(letters, r) }
	return host != "" && host[0] != '.' && host[0] != '-' && strings.IndexFunc(host, outside) < 0
}

// challengeDomain separates the challenge from every other use of a hash.
const challengeDomain = "chipid evidence challenge v1"

// Challenge derives RND.IFD: the first eight bytes of SHA-256 over the domain,
// the version, nonce, origin, purpose and groups, each with its length in four
// bytes, big-endian, before it. docs/evidence.md has vectors.
func (r Request) Challenge() [activeauth.ChallengeLen]byte {
	groups := make([]byte, len(r.Groups))
	for i, g := range r.Groups {
		groups[i] = byte(g)
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(challengeDomain), {Version}, r.Nonce, []byte(r.Origin), []byte(r.Purpose), groups} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(part)))
		h.Write(part)
	}
	return [activeauth.ChallengeLen]byte(h.Sum(nil)[:activeauth.ChallengeLen])
}

// equalGroups tells whether the list is the one asked for.
func (r Request) equalGroups(groups []lds.Group) bool { return slices.Equal(r.Groups, groups) }
