package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/pace"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/mock-reader/chip"
)

// forbidden is a way of PACE that the standard does not have, and one beside it
// that it has.
type forbidden struct {
	id      string
	bad     securityinfo.PACEInfo
	good    securityinfo.PACEInfo
	because string // what the refusal must name
	// params are the same for the chip, which must refuse them, too; nil where it cannot be told.
	params *chip.PACEParams
}

// forbiddenCases lists the combinations that pace.Check refuses by name.
func forbiddenCases() []Case {
	var list []forbidden
	for _, cipher := range ciphers {
		list = append(list, integratedOverP224(cipher), camWithDH(cipher))
	}
	for _, c := range curves.All() {
		list = append(list, camWith3DES(c))
	}
	list = append(list, foreignParameters()...)
	var all []Case
	for _, f := range list {
		all = append(all, f.toCase())
	}
	return all
}

func (f forbidden) toCase() Case {
	return Case{ID: "forbidden/" + f.id,
		Right: func(ctx context.Context) error {
			if err := f.refused(ctx); err != nil {
				return err
			}
			if f.params == nil {
				return nil
			}
			_, err := chip.New(chip.Profile{CAN: rightCAN, PACE: []chip.PACEParams{*f.params}})
			return mustBe(err, chip.ErrProfile)
		},
		Wrong: func(context.Context) error {
			if err := pace.Check(f.good); err != nil {
				return fmt.Errorf("the allowed neighbour is refused: %w", err)
			}
			return nil
		}}
}

// refused: pace.Check names the reason, and nothing is sent to the chip.
func (f forbidden) refused(ctx context.Context) error {
	err := pace.Check(f.bad)
	if err := mustBe(err, pace.ErrUnsupported); err != nil {
		return err
	}
	if pace.Supported(f.bad) {
		return errors.New("refused by Check and yet supported")
	}
	for _, part := range []string{f.bad.Name(), f.because} {
		if !strings.Contains(err.Error(), part) {
			return fmt.Errorf("the refusal %q does not name %q", err, part)
		}
	}
	card := &silent{}
	_, err = pace.Authenticate(ctx, card, f.bad, pace.CAN(rightCAN), nil)
	if card.spoken {
		return errors.New("a command was sent")
	}
	return mustBe(err, pace.ErrUnsupported)
}

// info is a PACEInfo that could be used.
func info(a securityinfo.Agreement, m securityinfo.Mapping, cipher, id int) securityinfo.PACEInfo {
	i := securityinfo.PACEInfo{Agreement: a, Mapping: m, Cipher: securemsg.Cipher(cipher), Version: 2, Parameter: securityinfo.NewID(id)}
	if a == securityinfo.ECDH {
		i.Curve, _ = curves.ByID(id)
	} else {
		i.Group, _ = dh.ByID(id)
	}
	return i
}

func integratedOverP224(cipher int) forbidden {
	return forbidden{
		id:      "ECDH-IM/P-224/" + cipherNames[cipher],
		bad:     info(securityinfo.ECDH, securityinfo.IntegratedMapping, cipher, p224),
		good:    info(securityinfo.ECDH, securityinfo.GenericMapping, cipher, p224),
		because: "integrated mapping is not defined over P-224",
		params: &chip.PACEParams{OID: value(paceOID(ecdhIM.arc, cipher)), Mapping: chip.IntegratedMapping,
			Cipher: chip.Cipher(cipher), ParameterID: p224},
	}
}

func camWithDH(cipher int) forbidden {
	return forbidden{
		id:      "DH-CAM/MODP-2048-256/" + cipherNames[cipher],
		bad:     info(securityinfo.DH, securityinfo.ChipAuthenticationMapping, cipher, 2),
		good:    info(securityinfo.DH, securityinfo.GenericMapping, cipher, 2),
		because: "defined for ECDH only",
		params: &chip.PACEParams{OID: value(paceOID(ecdhCAM.arc, cipher)), Mapping: chip.ChipAuthMapping,
			Cipher: chip.Cipher(cipher), ParameterID: 2, ChipKey: curves.All()[0].N},
	}
}

func camWith3DES(c *curves.Curve) forbidden {
	return forbidden{
		id:      "ECDH-CAM/" + c.Name + "/3DES",
		bad:     info(securityinfo.ECDH, securityinfo.ChipAuthenticationMapping, 1, c.ID),
		good:    info(securityinfo.ECDH, securityinfo.ChipAuthenticationMapping, 2, c.ID),
		because: "not defined with 3DES",
		params: &chip.PACEParams{OID: value(paceOID(ecdhCAM.arc, 1)), Mapping: chip.ChipAuthMapping,
			Cipher: chip.TDES, ParameterID: c.ID, ChipKey: ecKey(c).D},
	}
}

// foreignParameters are PACEInfos as a file may have them: parameters of the
// other kind of key agreement, reserved ids, no id, another version.
func foreignParameters() []forbidden {
	const noSet = "parameters are no standard set"
	parsed := func(oid []byte, version int64, id ...[]byte) securityinfo.PACEInfo {
		infos, err := securityinfo.Parse(cmstest.Set(cmstest.Seq(append([][]byte{oid, cmstest.Small(version)}, id...)...)))
		if err != nil || len(infos.PACE) != 1 {
			return securityinfo.PACEInfo{}
		}
		return infos.PACE[0]
	}
	ec, group := paceOID(ecdhGM.arc, 2), paceOID(dhGM.arc, 2)
	goodEC, goodGroup := parsed(ec, 2, cmstest.Small(brainpoolP256r1)), parsed(group, 2, cmstest.Small(modp1024))
	list := []forbidden{
		{id: "version/1", bad: parsed(ec, 1, cmstest.Small(brainpoolP256r1)), good: goodEC, because: "version 1"},
		{id: "version/3", bad: parsed(ec, 3, cmstest.Small(brainpoolP256r1)), good: goodEC, because: "version 3"},
		{id: "parameters/none", bad: parsed(ec, 2), good: goodEC, because: noSet},
	}
	for id := range groupNames {
		list = append(list, forbidden{id: fmt.Sprintf("parameters/ECDH-with-group-%d", id),
			bad: parsed(ec, 2, cmstest.Small(int64(id))), good: goodEC, because: noSet})
	}
	for _, c := range curves.All() {
		list = append(list, forbidden{id: "parameters/DH-with-" + c.Name,
			bad: parsed(group, 2, cmstest.Small(int64(c.ID))), good: goodGroup, because: noSet})
	}
	for _, id := range []int{3, 7, 19, 31, 32, 255} {
		list = append(list, forbidden{id: fmt.Sprintf("parameters/reserved-%d", id),
			bad: parsed(ec, 2, cmstest.Small(int64(id))), good: goodEC, because: noSet})
	}
	return list
}
