package cms

import (
	"crypto"
	_ "crypto/sha1" // the hashes that signatures name
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"

	"chipid/cardlib/tlv"
)

// Scheme is a way to sign.
type Scheme int

// The schemes that Doc 9303-12 §4.1 allows; ECDSAPlain is ECDSA with the
// signature written r ‖ s (TR-03111 §5.2.1).
const (
	ECDSA Scheme = iota + 1
	ECDSAPlain
	RSAPKCS1
	RSAPSS
)

func (s Scheme) String() string {
	switch s {
	case ECDSA:
		return "ECDSA"
	case ECDSAPlain:
		return "ECDSA (plain)"
	case RSAPKCS1:
		return "RSA PKCS#1 v1.5"
	case RSAPSS:
		return "RSA-PSS"
	}
	return "unknown scheme"
}

// SignatureAlgorithm is a scheme with its hash, and for RSA-PSS its parameters.
type SignatureAlgorithm struct {
	Scheme Scheme
	Hash   crypto.Hash
	// MGFHash is the hash of MGF1, SaltLength the length of the salt in bytes
	// (AnySalt where the signer did not say).
	MGFHash    crypto.Hash
	SaltLength int
}

// AnySalt is the SaltLength of a signer who did not say.
const AnySalt = -1

func (a SignatureAlgorithm) String() string {
	return fmt.Sprintf("%v with %v", a.Scheme, a.Hash)
}

// Algorithm is an AlgorithmIdentifier as read; Params is empty where absent.
type Algorithm struct {
	OID    OID
	Params tlv.Element
	Raw    []byte
}

func parseAlgorithm(c *cursor) Algorithm {
	e := c.take(tagSequence)
	if c.err != nil {
		return Algorithm{}
	}
	a := Algorithm{Raw: e.Raw}
	in := open(e)
	a.OID = in.oid()
	if in.more() {
		a.Params = in.next()
	}
	c.fail(in.end())
	return a
}

var hashes = map[OID]crypto.Hash{
	NewOID("1.3.14.3.2.26"):          crypto.SHA1,
	NewOID("2.16.840.1.101.3.4.2.4"): crypto.SHA224,
	NewOID("2.16.840.1.101.3.4.2.1"): crypto.SHA256,
	NewOID("2.16.840.1.101.3.4.2.2"): crypto.SHA384,
	NewOID("2.16.840.1.101.3.4.2.3"): crypto.SHA512,
}

// signatures are the algorithms that name their hash themselves.
var signatures = map[OID]SignatureAlgorithm{
	NewOID("1.2.840.10045.4.1"):       {Scheme: ECDSA, Hash: crypto.SHA1},
	NewOID("1.2.840.10045.4.3.1"):     {Scheme: ECDSA, Hash: crypto.SHA224},
	NewOID("1.2.840.10045.4.3.2"):     {Scheme: ECDSA, Hash: crypto.SHA256},
	NewOID("1.2.840.10045.4.3.3"):     {Scheme: ECDSA, Hash: crypto.SHA384},
	NewOID("1.2.840.10045.4.3.4"):     {Scheme: ECDSA, Hash: crypto.SHA512},
	NewOID("0.4.0.127.0.7.1.1.4.1.1"): {Scheme: ECDSAPlain, Hash: crypto.SHA1},
	NewOID("0.4.0.127.0.7.1.1.4.1.2"): {Scheme: ECDSAPlain, Hash: crypto.SHA224},
	NewOID("0.4.0.127.0.7.1.1.4.1.3"): {Scheme: ECDSAPlain, Hash: crypto.SHA256},
	NewOID("0.4.0.127.0.7.1.1.4.1.4"): {Scheme: ECDSAPlain, Hash: crypto.SHA384},
	NewOID("0.4.0.127.0.7.1.1.4.1.5"): {Scheme: ECDSAPlain, Hash: crypto.SHA512},
	NewOID("1.2.840.113549.1.1.5"):    {Scheme: RSAPKCS1, Hash: crypto.SHA1},
	NewOID("1.3.14.3.2.29"):           {Scheme: RSAPKCS1, Hash: crypto.SHA1},
	NewOID("1.2.840.113549.1.1.14"):   {Scheme: RSAPKCS1, Hash: crypto.SHA224},
	NewOID("1.2.840.113549.1.1.11"):   {Scheme: RSAPKCS1, Hash: crypto.SHA256},
	NewOID("1.2.840.113549.1.1.12"):   {Scheme: RSAPKCS1, Hash: crypto.SHA384},
	NewOID("1.2.840.113549.1.1.13"):   {Scheme: RSAPKCS1, Hash: crypto.SHA512},
}

