package securityinfo

import (
	"fmt"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/tlv"
)

// PACEInfo is one way of PACE that a chip offers (Doc 9303-11 §9.2.1).
type PACEInfo struct {
	// OID is the protocol; Agreement, Mapping and Cipher are what it says.
	OID       OID
	Agreement Agreement
	Mapping   Mapping
	Cipher    securemsg.Cipher
	// Version is 2 in every card that follows Doc 9303.
	Version int
	// Parameter is the id of the domain parameters.
	Parameter ID
	// Ambiguous: several PACEInfos bear this OID, so the chip must be told which
	// parameters are meant (tag 84 of MSE:Set AT).
	Ambiguous bool
	// Curve or Group are the domain parameters; both nil where they are no standard set.
	Curve *curves.Curve
	Group *dh.Group
}

// PACEDomainInfo is a set of explicit domain parameters (§9.2.2). Curve and
// Group are both nil unless it equals a standard set.
type PACEDomainInfo struct {
	OID       OID
	Agreement Agreement
	Mapping   Mapping
	Parameter ID
	Curve     *curves.Curve
	Group     *dh.Group
	// Raw is the SecurityInfo as read.
	Raw []byte
}

// OIDValue is the value of the protocol's object identifier, as MSE:Set AT and
// authentication tokens carry it.
func (p PACEInfo) OIDValue() ([]byte, error) { return encodeOID(p.OID) }

// Name is the short name: "PACE-ECDH-GM-AES-128".
func (p PACEInfo) Name() string {
	return fmt.Sprintf("PACE-%v-%v-%v", p.Agreement, p.Mapping, p.Cipher)
}

func (i *Infos) addPACE(oid OID, arcs []int, raw []byte, fields tlv.Elements) (bool, error) {
	agreement, mapping, ok := paceKind(arcs[0])
	if !ok || len(arcs) > 2 {
		return false, nil
	}
	if len(arcs) == 1 {
		return true, i.addPACEDomain(PACEDomainInfo{OID: oid, Agreement: agreement, Mapping: mapping, Raw: raw}, fields)
	}
	c, ok := cipherOf(arcs[1])
	if !ok || (mapping == ChipAuthenticationMapping && c == securemsg.TDES) {
		return false, nil
	}
	info := PACEInfo{OID: oid, Agreement: agreement, Mapping: mapping, Cipher: c}
	if len(fields) == 0 {
		return true, fmt.Errorf("%w: PACEInfo without version", ErrMalformed)
	}
	var err error
	if info.Version, err = parseSmall(fields[0]); err != nil {
		return true, err
	}
	if info.Parameter, err = parseOptionalID(fields[1:]); err != nil {
		return true, err
	}
	i.PACE = append(i.PACE, info)
	return true, nil
}

func (i *Infos) addPACEDomain(info PACEDomainInfo, fields tlv.Elements) error {
	if len(fields) == 0 {
		return fmt.Errorf("%w: PACEDomainParameterInfo without parameters", ErrMalformed)
	}
	var err error
	if info.Parameter, err = parseOptionalID(fields[1:]); err != nil {
		return err
	}
	if info.Parameter.Present && info.Parameter.Value < firstOwnID {
		return fmt.Errorf("%w: explicit parameters under the standard id %v", ErrMalformed, info.Parameter)
	}
	params, err := parseDomain(fields[0])
	if err != nil {
		return err
	}
	if info.Agreement == ECDH {
		info.Curve = params.curve
	} else {
		info.Group = params.standardGroup()
	}
	i.PACEDomain = append(i.PACEDomain, info)
	return nil
}

// firstOwnID is the first parameter id that is not reserved (Doc 9303-11 table 12).
const firstOwnID = 32

// resolve finds each PACEInfo's domain parameters, and which PACEInfos cannot be
// told apart by their OID alone.
func (i *Infos) resolve() {
	count := map[string]int{}
	for _, p := range i.PACE {
		count[p.OID.String()]++
	}
	for n := range i.PACE {
		p := &i.PACE[n]
		p.Ambiguous = count[p.OID.String()] > 1
		p.Curve, p.Group = i.domainOf(*p)
	}
}

// domainOf returns the parameters that a PACEInfo names: a standard set by its
// id, or the explicit set that the id points to.
func (i *Infos) domainOf(p PACEInfo) (*curves.Curve, *dh.Group) {
	if p.Parameter.Present && p.Parameter.Value < firstOwnID {
		if p.Agreement == ECDH {
			c, _ := curves.ByID(p.Parameter.Value)
			return c, nil
		}
		g, _ := dh.ByID(p.Parameter.Value)
		return nil, g
	}
	var found []PACEDomainInfo
	for _, d := range i.PACEDomain {
		if d.Agreement == p.Agreement && d.Mapping == p.Mapping && (!p.Parameter.Present || d.Parameter == p.Parameter) {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return nil, nil
	}
	return found[0].Curve, found[0].Group
}
