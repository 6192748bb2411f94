package issuer

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"slices"
	"time"

	"chipid/cardlib/tlv"
)

// signSOD makes EF.SOD for the groups, by number (Doc 9303-10 §4.6.2).
func (s *documentSigner) signSOD(groups map[int][]byte, signed time.Time) ([]byte, error) {
	content := securityObject(groups)
	attributes := signedAttributes(content, signed)
	// The signature is taken over the attributes with the tag of a SET OF, not
	// the implicit one under which they stand in SignerInfo (RFC 5652 §5.4).
	signature, err := s.sign(attributes)
	if err != nil {
		return nil, err
	}
	set, err := tlv.ReadTag(attributes, tagSet)
	if err != nil {
		return nil, err
	}
	digest := sequence(oid(oidSHA256))
	signerInfo := sequence(
		smallInteger(1),
		s.issuerAndSerial,
		digest,
		context(0, true, set.Value),
		s.algorithmID(),
		octets(signature),
	)
	signedData := sequence(
		smallInteger(3),
		setOf(digest),
		sequence(oid(oidLDSSecurityObject), context(0, true, octets(content))),
		context(0, true, s.certificate),
		setOf(signerInfo),
	)
	return tlv.Encode(tagSOD, sequence(oid(oidSignedData), context(0, true, signedData))), nil
}

// tagSOD is the tag of EF.SOD (Doc 9303-10 §4.6.2).
const tagSOD = tlv.Tag(0x77)

// securityObject is LDSSecurityObject, version 0 (Doc 9303-10 §4.6.2.2).
func securityObject(groups map[int][]byte) []byte {
	var hashes [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		sum := sha256.Sum256(groups[n])
		hashes = append(hashes, sequence(smallInteger(n), octets(sum[:])))
	}
	return sequence(smallInteger(0), sequence(oid(oidSHA256)), sequence(bytes.Join(hashes, nil)))
}

// signedAttributes are contentType, messageDigest and signingTime as a SET OF (RFC 5652 §11).
func signedAttributes(content []byte, signed time.Time) []byte {
	sum := sha256.Sum256(content)
	attribute := func(kind objectID, value []byte) []byte { return sequence(oid(kind), setOf(value)) }
	return setOf(
		attribute(oidContentType, oid(oidLDSSecurityObject)),
		attribute(oidMessageDigest, octets(sum[:])),
		attribute(oidSigningTime, derTime(signed)),
	)
}
