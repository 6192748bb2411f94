package main

import (
	"bytes"
	"crypto"
	"slices"
	"time"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/tlv"
)

// Dates of the matrix: the persona's card was signed on 10 July 2021.
var (
	begin   = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	signed  = time.Date(2021, 7, 10, 2, 0, 0, 0, time.UTC)
	today   = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	builtAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Names and serial numbers of the certificates.
var (
	cscaName   = cmstest.DN("VN", "SYNTHETIC", "MATRIX CSCA")
	signerName = cmstest.DN("VN", "SYNTHETIC", "MATRIX DOCUMENT SIGNER")
)

const (
	cscaSerial   = 1
	signerSerial = 5
)

// certificate is what stands in a certificate.
type certificate struct {
	subject, issuer     []byte
	serial              int64
	notBefore, notAfter time.Time
	key                 signatureKey
	extensions          [][]byte
}

// signedBy encodes the certificate (RFC 5280 §4.1).
func (c certificate) signedBy(k signatureKey) []byte {
	tbs := cmstest.Seq(
		tlv.Encode(0xA0, cmstest.Small(2)), cmstest.Small(c.serial), k.algorithm, c.issuer,
		cmstest.Seq(cmstest.Time(c.notBefore), cmstest.Time(c.notAfter)), c.subject, c.key.spki,
		tlv.Encode(0xA3, cmstest.Seq(c.extensions...)))
	return cmstest.Seq(tbs, k.algorithm, cmstest.Bits(k.sign(tbs)))
}

// issue is how a card's EF.SOD is made and what it is judged by.
type issue struct {
	csca, signer, stranger signatureKey
	cscaCert, signerCert   certificate
	// certifies signs the signer's certificate, signs EF.SOD.
	certifies, signs signatureKey

	// groupHash is that of the LDS security object, digest that of messageDigest;
	// nullParams writes their identifiers with NULL.
	groupHash, digest crypto.Hash
	nullParams        bool
	version           int64
	signingTime       time.Time // none if zero
	keyID             []byte    // names the signer instead of issuer and serial, if not nil
	// attributes makes the signed attributes as they are signed and as they are written.
	attributes func(list [][]byte) (sign, write [][]byte)
	// before and after are further SignerInfos, extra further certificates.
	before, after, extra [][]byte
	noCertificate        bool

	// store is what is loaded: file contents. crls are DER.
	store, crls [][]byte
	policy      cms.Policy
	now         time.Time
}

// newIssue is a right card with keys of one kind.
func newIssue(keys maker) *issue {
	i := &issue{csca: keys("csca"), signer: keys("signer"), stranger: keys("chip"), signingTime: signed, now: today}
	i.cscaCert = certificate{subject: cscaName, issuer: cscaName, serial: cscaSerial, notBefore: begin, notAfter: begin.AddDate(15, 0, 0),
		key: i.csca, extensions: [][]byte{cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign | cmstest.CRLSign)}}
	i.signerCert = certificate{subject: signerName, issuer: cscaName, serial: signerSerial, notBefore: begin, notAfter: begin.AddDate(10, 0, 0),
		key: i.signer, extensions: [][]byte{cmstest.KeyUsage(cmstest.DigitalSignature), cmstest.DocumentTypes("ID")}}
	i.certifies, i.signs = i.csca, i.signer
	i.groupHash, i.digest = i.signer.hash, i.signer.hash
	return i
}

// sod makes EF.SOD over the groups, by number (Doc 9303-10 §4.6.2).
func (i *issue) sod(groups map[int][]byte) []byte {
	content := i.securityObject(groups)
	certificates := append([][]byte{i.signerCert.signedBy(i.certifies)}, i.extra...)
	if i.noCertificate {
		certificates = i.extra
	}
	infos := slices.Concat(i.before, [][]byte{i.signerInfo(cmstest.LDSSecurityObject, content)}, i.after)
	return tlv.Encode(0x77, signedData(cmstest.LDSSecurityObject, content, hashID(i.digest, i.nullParams), certificates, infos))
}

// signedData is SignedData (RFC 5652 §5.1).
func signedData(contentType, content, digestID []byte, certificates, signerInfos [][]byte) []byte {
	return cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 7, 2), tlv.Encode(0xA0, cmstest.Seq(
		cmstest.Small(3), cmstest.Set(digestID),
		cmstest.Seq(contentType, tlv.Encode(0xA0, cmstest.Octets(content))),
		tlv.Encode(0xA0, certificates...),
		cmstest.Set(signerInfos...))))
}

// securityObject is LDSSecurityObject of version 0 or 1 (Doc 9303-10 §4.6.2.2).
func (i *issue) securityObject(groups map[int][]byte) []byte {
	var hashes [][]byte
	for n := range 17 {
		if file, ok := groups[n]; ok {
			hashes = append(hashes, cmstest.Seq(cmstest.Small(int64(n)), cmstest.Octets(digest(i.groupHash, file))))
		}
	}
	parts := [][]byte{cmstest.Small(i.version), hashID(i.groupHash, i.nullParams), cmstest.Seq(hashes...)}
	if i.version == 1 {
		parts = append(parts, cmstest.Seq(tlv.Encode(0x13, []byte("0108")), tlv.Encode(0x13, []byte("040000"))))
	}
	return cmstest.Seq(parts...)
}

// signerInfo is SignerInfo (RFC 5652 §5.3).
func (i *issue) signerInfo(contentType, content []byte) []byte {
	list := [][]byte{cmstest.ContentType(contentType), cmstest.MessageDigest(digest(i.digest, content))}
	if !i.signingTime.IsZero() {
		list = append(list, cmstest.SigningTime(i.signingTime))
	}
	slices.SortFunc(list, bytes.Compare) // the order of DER
	sign, write := list, list
	if i.attributes != nil {
		sign, write = i.attributes(list)
	}
	version, sid := cmstest.Small(1), cmstest.Seq(i.signerCert.issuer, cmstest.Small(i.signerCert.serial))
	if i.keyID != nil {
		version, sid = cmstest.Small(3), tlv.Encode(0x80, i.keyID)
	}
	// Signed as a SET, written under the implicit tag (RFC 5652 §5.4).
	value := i.signs.sign(cmstest.Set(sign...))
	return cmstest.Seq(version, sid, hashID(i.digest, i.nullParams), tlv.Encode(0xA0, write...), i.signs.algorithm, cmstest.Octets(value))
}
