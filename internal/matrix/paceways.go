package main

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/pace"
	"chipid/mock-reader/chip"
)

// Parameter ids used where the curve is not the point (Doc 9303-11 §9.5.1).
const (
	p256            = 12
	brainpoolP256r1 = 13
	p384            = 15
	brainpoolP512r1 = 17
	modp1024        = 0
)

var (
	ecdhGM  = paceKinds[1]
	dhGM    = paceKinds[0]
	ecdhIM  = paceKinds[3]
	ecdhCAM = paceKinds[4]
)

// paceWays are runs of PACE that differ in something else than the combination.
func paceWays() []Case {
	all := []Case{
		{ID: "pace/password/MRZ",
			Right: trialOf(ecdhGM, brainpoolP256r1, 2, pace.MRZ(rightMRZ)),
			Wrong: denied(trialOf(ecdhGM, brainpoolP256r1, 2, pace.MRZ(wrongMRZ)))},
		{ID: "pace/password/PIN",
			Right: trialOf(ecdhGM, brainpoolP256r1, 2, pace.PIN(rightPIN)),
			Wrong: denied(trialOf(ecdhGM, brainpoolP256r1, 2, pace.PIN(rightCAN)))},
		{ID: "pace/password/PUK",
			Right: trialOf(ecdhGM, brainpoolP256r1, 2, pace.PUK(rightPUK)),
			Wrong: denied(trialOf(ecdhGM, brainpoolP256r1, 2, pace.PUK(rightPIN)))},
		{ID: "pace/password/CAN-is-no-PIN",
			Right: trialOf(ecdhGM, brainpoolP256r1, 2, pace.CAN(rightCAN)),
			Wrong: denied(trialOf(ecdhGM, brainpoolP256r1, 2, pace.CAN(rightPIN)))},
	}
	for _, x := range []struct {
		kind       paceKind
		id, cipher int
		name       string
	}{
		{ecdhGM, p256, 1, "ECDH-GM/P-256/3DES"},
		{ecdhGM, brainpoolP512r1, 4, "ECDH-GM/brainpoolP512r1/AES-256"},
		{ecdhIM, brainpoolP256r1, 2, "ECDH-IM/brainpoolP256r1/AES-128"},
		{ecdhCAM, brainpoolP256r1, 3, "ECDH-CAM/brainpoolP256r1/AES-192"},
		{dhGM, modp1024, 2, "DH-GM/MODP-1024-160/AES-128"},
	} {
		for _, protocol := range []apdu.Protocol{apdu.ProtocolT0, apdu.ProtocolT1} {
			run := func(can string) func(context.Context) error {
				return func(ctx context.Context) error {
					t := paceTrial{kind: x.kind, id: x.id, cipher: x.cipher, password: pace.CAN(can), protocol: protocol}
					return t.run(ctx)
				}
			}
			all = append(all, Case{ID: fmt.Sprintf("pace/%v/%s", protocol, x.name), Right: run(rightCAN), Wrong: denied(run(wrongCAN))})
		}
	}
	return append(append(all, severalInfos()...), explicitDomain(), triesCounted(), lastTrySpared())
}

// trialOf is a run of PACE over a contactless link.
func trialOf(kind paceKind, id, cipher int, password pace.Password) func(context.Context) error {
	return func(ctx context.Context) error {
		t := paceTrial{kind: kind, id: id, cipher: cipher, password: password, protocol: apdu.ProtocolContactless}
		return t.run(ctx)
	}
}

// denied is the twin of a run with a wrong password.
func denied(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error { return mustBe(run(ctx), pace.ErrDenied) }
}

// severalInfos are chips that offer one protocol over several curves: the chip
// must be told which (tag 84 of MSE:Set AT, §4.4.4.1).
func severalInfos() []Case {
	offered := []int{p256, brainpoolP256r1, brainpoolP512r1}
	oid := paceOID(ecdhGM.arc, 2)
	profile := func(offer []int) chip.Profile {
		var infos [][]byte
		var params []chip.PACEParams
		for _, id := range offer {
			infos = append(infos, paceInfo(oid, id))
			params = append(params, chip.PACEParams{OID: value(oid), Mapping: chip.GenericMapping, Cipher: chip.AES128, ParameterID: id})
		}
		return chip.Profile{Extended: true, PACE: params, MF: map[uint16][]byte{chip.FileCardAccess: cmstest.Set(infos...)}}
	}
	var all []Case
	for i, id := range offered {
		all = append(all, Case{ID: fmt.Sprintf("pace/several-infos/%d", id),
			Right: func(ctx context.Context) error { return usePACEInfo(ctx, profile(offered), i, true) },
			Wrong: func(ctx context.Context) error { // the same PACEInfo without the word that others exist
				return mustBe(usePACEInfo(ctx, profile(offered), i, false), errAmbiguous)
			}})
	}
	return all
}

// errAmbiguous: MSE:Set AT had to be repeated with tag 84.
var errAmbiguous = errors.New("the chip had to ask for tag 84")

