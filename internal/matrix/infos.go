package main

import (
	"crypto/rand"
	"math/big"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// bsi is an object identifier below bsi-de (0.4.0.127.0.7), encoded.
func bsi(arcs ...int) []byte { return cmstest.OID(append([]int{0, 4, 0, 127, 0, 7}, arcs...)...) }

// value is an encoded object identifier without tag and length.
func value(oid []byte) []byte { return oid[2:] }

// paceOID is id-PACE with the arcs of mapping and cipher (Doc 9303-11 §9.2.3).
func paceOID(mapping, cipher int) []byte { return bsi(2, 2, 4, mapping, cipher) }

// paceInfo encodes a PACEInfo (§9.2.1).
func paceInfo(oid []byte, parameter int) []byte {
	return cmstest.Seq(oid, cmstest.Small(2), cmstest.Small(int64(parameter)))
}

// The arcs of key agreements in id-CA and id-PK (§9.2.5, §9.2.6).
const (
	arcDH   = 1
	arcECDH = 2
)

func chipAuthOID(agreement, cipher int) []byte { return bsi(2, 2, 3, agreement, cipher) }

// chipAuthInfo encodes a ChipAuthenticationInfo; an id below 0 is left out.
func chipAuthInfo(oid []byte, version, id int) []byte {
	return cmstest.Seq(append([][]byte{oid, cmstest.Small(int64(version))}, optional(id)...)...)
}

// chipAuthKeyInfo encodes a ChipAuthenticationPublicKeyInfo; an id below 0 is left out.
func chipAuthKeyInfo(agreement int, spki []byte, id int) []byte {
	return cmstest.Seq(append([][]byte{bsi(2, 2, 1, agreement), spki}, optional(id)...)...)
}

func optional(id int) [][]byte {
	if id < 0 {
		return nil
	}
	return [][]byte{cmstest.Small(int64(id))}
}

// dg14 wraps SecurityInfos as the file has them.
func dg14(infos ...[]byte) []byte { return tlv.Encode(0x6E, cmstest.Set(infos...)) }

// dg15 wraps a SubjectPublicKeyInfo as the file has it.
func dg15(spki []byte) []byte { return tlv.Encode(0x6F, spki) }

// standardised is an AlgorithmIdentifier with a standardised parameter id (§9.5.1).
func standardised(id int) []byte { return cmstest.Seq(bsi(1, 2), cmstest.Small(int64(id))) }

// ecKey makes a key on a standard curve.
func ecKey(c *curves.Curve) *cmstest.Key { return cmstest.NewKey(c.Name) }

// dhKey makes a private number for a DH group and its public one.
func dhKey(g *chip.Group) (x, y *big.Int, err error) {
	if x, err = rand.Int(rand.Reader, new(big.Int).Sub(g.Q, big.NewInt(1))); err != nil {
		return nil, nil, err
	}
	x.Add(x, big.NewInt(1))
	return x, new(big.Int).Exp(g.G, x, g.P), nil
}

// cipherNames name the ciphers by the last arc of the protocols' object identifiers.
var cipherNames = map[int]string{1: "3DES", 2: "AES-128", 3: "AES-192", 4: "AES-256"}

// ciphers are those arcs.
var ciphers = []int{1, 2, 3, 4}
