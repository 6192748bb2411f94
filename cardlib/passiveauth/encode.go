package passiveauth

import (
	"crypto"
	_ "crypto/sha1" // the hashes that security objects have
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// SecurityObject is an LDSSecurityObject before it is signed (Doc 9303-10 §4.6.2.1).
type SecurityObject struct {
	// Version is 0 for LDS 1.7, 1 for LDS 1.8 with LDSVersion and UnicodeVersion.
	Version                    int
	LDSVersion, UnicodeVersion string
	// Hash is SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512.
	Hash crypto.Hash
	// Hashes are those of whole files.
	Hashes map[lds.Group][]byte
}

// Object returns what EF.SOD says, as it could be written again; Hash is 0 where its
// algorithm is not supported.
func (s *SOD) Object() SecurityObject {
	o := SecurityObject{Version: s.Version, LDSVersion: s.LDSVersion, UnicodeVersion: s.UnicodeVersion, Hashes: map[lds.Group][]byte{}}
	if s.hashErr == nil {
		o.Hash = s.hash
	}
	for _, g := range s.listed {
		o.Hashes[g] = s.hashes[g]
	}
	return o
}

// Add puts the hash of a group's whole file in.
func (o *SecurityObject) Add(g lds.Group, file []byte) error {
	if !g.Valid() || !o.Hash.Available() {
		return fmt.Errorf("%w: %v hashed by %v", ErrSOD, g, o.Hash)
	}
	h := o.Hash.New()
	h.Write(file)
	if o.Hashes == nil {
		o.Hashes = map[lds.Group][]byte{}
	}
	o.Hashes[g] = h.Sum(nil)
	return nil
}

// hashOIDs are the object identifiers of the hashes (RFC 8017 appendix B.1), as they are encoded.
var hashOIDs = map[crypto.Hash][]byte{
	crypto.SHA1:   {0x2B, 0x0E, 0x03, 0x02, 0x1A},
	crypto.SHA224: {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04},
	crypto.SHA256: {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01},
	crypto.SHA384: {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02},
	crypto.SHA512: {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03},
}

// Encode writes the LDSSecurityObject, its groups in ascending order: the eContent
// that a document signer signs.
func (o SecurityObject) Encode() ([]byte, error) {
	oid, known := hashOIDs[o.Hash]
	if !known || o.Version < 0 || o.Version > 1 || len(o.Hashes) == 0 {
		return nil, fmt.Errorf("%w: version %d with %d hashes by %v", ErrSOD, o.Version, len(o.Hashes), o.Hash)
	}
	var hashes [][]byte
	for _, g := range lds.Groups() {
		if hash, listed := o.Hashes[g]; listed {
			if len(hash) != o.Hash.Size() {
				return nil, fmt.Errorf("%w: %v: hash of %d bytes", ErrSOD, g, len(hash))
			}
			hashes = append(hashes, tlv.Encode(0x30, tlv.Encode(0x02, []byte{byte(g)}), tlv.Encode(0x04, hash)))
		}
	}
	if len(hashes) != len(o.Hashes) {
		return nil, fmt.Errorf("%w: a group that does not exist", ErrSOD)
	}
	fields := [][]byte{
		tlv.Encode(0x02, []byte{byte(o.Version)}),
		tlv.Encode(0x30, tlv.Encode(0x06, oid)), // without parameters (RFC 5754 §2)
		tlv.Encode(0x30, hashes...),
	}
	if o.Version == 1 {
		fields = append(fields, tlv.Encode(0x30, tlv.Encode(0x13, []byte(o.LDSVersion)), tlv.Encode(0x13, []byte(o.UnicodeVersion))))
	}
	return tlv.Encode(0x30, fields...), nil
}

// EncodeSOD writes EF.SOD around a ContentInfo, whoever signed it.
func EncodeSOD(contentInfo []byte) []byte { return tlv.Encode(lds.TagSOD, contentInfo) }
