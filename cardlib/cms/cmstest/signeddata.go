package cmstest

import (
	"crypto"
	"time"

	"chipid/cardlib/tlv"
)

// LDSSecurityObject is the content type of EF.SOD.
var LDSSecurityObject = OID(2, 23, 136, 1, 1, 1)

// SignedData is what stands in a SignedData.
type SignedData struct {
	// ContentType is LDSSecurityObject if nil.
	ContentType, Content []byte
	Certificates         [][]byte
	Signers              []Signer
}

// Signer is what makes a SignerInfo. What is left out is made right.
type Signer struct {
	Key *Key
	// Issuer and Serial name the certificate, or KeyID does.
	Issuer []byte
	Serial int64
	KeyID  []byte
	// Digest is the hash of messageDigest, Hash that of the signature.
	Digest, Hash crypto.Hash
	// SigningTime is left out if zero.
	SigningTime time.Time
	// NoAttributes signs the content itself.
	NoAttributes bool
	// Attributes, if not nil, stand in place of the right ones.
	Attributes [][]byte
	// Reorder changes the order of the attributes after they were signed.
	Reorder bool
	// Algorithm, if not nil, replaces the signature algorithm, DigestAlgorithm the
	// digest's; Plain writes the signature r ‖ s.
	Algorithm, DigestAlgorithm []byte
	Plain                      bool
}

// Encode makes the ContentInfo.
func (sd SignedData) Encode() []byte {
	contentType := sd.contentType()
	var signers, algs [][]byte
	for _, s := range sd.Signers {
		signers = append(signers, s.encode(contentType, sd.Content))
		algs = append(algs, digests[orSHA256(s.Digest)])
	}
	parts := [][]byte{
		Small(3), Set(algs...),
		Seq(contentType, tlv.Encode(0xA0, Octets(sd.Content))),
	}
	if len(sd.Certificates) > 0 {
		parts = append(parts, tlv.Encode(0xA0, sd.Certificates...))
	}
	parts = append(parts, Set(signers...))
	return Seq(OID(1, 2, 840, 113549, 1, 7, 2), tlv.Encode(0xA0, Seq(parts...)))
}

// File makes EF.SOD: the ContentInfo in tag 77.
func (sd SignedData) File() []byte { return tlv.Encode(0x77, sd.Encode()) }

func (sd SignedData) contentType() []byte {
	if sd.ContentType == nil {
		return LDSSecurityObject
	}
	return sd.ContentType
}

func (s Signer) encode(contentType, content []byte) []byte {
	hash := orSHA256(s.Hash)
	algorithm, digestAlgorithm := s.Algorithm, s.DigestAlgorithm
	if algorithm == nil {
		algorithm = algorithms[hash]
	}
	if digestAlgorithm == nil {
		digestAlgorithm = digests[orSHA256(s.Digest)]
	}
	attributes := s.attributes(contentType, content)
	message := Set(attributes...)
	if s.NoAttributes {
		message = content
	}
	signature, plain := s.Key.Sign(hash, message)
	if s.Plain {
		signature = plain
	}
	parts := [][]byte{Small(1), Seq(s.Issuer, Small(s.Serial)), digestAlgorithm}
	if s.KeyID != nil {
		parts[0], parts[1] = Small(3), tlv.Encode(0x80, s.KeyID)
	}
	if s.Reorder {
		attributes[0], attributes[1] = attributes[1], attributes[0]
	}
	if !s.NoAttributes {
		parts = append(parts, tlv.Encode(0xA0, attributes...))
	}
	return Seq(append(parts, algorithm, Octets(signature))...)
}

// attributes are those of the signer, in an order that is not DER's.
func (s Signer) attributes(contentType, content []byte) [][]byte {
	if s.Attributes != nil {
		return append([][]byte(nil), s.Attributes...)
	}
	list := [][]byte{
		MessageDigest(digest(orSHA256(s.Digest), content)),
		ContentType(contentType),
	}
	if !s.SigningTime.IsZero() {
		list = append(list, SigningTime(s.SigningTime))
	}
	return list
}

// MessageDigest is the attribute with the digest.
func MessageDigest(digest []byte) []byte {
	return Seq(OID(1, 2, 840, 113549, 1, 9, 4), Set(Octets(digest)))
}

// ContentType is the attribute with the content type.
func ContentType(oid []byte) []byte { return Seq(OID(1, 2, 840, 113549, 1, 9, 3), Set(oid)) }

// SigningTime is the attribute with the time.
func SigningTime(t time.Time) []byte {
	return Seq(OID(1, 2, 840, 113549, 1, 9, 5), Set(Time(t)))
}

// SecurityObject encodes an LDSSecurityObject of version 0 with the hashes of
// the groups' files, by number in ascending order.
func SecurityObject(hash crypto.Hash, groups map[int][]byte) []byte {
	var list [][]byte
	for n := range 100 {
		if file, ok := groups[n]; ok {
			list = append(list, Seq(Small(int64(n)), Octets(digest(hash, file))))
		}
	}
	return Seq(Small(0), digests[hash], Seq(list...))
}
