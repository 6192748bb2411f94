package main

import (
	"context"
	"errors"
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
	named        = "named"
	explicit     = "explicit"
	standardID   = "standardised-id"
	x942         = "X9.42"
	pkcs3        = "PKCS3"
	otherBits    = 64 // bits of the difference between a key and a wrong one
	dg14KeyGroup = 14
)

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
		d = new(big.Int).Rsh(d, otherBits)
	}
	b, err := put(chip.Profile{
		BAC: true, Protocol: t.protocol, Extended: !t.short, Quirks: chip.Quirks{CA: t.quirk},
		LDS: map[uint16][]byte{chip.FileDG(dg14KeyGroup): dg14(infos(a, t.cipher)...)},
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

// chipAuthWays are runs that differ in how the key is sent or named.
func chipAuthWays() []Case {
	curve, _ := curves.ByID(brainpoolP256r1)
	key := overCurve(curve, named)
	id := 5
	withID := func(infoID, keyID int) func(agreement, int) [][]byte {
		return func(a agreement, cipher int) [][]byte {
			return [][]byte{chipAuthInfo(chipAuthOID(a.arc, cipher), 1, infoID), chipAuthKeyInfo(a.arc, a.spki, keyID)}
		}
	}
	keyOnly := func(a agreement, _ int) [][]byte { return [][]byte{chipAuthKeyInfo(a.arc, a.spki, -1)} }
	beside := func(a agreement, cipher int) [][]byte {
		other := ecAgreement(curve, named)
		return [][]byte{
			chipAuthInfo(chipAuthOID(a.arc, cipher), 2, 9), chipAuthKeyInfo(other.arc, other.spki, 9),
			chipAuthInfo(chipAuthOID(a.arc, cipher), 1, id), chipAuthKeyInfo(a.arc, a.spki, id),
		}
	}
	return []Case{
		caTrial{make: key, cipher: 1, quirk: chip.CAQuirk{NoSetAT: true}}.toCase("3DES-by-MSE-Set-KAT"),
		caTrial{make: key, cipher: 1, quirk: chip.CAQuirk{NoSetKAT: true}}.toCase("3DES-by-MSE-Set-AT"),
		caTrial{make: key, cipher: 2, protocol: apdu.ProtocolT0}.toCase("T=0/AES-128"),
		caTrial{make: key, cipher: 1, protocol: apdu.ProtocolT0}.toCase("T=0/3DES"),
		caTrial{make: key, cipher: 2, short: true}.toCase("short-APDUs/ECDH"),
		caTrial{make: overGroup(modp1024, x942), cipher: 2, short: true}.toCase("short-APDUs/DH"),
		caTrial{make: key, cipher: 2, infos: withID(id, id), keyID: &id}.toCase("key-id/both"),
		caTrial{make: key, cipher: 1, infos: withID(id, id), keyID: &id}.toCase("key-id/both-by-KAT"),
		caTrial{make: key, cipher: 2, infos: withID(-1, id), keyID: &id}.toCase("key-id/key-only"),
		caTrial{make: key, cipher: 2, infos: withID(id, id)}.toCase("key-id/unknown-to-the-chip"),
		caTrial{make: key, cipher: 1, infos: keyOnly}.toCase("key-without-info"),
		caTrial{make: key, cipher: 2, infos: beside, keyID: &id}.toCase("version-1-beside-version-2"),
		severalKeys(curve), versionTwo(key), refusal("MSE-Set", chip.CAQuirk{RefuseSet: apdu.SWConditionsOfUse}, key),
		refusal("GENERAL-AUTHENTICATE", chip.CAQuirk{RefuseKey: apdu.SWWrongData}, key), foreignGenerator(curve),
	}
}

// severalKeys is a chip with 3DES and AES-256 keys: the strongest is taken.
func severalKeys(curve *curves.Curve) Case {
	run := func(ctx context.Context, otherKey bool) error {
		weak, strong := ecAgreement(curve, named), ecAgreement(curve, named)
		ids := []int{1, 2}
		p := chip.Profile{BAC: true, Extended: true, LDS: map[uint16][]byte{chip.FileDG(dg14KeyGroup): dg14(
			chipAuthInfo(chipAuthOID(arcECDH, 1), 1, ids[0]), chipAuthKeyInfo(arcECDH, weak.spki, ids[0]),
			chipAuthInfo(chipAuthOID(arcECDH, 4), 1, ids[1]), chipAuthKeyInfo(arcECDH, strong.spki, ids[1]))}}
		for i, a := range []agreement{weak, strong} {
			cipher := []int{1, 4}[i]
			if otherKey {
				a.d = new(big.Int).Rsh(a.d, otherBits)
			}
			p.CA = append(p.CA, chip.CAKey{KeyID: &ids[i], OID: value(chipAuthOID(arcECDH, cipher)), Cipher: chip.Cipher(cipher), Curve: curve, D: a.d})
		}
		b, err := put(p)
		if err != nil {
			return err
		}
		if err := b.openBAC(ctx, rightMRZ); err != nil {
			return err
		}
		infos, err := securityinfo.ParseDG14(p.LDS[chip.FileDG(dg14KeyGroup)])
		if err != nil {
			return err
		}
		result, err := chipauth.Run(ctx, b.session, infos, nil)
		if err != nil {
			return err
		}
		if result.Info.Cipher != securemsg.AES256 {
			return fmt.Errorf("%s was taken", result.Info.Name())
		}
		b.session = result.Session
		return b.readSample(ctx)
	}
	return Case{ID: "ca/several-keys",
		Right: func(ctx context.Context) error { return run(ctx, false) },
		Wrong: func(ctx context.Context) error { return channelMustEnd(run(ctx, true)) }}
}

// versionTwo is a chip that offers EAC2 alone: said so, and not tried.
func versionTwo(key func() (agreement, error)) Case {
	two := func(a agreement, cipher int) [][]byte {
		return [][]byte{chipAuthInfo(chipAuthOID(a.arc, cipher), 2, 1), chipAuthKeyInfo(a.arc, a.spki, 1)}
	}
	return Case{ID: "ca/version-2-alone",
		Right: func(ctx context.Context) error {
			return mustBe(caTrial{make: key, cipher: 2, infos: two}.run(ctx), chipauth.ErrVersion2)
		},
		Wrong: caTrial{make: key, cipher: 2}.run}
}

// refusal is a chip that refuses what its DG14 announces; the old channel stays.
func refusal(name string, quirk chip.CAQuirk, key func() (agreement, error)) Case {
	return Case{ID: "ca/refused/" + name,
		Right: func(ctx context.Context) error {
			t := caTrial{make: key, cipher: 2, quirk: quirk}
			if err := mustBe(t.run(ctx), chipauth.ErrRefused); err != nil {
				return err
			}
			return t.oldChannelStays(ctx)
		},
		Wrong: caTrial{make: key, cipher: 2}.run}
}

// oldChannelStays: after a refusal the channel from before goes on.
func (t caTrial) oldChannelStays(ctx context.Context) error {
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
	if _, err := chipauth.Authenticate(ctx, b.session, infos, nil); err == nil {
		return errors.New("chip authentication was not refused")
	}
	return b.readSample(ctx)
}

// foreignGenerator is a key under explicit parameters with another generator: not a standard curve.
func foreignGenerator(curve *curves.Curve) Case {
	forged := func() (agreement, error) {
		key := cmstest.Forge(ecKey(curve))
		return agreement{arc: arcECDH, spki: key.SPKI(), curve: curve, d: key.D}, nil
	}
	return Case{ID: "ca/explicit-with-another-generator",
		Right: func(ctx context.Context) error {
			return mustBe(caTrial{make: forged, cipher: 2}.run(ctx), chipauth.ErrUnsupported)
		},
		Wrong: caTrial{make: overCurve(curve, explicit), cipher: 2}.run}
}
