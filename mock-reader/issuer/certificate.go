package issuer

import (
	"fmt"
	"math/big"
	"time"
)

// Name is a distinguished name of a certificate; O=SYNTHETIC is always in it.
type Name struct {
	// Country is the two-letter code as certificates have it, State the code of
	// the MRZ (Doc 9303-12 §7.1.1 puts it into the alternative names).
	Country, State string
	CommonName     string
}

// organization marks everything that this issuer signs as a sample.
const organization = "SYNTHETIC"

// der writes the name; the country is a PrintableString (RFC 5280 A.1).
func (n Name) der() []byte {
	rdn := func(kind objectID, value []byte) []byte { return setOf(sequence(oid(kind), value)) }
	return sequence(
		rdn(oidCountry, printable(n.Country)),
		rdn(oidOrganization, utf8String(organization)),
		rdn(oidCommonName, utf8String(n.CommonName)),
	)
}

// altNames are the alternative names that Doc 9303-12 §7.1.1 asks of every
// certificate: a way to reach the issuer, and the State as in the MRZ.
func (n Name) altNames() []byte {
	directory := sequence(setOf(sequence(oid(oidLocality), printable(n.State))))
	return sequence(
		context(6, false, []byte("https://csca.example.invalid/")), // uniformResourceIdentifier
		context(4, true, directory),
	)
}

// validity is a period of time, both ends included.
type validity struct{ from, to time.Time }

// Certificate is a certificate in DER.
type Certificate []byte

// duty is what a certificate's key is for.
type duty int

const (
	signsDocuments    duty = iota
	signsCertificates      // a CSCA
	signsLists             // master lists (Doc 9303-12 §7.1.1.4)
	signsPassports         // documents, but not identity cards
)

// template is what a certificate says.
type template struct {
	label           string // for the serial number
	issuer, subject Name
	valid           validity
	keyUse          validity // when the private key may sign (Doc 9303-12 §7.1.1)
	duty            duty
	// authorityKeyID overrides the authority key identifier: a forger claims another's.
	authorityKeyID []byte
}

// certify makes a certificate for subject, signed by the authority (RFC 5280 §4.1).
func (i *Issuer) certify(t template, subject, authority *signer) (Certificate, error) {
	if t.authorityKeyID == nil {
		t.authorityKeyID = keyID(authority.publicBits())
	}
	tbs := sequence(
		context(0, true, smallInteger(2)), // v3
		integer(i.serial(t.label)),
		authority.algorithm.identifier(),
		t.issuer.der(),
		sequence(derTime(t.valid.from), derTime(t.valid.to)),
		t.subject.der(),
		subject.publicKey(),
		context(3, true, sequence(t.extensions(subject)...)),
	)
	signature, err := authority.sign(tbs)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", t.subject.CommonName, err)
	}
	return sequence(tbs, authority.algorithm.identifier(), bitString(signature)), nil
}

// serial is the positive serial number of the certificate with the label, eight bytes long.
func (i *Issuer) serial(label string) *big.Int {
	n := new(big.Int).SetBytes(i.bytes("serial/"+label, 8))
	return n.SetBit(n, 63, 0).SetBit(n, 62, 1)
}

// extensions are those of Doc 9303-12 table 4.
func (t template) extensions(subject *signer) [][]byte {
	all := [][]byte{
		extension(oidAuthorityKeyID, false, sequence(context(0, false, t.authorityKeyID))),
		extension(oidSubjectKeyID, false, octets(keyID(subject.publicBits()))),
		extension(oidPrivateKeyUsage, false, sequence(
			context(0, false, generalized(t.keyUse.from)), context(1, false, generalized(t.keyUse.to)))),
		extension(oidSubjectAltName, false, t.subject.altNames()),
		extension(oidIssuerAltName, false, t.issuer.altNames()),
		extension(oidCRLDistribution, false, crlDistribution(t.issuer)),
	}
	keyUsage := extension(oidKeyUsage, true, []byte{0x03, 0x02, 0x07, 0x80}) // digitalSignature
	documents := func(types ...[]byte) []byte {
		return extension(oidDocumentTypeList, false, sequence(smallInteger(0), setOf(types...)))
	}
	switch t.duty {
	case signsCertificates:
		keyCertSignAndCRLSign := []byte{0x03, 0x02, 0x01, 0x06}
		pathLen0 := sequence([]byte{byte(tagBoolean), 1, 0xFF}, smallInteger(0))
		return append(all,
			extension(oidKeyUsage, true, keyCertSignAndCRLSign),
			extension(oidBasicConstraints, true, pathLen0))
	case signsLists:
		return append(all, keyUsage, extension(oidExtKeyUsage, true, sequence(oid(oidMasterListSigner))))
	case signsPassports:
		return append(all, keyUsage, documents(printable("P")))
	}
	return append(all, keyUsage, documents(printable("ID")))
}

func extension(id objectID, critical bool, value []byte) []byte {
	if critical {
		return sequence(oid(id), []byte{byte(tagBoolean), 1, 0xFF}, octets(value))
	}
	return sequence(oid(id), octets(value))
}

// generalized is the text of a GeneralizedTime, which the usage period wants for every year.
func generalized(t time.Time) []byte { return []byte(t.UTC().Format("20060102150405Z")) }

// crlDistribution names a place of CRLs that does not exist.
func crlDistribution(issuer Name) []byte {
	uri := context(6, false, []byte("https://crl.example.invalid/"+issuer.State+".crl"))
	return sequence(sequence(context(0, true, context(0, true, uri))))
}
