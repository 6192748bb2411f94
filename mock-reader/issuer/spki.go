package issuer

import (
	"crypto/rsa"
	"crypto/sha1"
	"math/big"

	"chipid/cardlib/curves"
)

// ecPublicKey writes the SubjectPublicKeyInfo of a chip's key.
func ecPublicKey(key ecKey, named bool) []byte {
	return sequence(sequence(oid(oidECPublicKey), curveParameters(key.curve, named)), bitString(key.curve.Encode(key.public)))
}

// standardisedPublicKey writes the SubjectPublicKeyInfo of a chip's key with the id
// of standardised domain parameters (TR-03110-3 A.2.1.1) instead of a curve.
func standardisedPublicKey(key ecKey, parameter int) []byte {
	return sequence(sequence(oid(oidStandardisedDomain), smallInteger(parameter)), bitString(key.curve.Encode(key.public)))
}

// curveParameters writes ECParameters. Doc 9303-12 §4.1.6.3 wants them explicit;
// named writes the curve's object identifier instead, as other issuers do.
func curveParameters(c *curves.Curve, named bool) []byte {
	if named {
		return oid(c.OID)
	}
	return explicitParameters(c)
}

// explicitParameters writes SpecifiedECDomain (RFC 3279 §2.3.5, TR-03111 §5.1.1).
func explicitParameters(c *curves.Curve) []byte {
	field := func(n *big.Int) []byte { return octets(n.FillBytes(make([]byte, c.ByteLen()))) }
	return sequence(
		smallInteger(1),
		sequence(oid(oidPrimeField), integer(c.P)),
		sequence(field(c.A), field(c.B)),
		octets(c.Encode(c.Generator())),
		integer(c.N),
		smallInteger(1), // cofactor
	)
}

// rsaPublicKey writes a SubjectPublicKeyInfo (RFC 8017 A.1.1).
func rsaPublicKey(key *rsa.PublicKey) []byte {
	return sequence(
		sequence(oid(oidRSAEncryption), null()),
		bitString(sequence(integer(key.N), smallInteger(key.E))),
	)
}

// keyID is the SHA-1 of the public key's bits (RFC 5280 §4.2.1.2 method 1).
func keyID(bits []byte) []byte {
	sum := sha1.Sum(bits)
	return sum[:]
}