var oidECDSASpecified = NewOID("1.2.840.10045.4.3")

// Hash returns the hash that a digestAlgorithm names. Some signers write there
// the signature algorithm that contains the hash.
func (a Algorithm) Hash() (crypto.Hash, error) {
	if h, ok := hashes[a.OID]; ok {
		return h, nil
	}
	if s, ok := signatures[a.OID]; ok {
		return s.Hash, nil
	}
	return 0, unsupported("hash algorithm %v", a.OID)
}

// Signature returns the algorithm of a signature. Identifiers that name only
// the kind of key (rsaEncryption, id-ecPublicKey, RSASSA-PSS without
// parameters) take the hash of the digestAlgorithm beside them; 0 where there
// is none, as in certificates.
func (a Algorithm) Signature(digest crypto.Hash) (SignatureAlgorithm, error) {
	if s, ok := signatures[a.OID]; ok {
		return s, nil
	}
	switch {
	case a.OID == oidRSAPSS && a.Params.Tag == tagSequence:
		return parsePSS(a.Params)
	case a.OID == oidRSAPSS && digest != 0:
		return SignatureAlgorithm{RSAPSS, digest, digest, AnySalt}, nil
	case a.OID == oidECDSASpecified && a.Params.Tag == tagSequence:
		hash, err := specifiedHash(a.Params)
		return SignatureAlgorithm{Scheme: ECDSA, Hash: hash}, err
	case a.OID == oidRSAEncryption && digest != 0:
		return SignatureAlgorithm{Scheme: RSAPKCS1, Hash: digest}, nil
	case a.OID == oidECPublicKey && digest != 0:
		return SignatureAlgorithm{Scheme: ECDSA, Hash: digest}, nil
	}
	return SignatureAlgorithm{}, unsupported("signature algorithm %v", a.OID)
}

// specifiedHash reads the parameters of ecdsa-with-Specified: a hash algorithm.
func specifiedHash(params tlv.Element) (crypto.Hash, error) {
	c := &cursor{rest: params.Raw}
	alg := parseAlgorithm(c)
	if err := c.end(); err != nil {
		return 0, err
	}
	return alg.Hash()
}

// parsePSS reads RSASSA-PSS-params (RFC 4055 §3.1). What is absent has its
// default: SHA-1, MGF1 with SHA-1, a salt of 20 bytes, trailer BC.
func parsePSS(e tlv.Element) (SignatureAlgorithm, error) {
	alg := SignatureAlgorithm{RSAPSS, crypto.SHA1, crypto.SHA1, 20}
	c := open(e)
	if c.peek() == tagCons0 {
		alg.Hash = hashOf(c, c.enter(tagCons0))
	}
	if c.peek() == tagCons1 {
		alg.MGFHash = mgfHash(c, c.enter(tagCons1))
	}
	if c.peek() == tagCons2 {
		in := c.enter(tagCons2)
		alg.SaltLength = in.small()
		c.fail(in.end())
	}
	if c.peek() == tagCons3 {
		in := c.enter(tagCons3)
		if trailer := in.small(); in.err == nil && trailer != 1 {
			c.fail(unsupported("PSS trailer %d", trailer))
		}
		c.fail(in.end())
	}
	if err := c.end(); err != nil {
		return SignatureAlgorithm{}, fmt.Errorf("PSS parameters: %w", err)
	}
	return alg, nil
}

func hashOf(outer, c *cursor) crypto.Hash {
	alg := parseAlgorithm(c)
	outer.fail(c.end())
	if outer.err != nil {
		return 0
	}
	h, err := alg.Hash()
	outer.fail(err)
	return h
}

// mgfHash reads a MaskGenAlgorithm: MGF1 with the hash in its parameters.
func mgfHash(outer, c *cursor) crypto.Hash {
	alg := parseAlgorithm(c)
	outer.fail(c.end())
	if outer.err != nil {
		return 0
	}
	if alg.OID != oidMGF1 || alg.Params.Tag != tagSequence {
		outer.fail(unsupported("mask generation %v", alg.OID))
		return 0
	}
	return hashOf(outer, &cursor{rest: alg.Params.Raw})
}

// ParseAlgorithm reads one AlgorithmIdentifier and nothing after it.
func ParseAlgorithm(raw []byte) (Algorithm, error) {
	c := &cursor{rest: raw}
	alg := parseAlgorithm(c)
	return alg, c.end()
}
