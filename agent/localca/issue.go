package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"time"
)

// The times of an authority.
const (
	day = 24 * time.Hour
	// Leaves is how many leaves an authority issues: one for a year each.
	Leaves = 3
	// turn is how long a leaf serves, overlap how much sooner it is valid already.
	turn    = 366 * day
	overlap = 31 * day
	// MaxLeaf is the longest validity that browsers take.
	MaxLeaf = 398 * day
	// RenewBefore is how long before the last leaf's end a new authority is due.
	RenewBefore = 60 * day
)

// CommonName begins the name of every authority; a number follows that is its
// own, so that two authorities are never mixed up by their names.
const CommonName = "chipid local CA"

// Issue makes an authority and its leaves, the first of which serves from now.
// Errors are those of the system's cryptography.
func Issue(now time.Time) (*Set, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("localca: key: %w", err)
	}
	return issueWith(now.UTC().Truncate(time.Second), key)
}

// issueWith is Issue with the authority's key, of which nothing is left afterwards.
func issueWith(now time.Time, key *ecdsa.PrivateKey) (*Set, error) {
	defer forget(key)
	template, err := authority(now, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("localca: authority: %w", err)
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	set := &Set{CA: ca}
	for i := range Leaves {
		leaf, err := issueLeaf(now.Add(time.Duration(i)*turn), ca, key)
		if err != nil {
			return nil, fmt.Errorf("localca: leaf %d: %w", i+1, err)
		}
		set.Leaves = append(set.Leaves, leaf)
	}
	return set, nil
}

// forget overwrites the secret number as far as Go lets one: copies that the
// runtime made are out of reach, and go with the process.
func forget(key *ecdsa.PrivateKey) {
	//lint:ignore SA1019 there is no other way to the number's words
	d := key.D
	clear(d.Bits())
	d.SetInt64(0)
}

// authority describes the certificate that goes into the trust stores.
func authority(now time.Time, public *ecdsa.PublicKey) (*x509.Certificate, error) {
	id, err := keyID(public)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: CommonName + " " + hex.EncodeToString(id[:4]), Organization: []string{"chipid"}},
		NotBefore:             now.Add(-overlap),
		NotAfter:              now.Add(Leaves * turn),
		KeyUsage:              x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		SubjectKeyId:          id,

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{"localhost"},
		PermittedIPRanges:           loopback(),
		// A form of name that is not mentioned is not constrained (RFC 5280
		// §4.2.1.10), so these are permitted where nobody is.
		PermittedEmailAddresses: []string{"localhost.invalid"},
		PermittedURIDomains:     []string{"localhost.invalid"},
	}, nil
}

// loopback are the two addresses at which the agent listens.
func loopback() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 1).To4(), Mask: net.CIDRMask(32, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

// issueLeaf makes the leaf that serves from start for a turn.
func issueLeaf(start time.Time, ca *x509.Certificate, signer *ecdsa.PrivateKey) (Leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Leaf{}, err
	}
	serial, err := newSerial()
	if err != nil {
		return Leaf{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "localhost"},
		NotBefore:             start.Add(-overlap),
		NotAfter:              start.Add(turn),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1).To4(), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, signer)
	if err != nil {
		return Leaf{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return Leaf{certificate, key}, err
}

// keyID is the SHA-256 of the subjectPublicKey, cut to 20 bytes (RFC 7093 §2, method 1).
func keyID(public *ecdsa.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(info.Key.Bytes)
	return sum[:20], nil
}

// newSerial is a positive number of at most 16 bytes (RFC 5280 §4.1.2.2).
func newSerial() (*big.Int, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return serial.Add(serial, big.NewInt(1)), nil
}
