package issuer

import (
	"crypto"
	"time"

	"chipid/cardlib/tlv"
)

// signedData is what becomes a SignedData with its content inside (RFC 5652 §5.1).
type signedData struct {
	contentType objectID
	content     []byte
	// signed is the signing time; zero leaves the attribute away.
	signed time.Time
	// byKeyID names the signer by its key identifier instead of issuer and serial number.
	byKeyID bool
	// noCertificate leaves the signers' certificates away; more stand beside them.
	noCertificate bool
	more          [][]byte
}

// encode signs the content as each of the signers and writes ContentInfo.
func (d signedData) encode(signers ...*documentSigner) ([]byte, error) {
	var infos, digests, certificates [][]byte
	for _, s := range signers {
		info, err := d.signerInfo(s)
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
		digests = append(digests, hashID(s.algorithm.hash()))
		certificates = append(certificates, s.certificate)
	}
	parts := [][]byte{
		smallInteger(3), // version 3: the content is not id-data
		setOf(distinct(digests)...),
		sequence(oid(d.contentType), context(0, true, octets(d.content))),
	}
	if !d.noCertificate {
		parts = append(parts, context(0, true, append(certificates, d.more...)...))
	}
	parts = append(parts, setOf(infos...))
	return sequence(oid(oidSignedData), context(0, true, sequence(parts...))), nil
}

func distinct(all [][]byte) [][]byte {
	var some [][]byte
	seen := map[string]bool{}
	for _, b := range all {
		if !seen[string(b)] {
			seen[string(b)] = true
			some = append(some, b)
		}
	}
	return some
}

// signerInfo is SignerInfo (RFC 5652 §5.3).
func (d signedData) signerInfo(s *documentSigner) ([]byte, error) {
	hash := s.algorithm.hash()
	attributes := d.attributes(hash)
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
	version, sid := 1, s.issuerAndSerial
	if d.byKeyID {
		version, sid = 3, context(0, false, keyID(s.publicBits()))
	}
	return sequence(
		smallInteger(version),
		sid,
		hashID(hash),
		context(0, true, set.Value),
		s.algorithm.signerInfoID(),
		octets(signature),
	), nil
}

// attributes are contentType, messageDigest and signingTime as a SET OF (RFC 5652 §11).
func (d signedData) attributes(hash crypto.Hash) []byte {
	h := hash.New()
	h.Write(d.content)
	attribute := func(kind objectID, value []byte) []byte { return sequence(oid(kind), setOf(value)) }
	all := [][]byte{
		attribute(oidContentType, oid(d.contentType)),
		attribute(oidMessageDigest, octets(h.Sum(nil))),
	}
	if !d.signed.IsZero() {
		all = append(all, attribute(oidSigningTime, derTime(d.signed)))
	}
	return setOf(all...)
}
