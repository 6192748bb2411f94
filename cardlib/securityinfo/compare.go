package securityinfo

import (
	"fmt"
	"maps"
)

// Comparison is what EF.CardAccess and the signed SecurityInfos say of each other.
type Comparison int

// Outcomes of PACEAgrees.
const (
	// Same: both offer the same ways of PACE.
	Same Comparison = iota + 1
	// Different: EF.CardAccess was changed on its way, or is another chip's.
	Different
	// NotSigned: the signed file says nothing of PACE, which proves nothing either way.
	NotSigned
)

func (c Comparison) String() string {
	switch c {
	case Same:
		return "same"
	case Different:
		return "different"
	case NotSigned:
		return "not signed"
	}
	return "no comparison"
}

// PACEAgrees compares the ways of PACE in EF.CardAccess, which is not signed,
// with those in DG14 or EF.CardSecurity, which is (Doc 9303-11 §4.2): whoever
// edits EF.CardAccess could make a reader use a weaker way than the chip offers.
// Order and repetition do not count.
func PACEAgrees(cardAccess, signed Infos) Comparison {
	want := signed.paceSet()
	if len(want) == 0 {
		return NotSigned
	}
	if maps.Equal(want, cardAccess.paceSet()) {
		return Same
	}
	return Different
}

// paceSet writes each way of PACE, and each set of explicit parameters, as a string.
func (i Infos) paceSet() map[string]bool {
	set := map[string]bool{}
	for _, p := range i.PACE {
		set[fmt.Sprintf("%v version %d parameters %v", p.OID, p.Version, p.Parameter)] = true
	}
	for _, d := range i.PACEDomain {
		set[fmt.Sprintf("explicit %x", d.Raw)] = true
	}
	for _, p := range i.Problems {
		if _, ok := after(p.OID, oidPACE); ok {
			set["unusable "+p.OID.String()] = true
		}
	}
	return set
}
