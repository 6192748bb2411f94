package passiveauth

import (
	"crypto"
	"crypto/subtle"
	"errors"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// Why EF.SOD or a group does not hold.
var (
	// ErrSOD: EF.SOD is not what Doc 9303-10 §4.6.2 says. The error of cms is wrapped with it, where it is one.
	ErrSOD = errors.New("passiveauth: EF.SOD is malformed")
	// ErrNotListed: EF.SOD has no hash of the group.
	ErrNotListed = errors.New("passiveauth: group is not listed in EF.SOD")
	// ErrMismatch: the hash in EF.SOD is of other bytes.
	ErrMismatch = errors.New("passiveauth: group is not the one that was signed")
)

// MaxSOD is the longest EF.SOD accepted, in bytes; real ones have 2 to 5 kB.
const MaxSOD = 64 << 10

// SOD is a document security object. It is safe for concurrent use.
type SOD struct {
	// Raw is the file as read.
	Raw []byte
	// Version is that of the LDSSecurityObject: 0, or 1 with LDSVersion and
	// UnicodeVersion ("0108", "040000").
	Version                    int
	LDSVersion, UnicodeVersion string
	// HashAlgorithm is the algorithm of the group hashes as named in the file;
	// it need not be supported.
	HashAlgorithm cms.Algorithm
	SignedData    *cms.SignedData

	hash    crypto.Hash
	hashErr error
	listed  []lds.Group
	hashes  [lds.DG16 + 1][]byte
	tracer  *tracer
}

// ParseSOD reads EF.SOD: tag 77 around a SignedData whose content is the
// LDSSecurityObject. The result refers to b, which must not be changed.
func ParseSOD(b []byte) (*SOD, error) {
	if len(b) > MaxSOD {
		return nil, fmt.Errorf("%w: %d bytes", ErrSOD, len(b))
	}
	file, err := tlv.ReadTag(b, lds.TagSOD)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSOD, err)
	}
	sd, err := cms.ParseSignedData(file.Value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSOD, err)
	}
	if sd.ContentType != cms.OIDLDSSecurityObject {
		return nil, fmt.Errorf("%w: content type %v", ErrSOD, sd.ContentType)
	}
	s := &SOD{Raw: b, SignedData: sd, tracer: newTracer(sd, cms.OIDLDSSecurityObject)}
	if err := s.parseSecurityObject(sd.Content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSOD, err)
	}
	return s, nil
}

// Groups returns the groups that EF.SOD lists, in its order.
func (s *SOD) Groups() []lds.Group { return append([]lds.Group(nil), s.listed...) }

// Lists tells whether EF.SOD has a hash of the group.
func (s *SOD) Lists(g lds.Group) bool { return s.Hash(g) != nil }

// Hash returns the hash of the group in EF.SOD, nil if it is not listed.
func (s *SOD) Hash(g lds.Group) []byte {
	if !g.Valid() {
		return nil
	}
	return s.hashes[g]
}

// HashAlg returns the algorithm of the hashes, or cms.ErrUnsupported.
func (s *SOD) HashAlg() (crypto.Hash, error) { return s.hash, s.hashErr }

// CheckGroup compares a group's whole file, as read, with its hash. It returns
// nil, ErrMismatch, ErrNotListed or cms.ErrUnsupported. That EF.SOD itself is
// genuine is another question.
func (s *SOD) CheckGroup(g lds.Group, file []byte) error {
	want := s.Hash(g)
	if want == nil {
		return fmt.Errorf("%v: %w", g, ErrNotListed)
	}
	if s.hashErr != nil {
		return fmt.Errorf("%v: %w", g, s.hashErr)
	}
	h := s.hash.New()
	h.Write(file)
	if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {
		return fmt.Errorf("%v: %w", g, ErrMismatch)
	}
	return nil
}
