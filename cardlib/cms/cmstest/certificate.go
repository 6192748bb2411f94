package cmstest

import (
	"crypto"
	"crypto/sha1"
	"math/big"
	"time"

	"chipid/cardlib/tlv"
)

// Certificate is what stands in a certificate.
type Certificate struct {
	// Subject and Issuer are encoded names, see DN.
	Subject, Issuer     []byte
	Serial              int64
	NotBefore, NotAfter time.Time
	// Key is the subject's key.
	Key *Key
	// Hash is that of the signature, SHA-256 if 0.
	Hash crypto.Hash
	// Extensions are encoded, see Extension; none makes a certificate of version 1.
	Extensions [][]byte
	// Algorithm replaces the algorithm inside the signed part, if not nil.
	Algorithm []byte
}

// Sign encodes the certificate, signed by the issuer's key.
func (c Certificate) Sign(issuer *Key) []byte {
	hash := orSHA256(c.Hash)
	algorithm := c.Algorithm
	if algorithm == nil {
		algorithm = algorithms[hash]
	}
	parts := [][]byte{
		tlv.Encode(0xA0, Small(2)), Small(c.Serial), algorithm, c.Issuer,
		Seq(Time(c.NotBefore), Time(c.NotAfter)), c.Subject, c.Key.SPKI(),
	}
	if len(c.Extensions) > 0 {
		parts = append(parts, tlv.Encode(0xA3, Seq(c.Extensions...)))
	} else {
		parts = parts[1:]
	}
	return issuer.signed(hash, Seq(parts...))
}

func orSHA256(h crypto.Hash) crypto.Hash {
	if h == 0 {
		return crypto.SHA256
	}
	return h
}

// Extension encodes an extension around an encoded value.
func Extension(oid []byte, critical bool, value []byte) []byte {
	if critical {
		return Seq(oid, []byte{0x01, 0x01, 0xFF}, Octets(value))
	}
	return Seq(oid, Octets(value))
}

// BasicConstraints says CA or not.
func BasicConstraints(ca bool) []byte {
	value := Seq()
	if ca {
		value = Seq([]byte{0x01, 0x01, 0xFF})
	}
	return Extension(OID(2, 5, 29, 19), true, value)
}

// KeyUsage encodes the first eight bits, bit 0 (digitalSignature) as 0x80.
func KeyUsage(bits byte) []byte {
	return Extension(OID(2, 5, 29, 15), true, []byte{0x03, 0x02, 0x00, bits})
}

// Bits of KeyUsage.
const (
	DigitalSignature = 0x80
	KeyCertSign      = 0x04
	CRLSign          = 0x02
)

// KeyID is the key identifier that SubjectKeyID and AuthorityKeyID write for a key.
func (k *Key) KeyID() []byte {
	sum := sha1.Sum(k.Curve.Encode(k.Point))
	return sum[:]
}

// SubjectKeyID identifies the subject's key.
func SubjectKeyID(id []byte) []byte { return Extension(OID(2, 5, 29, 14), false, Octets(id)) }

// AuthorityKeyID identifies the issuer's key.
func AuthorityKeyID(id []byte) []byte {
	return Extension(OID(2, 5, 29, 35), false, Seq(tlv.Encode(0x80, id)))
}

// ExtendedKeyUsage encodes purposes, which are encoded identifiers.
func ExtendedKeyUsage(purposes ...[]byte) []byte {
	return Extension(OID(2, 5, 29, 37), true, Seq(purposes...))
}

// DocumentTypes encodes the documentTypeList of Doc 9303-12.
func DocumentTypes(codes ...string) []byte {
	var list [][]byte
	for _, code := range codes {
		list = append(list, tlv.Encode(0x13, []byte(code)))
	}
	return Extension(OID(2, 23, 136, 1, 1, 6, 2), false, Seq(Small(0), Set(list...)))
}

// CRL is what stands in a revocation list.
type CRL struct {
	Issuer                 []byte
	ThisUpdate, NextUpdate time.Time // a zero NextUpdate is left out
	Serials                []int64
	Extensions             [][]byte
	// EntryExtensions stand in every entry.
	EntryExtensions [][]byte
	// Algorithm replaces the algorithm inside the signed part, if not nil.
	Algorithm []byte
}

// Sign encodes the list, signed by the issuer's key with SHA-256.
func (c CRL) Sign(issuer *Key) []byte {
	parts := [][]byte{Small(1), algorithms[crypto.SHA256], c.Issuer, Time(c.ThisUpdate)}
	if c.Algorithm != nil {
		parts[1] = c.Algorithm
	}
	if !c.NextUpdate.IsZero() {
		parts = append(parts, Time(c.NextUpdate))
	}
	var entries [][]byte
	for _, serial := range c.Serials {
		entry := [][]byte{Int(big.NewInt(serial)), Time(c.ThisUpdate)}
		if len(c.EntryExtensions) > 0 {
			entry = append(entry, Seq(c.EntryExtensions...))
		}
		entries = append(entries, Seq(entry...))
	}
	if len(entries) > 0 {
		parts = append(parts, Seq(entries...))
	}
	if len(c.Extensions) > 0 {
		parts = append(parts, tlv.Encode(0xA0, Seq(c.Extensions...)))
	}
	return issuer.signed(crypto.SHA256, Seq(parts...))
}
