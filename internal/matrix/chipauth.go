package main

import (
	"context"
	"fmt"
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/mock-reader/chip"
)

// agreement is a key pair of the chip for chip authentication, and how DG14 writes it.
type agreement struct {
	arc   int
	spki  []byte
	curve *curves.Curve
	group *chip.Group
	d     *big.Int
}

// The ways to write the domain parameters of a key (Doc 9303-11 §9.5).
const (
	named      = "named"
	explicit   = "explicit"
	standardID = "standardised-id"
	x942       = "X9.42"
	pkcs3      = "PKCS3"
)

// fileDG14 is where the keys stand.
var fileDG14 = chip.FileDG(14)

// otherKey is another private key than d.
func otherKey(d *big.Int) *big.Int { return new(big.Int).Rsh(d, 1) }

// ecAgreement makes a key on a curve, written in one of the ways.
func ecAgreement(c *curves.Curve, encoding string) agreement {
	key := ecKey(c)
	key.Explicit = encoding == explicit
	a := agreement{arc: arcECDH, spki: key.SPKI(), curve: c, d: key.D}
	if encoding == standardID {
		a.spki = cmstest.Seq(standardised(c.ID), cmstest.Bits(c.Encode(key.Point)))
	}
	return a
}

// dhAgreement makes a key in a MODP group, written in one of the ways (RFC 3279
// §2.3.3, PKCS #3, Doc 9303-11 §9.5.1).
func dhAgreement(id int, encoding string) (agreement, error) {
	group, ok := chip.StandardGroup(id)
	if !ok {
		return agreement{}, fmt.Errorf("no group %d", id)
	}
	x, y, err := dhKey(group)
	if err != nil {
		return agreement{}, err
	}
	p, g, q := cmstest.Int(group.P), cmstest.Int(group.G), cmstest.Int(group.Q)
	algorithm := cmstest.Seq(cmstest.OID(1, 2, 840, 10046, 2, 1), cmstest.Seq(p, g, q))
	switch encoding {
	case pkcs3:
		algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 3, 1), cmstest.Seq(p, g))
	case standardID:
		algorithm = standardised(id)
	}
	return agreement{arc: arcDH, spki: cmstest.Seq(algorithm, cmstest.Bits(cmstest.Int(y))), group: group, d: x}, nil
}

// caTrial is a run of chip authentication with a chip.
type caTrial struct {
	make     func() (agreement, error)
	cipher   int
	protocol apdu.Protocol
	quirk    chip.CAQuirk
	// short is a chip without extended length.
	short bool
	// infos replaces what DG14 holds, and keyID names the key on the chip.
	infos func(a agreement, cipher int) [][]byte
	keyID *int
	// otherKey gives the chip another private key than DG14's.
	otherKey bool
}

func overCurve(c *curves.Curve, encoding string) func() (agreement, error) {
	return func() (agreement, error) { return ecAgreement(c, encoding), nil }
}

func overGroup(id int, encoding string) func() (agreement, error) {
	return func() (agreement, error) { return dhAgreement(id, encoding) }
}

// usual is DG14 with one info and one key, both without id.
func usual(a agreement, cipher int) [][]byte {
	return [][]byte{chipAuthInfo(chipAuthOID(a.arc, cipher), 1, -1), chipAuthKeyInfo(a.arc, a.spki, -1)}
}

// put makes the chip and opens it by BAC.
func (t caTrial) put(ctx context.Context) (*bench, error) {
	a, err := t.make()
	if err != nil {
		return nil, err
	}
	infos := usual
	if t.infos != nil {
		infos = t.infos
	}
	d := a.d
	if t.otherKey {
		d = otherKey(d)
	}
	b, err := put(chip.Profile{
		BAC: true, Protocol: t.protocol, Extended: !t.short, Quirks: chip.Quirks{CA: t.quirk},
		LDS: map[uint16][]byte{fileDG14: dg14(infos(a, t.cipher)...)},
		CA: []chip.CAKey{{KeyID: t.keyID, OID: value(chipAuthOID(a.arc, t.cipher)), Cipher: chip.Cipher(t.cipher),
			Curve: a.curve, Group: a.group, D: d}},
	})
	if err != nil {
		return nil, err
	}
	return b, b.openBAC(ctx, rightMRZ)
}

// run reads DG14, runs chip authentication and reads a file over the new channel.
func (t caTrial) run(ctx context.Context) error {
	b, err := t.put(ctx)
	if err != nil {
		return err
	}
	raw, err := b.read(ctx, files.Group(lds.DG14))
	if err != nil {
		return err
	}
	infos, err := securityinfo.ParseDG14(raw)
	if err != nil {
		return err
	}
	session, err := chipauth.Authenticate(ctx, b.session, infos, nil)
	if err != nil {
		return err
	}
	if session.Cipher() != securemsg.Cipher(t.cipher) {
		return fmt.Errorf("the new channel uses %v", session.Cipher())
	}
	b.session = session
	return b.readSample(ctx)
}

// toCase makes a case of a trial; its twin is a chip with another private key.
func (t caTrial) toCase(id string) Case {
	return Case{ID: "ca/" + id, Right: t.run, Wrong: func(ctx context.Context) error {
		t := t
		t.otherKey = true
		return channelMustEnd(t.run(ctx))
	}}
}

// chipAuthCases are all combinations, and the other ways to run some of them.
func chipAuthCases() []Case {
	var all []Case
	for _, c := range curves.All() {
		for _, cipher := range ciphers {
			all = append(all, caTrial{make: overCurve(c, named), cipher: cipher}.toCase("ECDH/"+c.Name+"/"+cipherNames[cipher]))
		}
		for _, encoding := range []string{explicit, standardID} {
			all = append(all, caTrial{make: overCurve(c, encoding), cipher: 2}.toCase("ECDH/"+c.Name+"/"+encoding))
		}
	}
	for id, name := range groupNames {
		for _, cipher := range ciphers {
			all = append(all, caTrial{make: overGroup(id, x942), cipher: cipher}.toCase("DH/"+name+"/"+cipherNames[cipher]))
		}
		for _, encoding := range []string{pkcs3, standardID} {
			all = append(all, caTrial{make: overGroup(id, encoding), cipher: 2}.toCase("DH/"+name+"/"+encoding))
		}
	}
	return append(all, chipAuthWays()...)
}