// usePACEInfo goes in by the PACEInfo at the index, ambiguous or taken for unambiguous.
func usePACEInfo(ctx context.Context, profile chip.Profile, index int, ambiguous bool) error {
	b, err := put(profile)
	if err != nil {
		return err
	}
	asked := false
	b.link = apdu.NewLink(&watched{Card: b.chip, see: func(_ apdu.Command, resp *apdu.Response) {
		asked = asked || resp.SW == apdu.SWReferencedDataUnknown
	}})
	info, err := b.paceInfo(ctx, index)
	if err != nil {
		return err
	}
	if !info.Ambiguous {
		return errors.New("PACEInfos with one OID were not taken for ambiguous")
	}
	info.Ambiguous = ambiguous
	if _, err := b.openPACEWith(ctx, info, pace.CAN(rightCAN)); err != nil {
		return err
	}
	if err := b.readSample(ctx); err != nil {
		return err
	}
	if asked {
		return errAmbiguous
	}
	return nil
}

// explicitDomain is a PACEInfo that points to explicit domain parameters: taken
// if they are a standard curve, refused with another generator (§9.2.2).
func explicitDomain() Case {
	const ownID = 33
	curve, _ := curves.ByID(brainpoolP256r1)
	oid := paceOID(ecdhGM.arc, 2)
	profile := func(key *cmstest.Key) chip.Profile {
		key.Explicit = true
		algorithm := key.SPKI()
		domain := cmstest.Seq(bsi(2, 2, 4, ecdhGM.arc), firstElement(algorithm), cmstest.Small(ownID))
		return chip.Profile{Extended: true,
			PACE: []chip.PACEParams{{OID: value(oid), Mapping: chip.GenericMapping, Cipher: chip.AES128, ParameterID: brainpoolP256r1}},
			MF:   map[uint16][]byte{chip.FileCardAccess: cmstest.Set(paceInfo(oid, ownID), domain)}}
	}
	run := func(ctx context.Context, key *cmstest.Key) error {
		b, err := put(profile(key))
		if err != nil {
			return err
		}
		if _, err := b.openPACE(ctx, pace.CAN(rightCAN)); err != nil {
			return err
		}
		return b.readSample(ctx)
	}
	return Case{ID: "pace/explicit-parameters",
		Right: func(ctx context.Context) error { return run(ctx, ecKey(curve)) },
		Wrong: func(ctx context.Context) error {
			return mustBe(run(ctx, cmstest.Forge(ecKey(curve))), pace.ErrUnsupported)
		}}
}

// triesCounted: a wrong password answered by 63Cx tells how many tries are left;
// a right one in between sets the counter back.
func triesCounted() Case {
	left := func(b *bench, ctx context.Context, can string) (int, error) {
		if err := b.chip.Reset(ctx); err != nil {
			return 0, err
		}
		_, err := b.openPACE(ctx, pace.CAN(can))
		var tries *pace.TriesError
		if errors.As(err, &tries) {
			return tries.Left, nil
		}
		return -1, err
	}
	sequence := func(ctx context.Context, want []int, cans ...string) error {
		t := paceTrial{kind: ecdhGM, id: brainpoolP256r1, cipher: 2}
		p := t.profile()
		p.Quirks.PACETries = 3
		b, err := put(p)
		if err != nil {
			return err
		}
		for i, can := range cans {
			got, err := left(b, ctx, can)
			if err != nil || got != want[i] {
				return fmt.Errorf("try %d: %d left, due were %d: %w", i+1, got, want[i], err)
			}
		}
		return nil
	}
	return Case{ID: "pace/tries/counted",
		Right: func(ctx context.Context) error {
			return sequence(ctx, []int{2, 1, 0, 0}, wrongCAN, wrongCAN, wrongCAN, rightCAN)
		},
		Wrong: func(ctx context.Context) error {
			return sequence(ctx, []int{2, -1, 2}, wrongCAN, rightCAN, wrongCAN)
		}}
}

// lastTrySpared: a chip that says at MSE:Set AT that one try is left gets none.
func lastTrySpared() Case {
	run := func(ctx context.Context, faults chip.Faults) (tried bool, err error) {
		t := paceTrial{kind: ecdhGM, id: brainpoolP256r1, cipher: 2}
		p := t.profile()
		p.Faults = faults
		b, err := put(p)
		if err != nil {
			return false, err
		}
		b.link = apdu.NewLink(&watched{Card: b.chip, see: func(cmd apdu.Command, _ *apdu.Response) {
			tried = tried || cmd.INS == apdu.InsGeneralAuth
		}})
		_, err = b.openPACE(ctx, pace.CAN(rightCAN))
		return tried, err
	}
	return Case{ID: "pace/tries/last-one-spared",
		Right: func(ctx context.Context) error {
			tried, err := run(ctx, chip.Faults{{Ins: apdu.InsMSE, Do: chip.Status, SW: 0x63C1}})
			if tried {
				return errors.New("the last try was spent")
			}
			return mustBe(err, pace.ErrDenied)
		},
		Wrong: func(ctx context.Context) error {
			tried, err := run(ctx, nil)
			if !tried {
				return errors.New("nothing was tried")
			}
			return err
		}}
}
