package chip

import (
	"crypto/sha1"
	"errors"
	"io"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// keyAgreement is Diffie-Hellman over some group and generator, by curves or by
// integers (Doc 9303-11 §9.6). Public keys are in the form of §9.4.5.
type keyAgreement interface {
	// generate makes a key pair on the generator.
	generate(random io.Reader) (private *big.Int, public []byte, err error)
	// agree validates the other side's key and returns the shared secret and that key as it is to be encoded.
	agree(public []byte, private *big.Int) (secret, canonical []byte, err error)
	// generic is the generic mapping: the group with generator s·G + private·public.
	generic(public []byte, private *big.Int, nonce []byte) (keyAgreement, error)
	// integrated is the integrated mapping of a field element.
	integrated(element *big.Int) (keyAgreement, error)
	// compress is Comp of a valid public key (TR-03110-3 A.2.2.3).
	compress(public []byte) []byte
	// prime is the field's characteristic, order that of the generator.
	prime() *big.Int
	order() *big.Int
	// publicTag is the tag of a public key in the data that tokens are made over (Doc 9303-11 tables 10 and 11).
	publicTag() tlv.Tag
}

// errIdentity is a generator or secret that is the neutral element.
var errIdentity = errors.New("chip: neutral element")

// agreementOf returns the group of a standardised parameter id that New has checked.
func agreementOf(id int) keyAgreement {
	if g, ok := StandardGroup(id); ok {
		return modular{g}
	}
	curve, _ := curves.ByID(id)
	return elliptic{curve}
}

// elliptic is ECKA of TR-03111 §4.3.1.
type elliptic struct{ curve *curves.Curve }

func (e elliptic) generate(random io.Reader) (*big.Int, []byte, error) {
	d, p, err := e.curve.GenerateKey(random)
	if err != nil {
		return nil, nil, err
	}
	return d, e.curve.Encode(p), nil
}

func (e elliptic) agree(public []byte, private *big.Int) (secret, canonical []byte, err error) {
	p, err := e.curve.Decode(public)
	if err != nil {
		return nil, nil, err
	}
	shared := e.curve.Mul(p, private)
	if shared.IsIdentity() {
		return nil, nil, errIdentity
	}
	return e.curve.XBytes(shared), public, nil
}

func (e elliptic) generic(public []byte, private *big.Int, nonce []byte) (keyAgreement, error) {
	p, err := e.curve.Decode(public)
	if err != nil {
		return nil, err
	}
	h := e.curve.Mul(p, private)
	return e.with(e.curve.Add(e.curve.MulBase(new(big.Int).SetBytes(nonce)), h))
}

func (e elliptic) integrated(element *big.Int) (keyAgreement, error) {
	p, err := encodePoint(e.curve, element)
	if err != nil {
		return nil, err
	}
	return e.with(p)
}

func (e elliptic) with(generator curves.Point) (keyAgreement, error) {
	mapped, err := e.curve.WithGenerator(generator)
	if err != nil {
		return nil, errIdentity
	}
	return elliptic{mapped}, nil
}

// compress is the x-coordinate of 04 ‖ x ‖ y.
func (e elliptic) compress(public []byte) []byte { return public[1 : 1+e.curve.ByteLen()] }

func (e elliptic) prime() *big.Int    { return e.curve.P }
func (e elliptic) order() *big.Int    { return e.curve.N }
func (e elliptic) publicTag() tlv.Tag { return 0x86 }

// modular is Diffie-Hellman of PKCS #3 with the validation of RFC 2631.
type modular struct{ group *Group }

func (m modular) generate(random io.Reader) (*big.Int, []byte, error) {
	x, y, err := m.group.generateKey(random)
	if err != nil {
		return nil, nil, err
	}
	return x, y.Bytes(), nil
}

// agree gives the other key back without leading zeros, as §9.4.1 encodes integers.
func (m modular) agree(public []byte, private *big.Int) (secret, canonical []byte, err error) {
	y, err := m.group.decode(public)
	if err != nil {
		return nil, nil, err
	}
	return m.group.secret(y, private), y.Bytes(), nil
}

func (m modular) generic(public []byte, private *big.Int, nonce []byte) (keyAgreement, error) {
	y, err := m.group.decode(public)
	if err != nil {
		return nil, err
	}
	g := new(big.Int).Exp(m.group.G, new(big.Int).SetBytes(nonce), m.group.P)
	g.Mul(g, new(big.Int).Exp(y, private, m.group.P)).Mod(g, m.group.P)
	return m.with(g)
}

// integrated is f_g(x) = x^a with the cofactor a = (p−1)/q (Doc 9303-11 §4.4.3.3.2).
func (m modular) integrated(element *big.Int) (keyAgreement, error) {
	a := new(big.Int).Sub(m.group.P, big.NewInt(1))
	a.Div(a, m.group.Q)
	return m.with(new(big.Int).Exp(element, a, m.group.P))
}

func (m modular) with(generator *big.Int) (keyAgreement, error) {
	if generator.Cmp(big.NewInt(1)) <= 0 {
		return nil, errIdentity
	}
	return modular{&Group{P: m.group.P, G: generator, Q: m.group.Q}}, nil
}

// compress is the SHA-1 of the public value.
func (m modular) compress(public []byte) []byte {
	sum := sha1.Sum(public)
	return sum[:]
}

func (m modular) prime() *big.Int    { return m.group.P }
func (m modular) order() *big.Int    { return m.group.Q }
func (m modular) publicTag() tlv.Tag { return 0x84 }
