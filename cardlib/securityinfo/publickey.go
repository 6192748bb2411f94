package securityinfo

import (
	"errors"
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/tlv"
)

// ErrKey is a public key that is malformed, out of range or under parameters
// that are not accepted.
var ErrKey = errors.New("securityinfo: unusable public key")

// ErrParameters is a key that may be well formed, but under an algorithm or
// parameters that are not known here: explicit parameters of no standard curve,
// an unknown named curve, an RSA key of another size. It is an [ErrKey] too.
var ErrParameters = fmt.Errorf("%w: parameters not supported", ErrKey)

// Sizes of RSA keys, in bits.
const (
	minRSABits      = 1024
	maxRSABits      = 4096
	maxExponentBits = 64
)

// PublicKey is a public key of one of three kinds: exactly one of Curve, Group
// and N is set. Points and numbers have been validated.
type PublicKey struct {
	// Curve and Point are an EC key.
	Curve *curves.Curve
	Point curves.Point
	// Group and Y are a DH key.
	Group *dh.Group
	Y     *big.Int
	// N and E are an RSA key of 1024 to 4096 bits.
	N, E *big.Int
}

// Agreement tells which key agreement the key is for; 0 for RSA.
func (k PublicKey) Agreement() Agreement {
	switch {
	case k.Curve != nil:
		return ECDH
	case k.Group != nil:
		return DH
	}
	return 0
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) with an EC,
// DH or RSA key. EC parameters may be named, standardised (TR-03110) or
// explicit; explicit ones must equal a standard curve.
func ParsePublicKey(der []byte) (PublicKey, error) {
	if len(der) > MaxSize {
		return PublicKey{}, fmt.Errorf("%w: %d bytes", ErrKey, len(der))
	}
	e, err := tlv.ReadOnly(der)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return parsePublicKey(e)
}

func parsePublicKey(e tlv.Element) (PublicKey, error) {
	key, err := splitPublicKey(e)
	if err != nil && !errors.Is(err, ErrKey) {
		err = fmt.Errorf("%w: %w", ErrKey, err)
	}
	if err != nil {
		return PublicKey{}, err
	}
	return key, nil
}

func splitPublicKey(e tlv.Element) (PublicKey, error) {
	fields, err := sequence(e)
	if err != nil {
		return PublicKey{}, err
	}
	if len(fields) != 2 || fields[1].Tag != tagBitString || len(fields[1].Value) < 2 || fields[1].Value[0] != 0 {
		return PublicKey{}, fmt.Errorf("%w: no SubjectPublicKeyInfo", ErrMalformed)
	}
	value := fields[1].Value[1:] // after the count of unused bits
	algorithm, err := sequence(fields[0])
	if err != nil {
		return PublicKey{}, err
	}
	if len(algorithm) > 0 {
		if oid, err := parseOID(algorithm[0]); err == nil && oid.Equal(oidRSA) {
			return parseRSA(algorithm[1:], value)
		}
	}
	params, err := parseDomain(fields[0])
	if err != nil {
		return PublicKey{}, err
	}
	switch {
	case params.curve != nil:
		point, err := params.curve.Decode(value)
		return PublicKey{Curve: params.curve, Point: point}, err
	case params.group != nil:
		return parseDHKey(params.group, value)
	}
	return PublicKey{}, fmt.Errorf("%w: no standard curve", ErrParameters)
}

// parseDHKey reads the INTEGER inside the BIT STRING (RFC 3279 §2.3.3).
func parseDHKey(group *dh.Group, value []byte) (PublicKey, error) {
	e, err := tlv.ReadOnly(value)
	if err != nil {
		return PublicKey{}, err
	}
	y, err := parseNumber(e)
	if err != nil {
		return PublicKey{}, err
	}
	return PublicKey{Group: group, Y: y}, group.Check(y)
}

// parseRSA reads RSAPublicKey (RFC 8017 A.1.1) under rsaEncryption, whose
// parameters are NULL; some writers leave them out.
func parseRSA(params tlv.Elements, value []byte) (PublicKey, error) {
	if len(params) > 1 || (len(params) == 1 && (params[0].Tag != tagNull || len(params[0].Value) != 0)) {
		return PublicKey{}, fmt.Errorf("%w: RSA parameters", ErrMalformed)
	}
	e, err := tlv.ReadOnly(value)
	if err != nil {
		return PublicKey{}, err
	}
	fields, err := sequence(e)
	if err != nil {
		return PublicKey{}, err
	}
	if len(fields) != 2 {
		return PublicKey{}, fmt.Errorf("%w: RSA key of %d fields", ErrMalformed, len(fields))
	}
	n, err := parseNumber(fields[0])
	if err != nil {
		return PublicKey{}, err
	}
	exp, err := parseNumber(fields[1])
	if err != nil {
		return PublicKey{}, err
	}
	if n.BitLen() < minRSABits || n.BitLen() > maxRSABits {
		return PublicKey{}, fmt.Errorf("%w: modulus of %d bits", ErrParameters, n.BitLen())
	}
	if n.Bit(0) == 0 || exp.Cmp(big.NewInt(3)) < 0 || exp.BitLen() > maxExponentBits || exp.Bit(0) == 0 {
		return PublicKey{}, fmt.Errorf("%w: RSA modulus or exponent", ErrKey)
	}
	return PublicKey{N: n, E: exp}, nil
}
