package securityinfo

import (
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/tlv"
)

// domain is what an AlgorithmIdentifier says of domain parameters. Both are nil
// for EC parameters that equal no standard curve.
type domain struct {
	curve *curves.Curve
	group *dh.Group
}

// standardGroup is the group if it is one of the standardised ones.
func (d domain) standardGroup() *dh.Group {
	if d.group == nil || d.group.ID < 0 {
		return nil
	}
	return d.group
}

// parseDomain reads an AlgorithmIdentifier of Doc 9303-11 §9.5: a standardised
// id, EC parameters (named or explicit), or DH parameters (X9.42 or PKCS#3).
func parseDomain(e tlv.Element) (domain, error) {
	fields, err := sequence(e)
	if err != nil {
		return domain{}, err
	}
	if len(fields) == 0 {
		return domain{}, fmt.Errorf("%w: empty AlgorithmIdentifier", ErrMalformed)
	}
	oid, err := parseOID(fields[0])
	if err != nil {
		return domain{}, err
	}
	var parse func(tlv.Element) (domain, error)
	switch {
	case oid.Equal(oidStandardised):
		parse = parseStandardised
	case oid.Equal(oidECPublicKey), oid.Equal(oidECDH):
		parse = parseEC
	case oid.Equal(oidDHPublic):
		parse = func(e tlv.Element) (domain, error) { return parseDH(e, 3) }
	case oid.Equal(oidPKCS3):
		parse = func(e tlv.Element) (domain, error) { return parseDH(e, 2) }
	default:
		return domain{}, fmt.Errorf("%w: algorithm %v", ErrParameters, oid)
	}
	if len(fields) != 2 {
		return domain{}, fmt.Errorf("%w: AlgorithmIdentifier of %d fields", ErrMalformed, len(fields))
	}
	return parse(fields[1])
}

func parseStandardised(e tlv.Element) (domain, error) {
	id, err := parseSmall(e)
	if err != nil {
		return domain{}, err
	}
	if c, ok := curves.ByID(id); ok {
		return domain{curve: c}, nil
	}
	if g, ok := dh.ByID(id); ok {
		return domain{group: g}, nil
	}
	return domain{}, fmt.Errorf("%w: standard id %d", ErrParameters, id)
}

// parseDH reads the first need numbers of DomainParameters {p, g, q, …} of X9.42
// (RFC 3279 §2.3.3) or DHParameter {p, g, length OPTIONAL} of PKCS#3.
func parseDH(e tlv.Element, need int) (domain, error) {
	fields, err := sequence(e)
	if err != nil {
		return domain{}, err
	}
	if len(fields) < need {
		return domain{}, fmt.Errorf("%w: DH parameters of %d fields", ErrMalformed, len(fields))
	}
	var numbers [3]*big.Int
	for n := range need {
		if numbers[n], err = parseNumber(fields[n]); err != nil {
			return domain{}, err
		}
	}
	group, err := dh.New(numbers[0], numbers[1], numbers[2])
	return domain{group: group}, err
}

// parseEC reads EcpkParameters (RFC 3279 §2.3.5): a named curve or ECParameters.
func parseEC(e tlv.Element) (domain, error) {
	if e.Tag == tagOID {
		oid, err := parseOID(e)
		if err != nil {
			return domain{}, err
		}
		c, ok := curves.ByOID(oid)
		if !ok {
			return domain{}, fmt.Errorf("%w: curve %v", ErrParameters, oid)
		}
		return domain{curve: c}, nil
	}
	fields, err := sequence(e)
	if err != nil {
		return domain{}, err
	}
	if len(fields) < 5 || len(fields) > 7 {
		return domain{}, fmt.Errorf("%w: ECParameters of %d fields", ErrMalformed, len(fields))
	}
	version, err := parseSmall(fields[0])
	if err != nil {
		return domain{}, err
	}
	if version < 1 || version > 3 {
		return domain{}, fmt.Errorf("%w: ECParameters version %d", ErrMalformed, version)
	}
	return parseExplicit(fields[1], fields[2], fields[3], fields[4], fields[5:])
}

// parseExplicit looks for the standard curve that has all these values.
func parseExplicit(field, curve, base, order tlv.Element, rest tlv.Elements) (domain, error) {
	p, err := parsePrimeField(field)
	if err != nil {
		return domain{}, err
	}
	coefficients, err := sequence(curve)
	if err != nil {
		return domain{}, err
	}
	if len(coefficients) < 2 || coefficients[0].Tag != tagOctetString || coefficients[1].Tag != tagOctetString ||
		base.Tag != tagOctetString {
		return domain{}, fmt.Errorf("%w: curve coefficients", ErrMalformed)
	}
	a, b := new(big.Int).SetBytes(coefficients[0].Value), new(big.Int).SetBytes(coefficients[1].Value)
	n, err := parseNumber(order)
	if err != nil {
		return domain{}, err
	}
	var cofactor *big.Int
	if len(rest) > 0 && rest[0].Tag == tagInteger {
		if cofactor, err = parseNumber(rest[0]); err != nil {
			return domain{}, err
		}
	}
	for _, c := range curves.All() {
		g, ok := decodeBase(c, base.Value)
		if !ok {
			continue
		}
		if found, ok := curves.ByExplicit(p, a, b, g, n, cofactor); ok {
			return domain{curve: found}, nil
		}
	}
	return domain{}, nil
}

// parsePrimeField reads FieldID with prime-field.
func parsePrimeField(e tlv.Element) (*big.Int, error) {
	fields, err := sequence(e)
	if err != nil {
		return nil, err
	}
	if len(fields) != 2 {
		return nil, fmt.Errorf("%w: FieldID", ErrMalformed)
	}
	oid, err := parseOID(fields[0])
	if err != nil {
		return nil, err
	}
	if !oid.Equal(oidPrimeField) {
		return nil, fmt.Errorf("%w: field %v", ErrParameters, oid)
	}
	return parseNumber(fields[1])
}

// decodeBase reads a generator. A compressed one (02 or 03, x) has only one
// candidate: the curve's own generator, if x and the parity of y agree.
func decodeBase(c *curves.Curve, b []byte) (curves.Point, bool) {
	if len(b) == 1+c.ByteLen() && (b[0] == 2 || b[0] == 3) {
		g := c.Generator()
		same := g.X.Cmp(new(big.Int).SetBytes(b[1:])) == 0 && g.Y.Bit(0) == uint(b[0]&1)
		return g, same
	}
	g, err := c.Decode(b)
	return g, err == nil
}
