package cardlib

import (
	"cmp"
	"fmt"
	"slices"

	"chipid/cardlib/mrz"
	"chipid/cardlib/pace"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// The ways in, as they are said in Document.Access and Error.Tried.
const (
	AccessPACECAN = "PACE-CAN"
	AccessPACEMRZ = "PACE-MRZ"
	AccessPACEPIN = "PACE-PIN"
	AccessPACEPUK = "PACE-PUK"
	AccessBAC     = "BAC"
)

// way is one way into the chip: a protocol and a password.
type way struct {
	name string
	pace *securityinfo.PACEInfo // nil for BAC
	password
}

// password is one of the keys that were given; the others are empty.
type password struct {
	can string
	mrz mrz.Key
	pin string
	puk string
}

// forPACE is the password as PACE takes it.
func (p password) forPACE() pace.Password {
	switch {
	case p.can != "":
		return pace.CAN(p.can)
	case p.pin != "":
		return pace.PIN(p.pin)
	case p.puk != "":
		return pace.PUK(p.puk)
	}
	return pace.MRZ(p.mrz)
}

// protocol names the protocol and its parameters: "PACE-ECDH-GM-AES-128/13".
func (w way) protocol() string {
	switch {
	case w.name == AccessBAC:
		return AccessBAC
	case w.pace == nil:
		return "" // a recording above secure messaging does not know
	}
	return fmt.Sprintf("%s/%v", w.pace.Name(), w.pace.Parameter)
}

// maxOffers is how many of the ways of PACE that a chip offers are tried: it costs
// a reset to find that one does not work.
const maxOffers = 4

// ways lists what can be tried, the best first: PACE by every offer, then BAC. A
// PIN is used where nothing else was given that opens the chip; the chip counts.
func (r *read) ways() []way {
	var passwords []way
	if r.keys.CAN != "" {
		passwords = append(passwords, way{name: AccessPACECAN, password: password{can: r.keys.CAN}})
	}
	for _, key := range r.keys.MRZ {
		passwords = append(passwords, way{name: AccessPACEMRZ, password: password{mrz: key}})
	}
	if r.keys.PIN != "" {
		passwords = append(passwords, way{name: AccessPACEPIN, password: password{pin: r.keys.PIN}})
	}
	if r.keys.PUK != "" {
		passwords = append(passwords, way{name: AccessPACEPUK, password: password{puk: r.keys.PUK}})
	}
	var ways []way
	for _, info := range r.offers() {
		for _, w := range passwords {
			w.pace = &info
			ways = append(ways, w)
		}
	}
	for _, key := range r.keys.MRZ {
		ways = append(ways, way{name: AccessBAC, password: password{mrz: key}})
	}
	return ways
}

// offers returns the ways of PACE that the chip offers and that the standard
// allows, the best first:
//
//  1. What is as strong as 112 bits or more before what is not: 3DES, curves below
//     224 bits and primes below 2048 are last. Above that all count as equal.
//  2. Chip authentication mapping, where it can be of use: it proves the chip on the
//     way in and saves a key agreement (Doc 9303-11 appendix J recommends it). Then
//     generic mapping, which every chip and reader was tried with; then integrated
//     mapping, as safe and a little faster, but rare.
//  3. Elliptic curves before prime fields, short keys before long ones: faster.
//
// EF.CardAccess is not signed: whoever edits it can choose among what is here. It is
// compared with signed files afterwards (§4.2).
func (r *read) offers() []securityinfo.PACEInfo {
	var offers []securityinfo.PACEInfo
	for _, info := range r.access.infos.PACE {
		if pace.Check(info) == nil {
			offers = append(offers, info)
		}
	}
	useful := r.plan.wantsChipAuth() && !r.plan.Trust.Empty()
	slices.SortStableFunc(offers, func(a, b securityinfo.PACEInfo) int {
		return slices.Compare(rank(a, useful), rank(b, useful))
	})
	return offers[:min(len(offers), maxOffers)]
}

// rank orders ways of PACE, the lowest first; see offers.
func rank(info securityinfo.PACEInfo, camUseful bool) []int {
	weak, size := 0, 0
	if info.Curve != nil {
		size = info.Curve.BitSize()
	} else {
		size = info.Group.P.BitLen()
	}
	if info.Cipher == securemsg.TDES || info.Curve != nil && size < 224 || info.Group != nil && size < 2048 {
		weak = 1
	}
	mapping := map[securityinfo.Mapping]int{
		securityinfo.ChipAuthenticationMapping: 0, securityinfo.GenericMapping: 1, securityinfo.IntegratedMapping: 2,
	}[info.Mapping]
	if mapping == 0 && !camUseful {
		mapping = 3
	}
	return []int{weak, mapping, -cmp.Compare(int(info.Agreement), int(securityinfo.DH)), size, int(info.Cipher)}
}
