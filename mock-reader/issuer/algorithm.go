package issuer

import (
	"crypto"
	_ "crypto/sha1" // the hash functions that algorithms name
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"
	"strings"
)

// Scheme is a way to sign.
type Scheme int

// The schemes of Doc 9303-12 §4.1.6; ECDSAPlain writes the signature r ‖ s
// (TR-03111 §5.2.1) instead of ECDSA-Sig-Value.
const (
	ECDSA Scheme = iota
	ECDSAPlain
	PKCS1
	PSS
)

// Naming is how a signature names its algorithm. Issuing States differ in it.
type Naming int

const (
	// NamedWhole: one identifier says scheme and hash; PSS has its parameters beside it.
	NamedWhole Naming = iota
	// NamedByKey: in EF.SOD the identifier names the kind of key only and the hash
	// is that of the digestAlgorithm (RFC 5652 §5.3); certificates are NamedWhole.
	NamedByKey
	// NamedApart: ecdsa-with-Specified with the hash as its parameter (X9.62 E.8).
	NamedApart
	// NamedInKey: as NamedWhole, and the key itself is for PSS alone (RFC 4055 §1.2).
	NamedInKey
)

// Algorithm is how a certificate holder signs, and with what kind of key. The
// zero value is that of the issued cards: ECDSA over brainpoolP384r1 with SHA-256.
type Algorithm struct {
	Scheme Scheme
	// Hash is that of the signature; 0 is SHA-256.
	Hash crypto.Hash
	// Curve is the parameter id of an EC key (TR-03110-3 A.2.1.1); 0 is brainpoolP384r1.
	Curve int
	// Bits is the size of an RSA key; 0 is 3072.
	Bits int
	// MGFHash is the hash of the mask of PSS, 0 the same as Hash; Salt is the length
	// of the salt in bytes, 0 as long as the hash.
	MGFHash crypto.Hash
	Salt    int
	Naming  Naming
	// NamedCurve writes the curve by its identifier instead of explicit parameters,
	// which Doc 9303-12 §4.1.6.3 asks for.
	NamedCurve bool
	// Compressed writes the point in its short form (TR-03111 §3.2.2).
	Compressed bool
}

// The algorithms that are named most.
var (
	ECDSAP256 = Algorithm{Curve: p256}
	RSAPKCS1  = Algorithm{Scheme: PKCS1}
	RSAPSS    = Algorithm{Scheme: PSS}

	cscaECDSA = Algorithm{Hash: crypto.SHA384}
)

func (a Algorithm) isRSA() bool { return a.Scheme == PKCS1 || a.Scheme == PSS }

// hash, curveID, bits, mgf and salt are the fields with their defaults.
func (a Algorithm) hash() crypto.Hash {
	if a.Hash == 0 {
		return crypto.SHA256
	}
	return a.Hash
}

func (a Algorithm) curveID() int {
	if a.Curve == 0 {
		return brainpoolP384r1
	}
	return a.Curve
}

func (a Algorithm) bits() int {
	if a.Bits == 0 {
		return rsaSignerBits
	}
	return a.Bits
}

func (a Algorithm) mgf() crypto.Hash {
	if a.MGFHash == 0 {
		return a.hash()
	}
	return a.MGFHash
}

func (a Algorithm) salt() int {
	if a.Salt == 0 {
		return a.hash().Size()
	}
	return a.Salt
}

// rsaSignerBits is the usual size of RSA signers (Doc 9303-12 §4.1.6.1 wants 2048 at least).
const rsaSignerBits = 3072

// Name is the name by which the command line calls the algorithm:
// "ecdsa-brainpoolP384r1-sha256", "pss-3072-sha256-mgf-sha1-salt-20".
func (a Algorithm) Name() string {
	hash := hashName(a.hash())
	switch a.Scheme {
	case PKCS1:
		return a.named(fmt.Sprintf("pkcs1-%d-%s", a.bits(), hash))
	case PSS:
		name := fmt.Sprintf("pss-%d-%s", a.bits(), hash)
		if a.mgf() != a.hash() {
			name += "-mgf-" + hashName(a.mgf())
		}
		if a.salt() != a.hash().Size() {
			name += fmt.Sprintf("-salt-%d", a.salt())
		}
		return a.named(name)
	case ECDSAPlain:
		return a.named(fmt.Sprintf("ecdsaplain-%s-%s", curve(a.curveID()).Name, hash))
	}
	return a.named(fmt.Sprintf("ecdsa-%s-%s", curve(a.curveID()).Name, hash))
}

func (a Algorithm) named(name string) string {
	name += [...]string{"", "-bykey", "-apart", "-inkey"}[a.Naming]
	if a.NamedCurve {
		name += "-namedcurve"
	}
	if a.Compressed {
		name += "-compressed"
	}
	return name
}

func hashName(h crypto.Hash) string {
	return strings.ReplaceAll(strings.ToLower(h.String()), "-", "")
}

// Hashes of signatures and group hashes; SHA-1 is broken, and a reader must say
// that it cannot judge what is signed with it.
func signatureHashes() []crypto.Hash {
	return []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
}

// Algorithms returns every algorithm that a signer of this issuer can have: each
// scheme with each hash, each curve, and the ways to name them. Names are unique.
func Algorithms() []Algorithm {
	var all []Algorithm
	for _, h := range signatureHashes() {
		all = append(all, Algorithm{Hash: h}, Algorithm{Scheme: ECDSAPlain, Hash: h},
			Algorithm{Scheme: PKCS1, Hash: h, Bits: 2048}, Algorithm{Scheme: PSS, Hash: h, Bits: 2048})
	}
	for id := p224; id <= p521; id++ {
		if id != brainpoolP384r1 {
			all = append(all, Algorithm{Curve: id})
		}
	}
	return append(all,
		Algorithm{Curve: p256, NamedCurve: true}, Algorithm{NamedCurve: true},
		Algorithm{NamedCurve: true, Compressed: true}, Algorithm{Compressed: true},
		Algorithm{Naming: NamedByKey}, Algorithm{Naming: NamedApart, Hash: crypto.SHA384},
		RSAPKCS1, RSAPSS, Algorithm{Scheme: PKCS1, Bits: 4096, Hash: crypto.SHA512},
		Algorithm{Scheme: PKCS1, Bits: 2048, Naming: NamedByKey}, Algorithm{Scheme: PSS, Bits: 2048, Naming: NamedByKey},
		Algorithm{Scheme: PSS, Bits: 2048, Naming: NamedInKey},
		Algorithm{Scheme: PSS, Bits: 2048, MGFHash: crypto.SHA1, Salt: 20},
		Algorithm{Scheme: PSS, Bits: 2048, Hash: crypto.SHA512, Salt: 32},
	)
}

// AlgorithmByName finds one of [Algorithms].
func AlgorithmByName(name string) (Algorithm, bool) {
	for _, a := range Algorithms() {
		if a.Name() == name {
			return a, true
		}
	}
	return Algorithm{}, false
}
