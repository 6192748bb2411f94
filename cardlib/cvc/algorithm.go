package cvc

import (
	"crypto"
	_ "crypto/sha1" // the hashes that the algorithms name
	_ "crypto/sha256"
	_ "crypto/sha512"

	"chipid/cardlib/cms"
)

// Algorithm is how the holder of a key signs: the value of an object identifier
// below id-TA (TR-03110-3 tables 17 and 18).
type Algorithm string

const idTA = "\x04\x00\x7F\x00\x07\x02\x02\x02" // 0.4.0.127.0.7.2.2.2

// The algorithms. RSA-PSS has the same hash for message and mask, and a salt as
// long as the hash; ECDSA signatures are r ‖ s.
const (
	RSAv15SHA1   Algorithm = idTA + "\x01\x01"
	RSAv15SHA256 Algorithm = idTA + "\x01\x02"
	RSAPSSSHA1   Algorithm = idTA + "\x01\x03"
	RSAPSSSHA256 Algorithm = idTA + "\x01\x04"
	RSAv15SHA512 Algorithm = idTA + "\x01\x05"
	RSAPSSSHA512 Algorithm = idTA + "\x01\x06"
	ECDSASHA1    Algorithm = idTA + "\x02\x01"
	ECDSASHA224  Algorithm = idTA + "\x02\x02"
	ECDSASHA256  Algorithm = idTA + "\x02\x03"
	ECDSASHA384  Algorithm = idTA + "\x02\x04"
	ECDSASHA512  Algorithm = idTA + "\x02\x05"
)

var algorithms = map[Algorithm]struct {
	name   string
	scheme cms.Scheme
	hash   crypto.Hash
}{
	RSAv15SHA1:   {"id-TA-RSA-v1-5-SHA-1", cms.RSAPKCS1, crypto.SHA1},
	RSAv15SHA256: {"id-TA-RSA-v1-5-SHA-256", cms.RSAPKCS1, crypto.SHA256},
	RSAv15SHA512: {"id-TA-RSA-v1-5-SHA-512", cms.RSAPKCS1, crypto.SHA512},
	RSAPSSSHA1:   {"id-TA-RSA-PSS-SHA-1", cms.RSAPSS, crypto.SHA1},
	RSAPSSSHA256: {"id-TA-RSA-PSS-SHA-256", cms.RSAPSS, crypto.SHA256},
	RSAPSSSHA512: {"id-TA-RSA-PSS-SHA-512", cms.RSAPSS, crypto.SHA512},
	ECDSASHA1:    {"id-TA-ECDSA-SHA-1", cms.ECDSAPlain, crypto.SHA1},
	ECDSASHA224:  {"id-TA-ECDSA-SHA-224", cms.ECDSAPlain, crypto.SHA224},
	ECDSASHA256:  {"id-TA-ECDSA-SHA-256", cms.ECDSAPlain, crypto.SHA256},
	ECDSASHA384:  {"id-TA-ECDSA-SHA-384", cms.ECDSAPlain, crypto.SHA384},
	ECDSASHA512:  {"id-TA-ECDSA-SHA-512", cms.ECDSAPlain, crypto.SHA512},
}

// Known tells whether the algorithm is one of those above.
func (a Algorithm) Known() bool { return algorithms[a].hash != 0 }

// EC tells whether the algorithm is ECDSA.
func (a Algorithm) EC() bool { return algorithms[a].scheme == cms.ECDSAPlain }

// Hash is the hash function, 0 for an unknown algorithm.
func (a Algorithm) Hash() crypto.Hash { return algorithms[a].hash }

func (a Algorithm) String() string {
	if name := algorithms[a].name; name != "" {
		return name
	}
	return "unknown algorithm"
}

// signature is the algorithm in the words of cms.
func (a Algorithm) signature() cms.SignatureAlgorithm {
	in := algorithms[a]
	return cms.SignatureAlgorithm{Scheme: in.scheme, Hash: in.hash, MGFHash: in.hash, SaltLength: in.hash.Size()}
}
