package main

import (
	"context"
	"errors"
	"fmt"

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
	run := func(ctx context.Context, another bool) error {
		weak, strong := ecAgreement(curve, named), ecAgreement(curve, named)
		ids := []int{1, 2}
		p := chip.Profile{BAC: true, Extended: true, LDS: map[uint16][]byte{fileDG14: dg14(
			chipAuthInfo(chipAuthOID(arcECDH, 1), 1, ids[0]), chipAuthKeyInfo(arcECDH, weak.spki, ids[0]),
			chipAuthInfo(chipAuthOID(arcECDH, 4), 1, ids[1]), chipAuthKeyInfo(arcECDH, strong.spki, ids[1]))}}
		for i, a := range []agreement{weak, strong} {
			cipher := []int{1, 4}[i]
			if another {
				a.d = otherKey(a.d)
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
		infos, err := securityinfo.ParseDG14(p.LDS[fileDG14])
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
