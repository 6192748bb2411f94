package pace

import (
	"bytes"
	"fmt"
	"io"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// keyPair is an ephemeral key of ours; public is as it is sent.
type keyPair struct {
	private *big.Int
	public  []byte
}

// agreement is Diffie-Hellman over one set of domain parameters: ECDH or DH.
type agreement interface {
	// generate makes a key pair on the current generator.
	generate(random io.Reader) (keyPair, error)
	// check validates a public key of the chip: form, range, group, and not ours.
	check(public []byte, own keyPair) error
	// shared is the shared secret as the key derivation wants it; public has passed check.
	shared(own keyPair, public []byte) ([]byte, error)
	// mapGeneric is Ĝ = s×G + H, or ĝ = g^s × h (§4.4.3.3.1).
	mapGeneric(nonce []byte, own keyPair, public []byte) (agreement, error)
	// mapIntegrated is Ĝ = f(R_p(s,t)) (§4.4.3.3.2).
	mapIntegrated(c securemsg.Cipher, s, t []byte) (agreement, error)
	// tokenTag is the tag of a public key inside 7F49 (§9.4.3, §9.4.4).
	tokenTag() tlv.Tag
}

// agreementOf returns the key agreement of a PACEInfo that has passed Check.
func agreementOf(info securityinfo.PACEInfo) agreement {
	if info.Agreement == securityinfo.ECDH {
		return ecdh{info.Curve}
	}
	return modp{info.Group}
}

type ecdh struct{ curve *curves.Curve }

func (e ecdh) generate(random io.Reader) (keyPair, error) {
	private, public, err := e.curve.GenerateKey(random)
	if err != nil {
		return keyPair{}, err
	}
	return keyPair{private, e.curve.Encode(public)}, nil
}

func (e ecdh) check(public []byte, own keyPair) error {
	if _, err := e.curve.Decode(public); err != nil {
		return err
	}
	if bytes.Equal(public, own.public) {
		return errOwnKey
	}
	return nil
}

func (e ecdh) shared(own keyPair, public []byte) ([]byte, error) {
	point, err := e.curve.Decode(public)
	if err != nil {
		return nil, err
	}
	secret := e.curve.Mul(point, own.private)
	if secret.IsIdentity() {
		return nil, curves.ErrPoint
	}
	return e.curve.XBytes(secret), nil
}

func (e ecdh) mapGeneric(nonce []byte, own keyPair, public []byte) (agreement, error) {
	point, err := e.curve.Decode(public)
	if err != nil {
		return nil, err
	}
	generator := e.curve.MulAdd(new(big.Int).SetBytes(nonce), point, own.private)
	mapped, err := e.curve.WithGenerator(generator)
	if err != nil {
		return nil, err
	}
	return ecdh{mapped}, nil
}

func (e ecdh) mapIntegrated(c securemsg.Cipher, s, t []byte) (agreement, error) {
	x, err := pseudoRandom(c, s, t, e.curve.P)
	if err != nil {
		return nil, err
	}
	generator, err := encodePoint(e.curve, x)
	if err != nil {
		return nil, err
	}
	mapped, err := e.curve.WithGenerator(generator)
	if err != nil {
		return nil, err
	}
	return ecdh{mapped}, nil
}

func (ecdh) tokenTag() tlv.Tag { return 0x86 }

type modp struct{ group *dh.Group }

func (m modp) generate(random io.Reader) (keyPair, error) {
	private, public, err := m.group.GenerateKey(random)
	if err != nil {
		return keyPair{}, err
	}
	return keyPair{private, m.group.Encode(public)}, nil
}

func (m modp) check(public []byte, own keyPair) error {
	y, err := m.group.Decode(public)
	if err != nil {
		return err
	}
	if bytes.Equal(m.group.Encode(y), own.public) {
		return errOwnKey
	}
	return nil
}

func (m modp) shared(own keyPair, public []byte) ([]byte, error) {
	return m.group.Shared(own.private, new(big.Int).SetBytes(public)), nil
}

func (m modp) mapGeneric(nonce []byte, own keyPair, public []byte) (agreement, error) {
	h := new(big.Int).SetBytes(m.group.Shared(own.private, new(big.Int).SetBytes(public)))
	generator := new(big.Int).Exp(m.group.G, new(big.Int).SetBytes(nonce), m.group.P)
	generator.Mul(generator, h).Mod(generator, m.group.P)
	return m.withGenerator(generator)
}

// mapIntegrated is f_g(x) = x^a mod p with the cofactor a = (p−1)/q.
func (m modp) mapIntegrated(c securemsg.Cipher, s, t []byte) (agreement, error) {
	x, err := pseudoRandom(c, s, t, m.group.P)
	if err != nil {
		return nil, err
	}
	cofactor := new(big.Int).Sub(m.group.P, big.NewInt(1))
	cofactor.Div(cofactor, m.group.Q)
	return m.withGenerator(x.Exp(x, cofactor, m.group.P))
}

func (m modp) withGenerator(g *big.Int) (agreement, error) {
	mapped, err := m.group.WithGenerator(g)
	if err != nil {
		return nil, err
	}
	return modp{mapped}, nil
}

func (modp) tokenTag() tlv.Tag { return 0x84 }

// errOwnKey is a chip that sends our own key back (§4.4.1 step 3d).
var errOwnKey = fmt.Errorf("%w: the chip returns our own key", ErrProtocol)
