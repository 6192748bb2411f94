package cms

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"slices"

	"chipid/cardlib/tlv"
)

// Signer is a signature that was verified, with the certificate whose key made it.
type Signer struct {
	Info        *SignerInfo
	Certificate *Certificate
}

// Candidates returns the certificates in the SignedData that the signer is
// named by: one, unless somebody put in several of one name; then the first
// MaxCandidates.
func (sd *SignedData) Candidates(s *SignerInfo) []*Certificate {
	var found []*Certificate
	for _, cert := range sd.Certificates {
		if s.names(cert) && len(found) < MaxCandidates {
			found = append(found, cert)
		}
	}
	return found
}

// names tells whether the sid of the signer is of the certificate (RFC 5652 §5.3).
func (s *SignerInfo) names(cert *Certificate) bool {
	if s.KeyID != nil {
		return bytes.Equal(s.KeyID, cert.KeyID())
	}
	return sameSerial(s.Serial, cert.Serial) && s.Issuer.Equal(cert.Issuer)
}

// Verify checks the signatures over content of the given type and returns those
// that hold. One is enough: each proves the whole content by itself, and which
// of them count is decided by whose they are. Where none holds, the error is
// that of the first: ErrNoSigner, ErrNoSignerCertificate, ErrDigest,
// ErrSignature, ErrAttributes, ErrPolicy, ErrUnsupported.
func (sd *SignedData) Verify(contentType OID, policy Policy) ([]Signer, error) {
	if sd.ContentType != contentType {
		return nil, fmt.Errorf("%w: content type %v", ErrAttributes, sd.ContentType)
	}
	var signers []Signer
	first := error(ErrNoSigner)
	for i, info := range sd.Signers {
		cert, err := sd.verifySigner(info, policy)
		if err == nil {
			signers = append(signers, Signer{info, cert})
		} else if i == 0 {
			first = err
		}
	}
	if len(signers) == 0 {
		return nil, first
	}
	return signers, nil
}

// verifySigner is the process of RFC 5652 §5.4 and §5.6 for one signer.
func (sd *SignedData) verifySigner(s *SignerInfo, policy Policy) (*Certificate, error) {
	if err := sd.checkAttributes(s, policy); err != nil {
		return nil, err
	}
	digest, err := s.DigestHash()
	if err != nil {
		return nil, err
	}
	alg, err := s.Signature.Signature(digest)
	if err != nil {
		return nil, err
	}
	candidates := sd.Candidates(s)
	if len(candidates) == 0 {
		return nil, sd.noCertificate()
	}
	for _, set := range s.signedSets() {
		for _, cert := range candidates {
			if err = cert.PublicKey.Verify(alg, policy, s.value, []byte{byte(tagSet)}, set[1:]); err == nil {
				return cert, nil
			}
		}
	}
	return nil, err
}

// signedSets returns what the signature may be over: a SET, not the implicit tag
// [0], of the attributes as they stand and, where that is not the order of DER,
// in that order. RFC 5652 §5.4 wants DER to be signed whatever is written; some
// signers sign what they write. Each attribute stays as read.
func (s *SignerInfo) signedSets() [][]byte {
	sets := [][]byte{s.attributes}
	file, err := tlv.ReadOnly(s.attributes)
	if err != nil {
		return sets
	}
	list, err := file.Children()
	if err != nil {
		return sets
	}
	parts := make([][]byte, len(list))
	for i, e := range list {
		parts[i] = e.Raw
	}
	if slices.IsSortedFunc(parts, bytes.Compare) {
		return sets
	}
	slices.SortFunc(parts, bytes.Compare)
	return append(sets, tlv.Encode(tagSet, parts...))
}

// checkAttributes checks what the signed attributes say of the content. They
// must be there (RFC 5652 §5.3 for any content but id-data): else signed
// attributes of another message could be passed off as content.
func (sd *SignedData) checkAttributes(s *SignerInfo, policy Policy) error {
	if !s.HasAttributes {
		return fmt.Errorf("%w: there are none", ErrAttributes)
	}
	if s.ContentType != sd.ContentType {
		return fmt.Errorf("%w: content type %v", ErrAttributes, s.ContentType)
	}
	if s.MessageDigest == nil {
		return fmt.Errorf("%w: no messageDigest", ErrAttributes)
	}
	hash, err := s.DigestHash()
	if err != nil {
		return err
	}
	if err := policy.AllowsHash(hash); err != nil {
		return err
	}
	h := hash.New()
	h.Write(sd.Content)
	if subtle.ConstantTimeCompare(h.Sum(nil), s.MessageDigest) != 1 {
		return ErrDigest
	}
	return nil
}

// noCertificate says why the signer's certificate is not there: if one could not
// be read, it is taken for the cause.
func (sd *SignedData) noCertificate() error {
	if len(sd.BadCertificates) > 0 {
		return fmt.Errorf("%w: %w", ErrNoSignerCertificate, sd.BadCertificates[0])
	}
	return ErrNoSignerCertificate
}
