package chip

import (
	"bytes"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// P1-P2 of MANAGE SECURITY ENVIRONMENT, Doc 9303-11 §4.4.4.1, §6.2.4.
const (
	mseSetATMutual   = 0xC1A4
	mseSetATInternal = 0x41A4
	mseSetKAT        = 0x41A6
)

// Tags in the data of MANAGE SECURITY ENVIRONMENT.
const (
	tagMechanism    tlv.Tag = 0x80
	tagPassword     tlv.Tag = 0x83
	tagReference    tlv.Tag = 0x84
	tagEphemeralKAT tlv.Tag = 0x91
)

// manageSecurityEnvironment tells the five forms apart. Unknown data objects
// are ignored (Doc 9303-11 §4.4.4.1 note 2).
func (c *Chip) manageSecurityEnvironment(cmd apdu.Command) answer {
	c.s.pace, c.s.ca = nil, nil
	els, err := tlv.ParseAll(cmd.Data)
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.4.1: malformed data objects")
	}
	if c.s.paceFailed && c.profile.Quirks.ResetAfterPACE {
		return refuse(apdu.SWConditionsOfUse, "")
	}
	switch uint16(cmd.P1)<<8 | uint16(cmd.P2) {
	case mseSetATMutual:
		return c.setPACE(els)
	case mseSetATInternal:
		return c.setChipAuthentication(els)
	case mseSetKAT:
		return c.setKeyAgreement(els)
	case mseSetDST:
		return c.setVerification(els)
	case mseSetATExternal:
		return c.setTerminal(els)
	}
	return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-11 §4.4.4.1, §6.2.4, TR-03110-3 B.11: P1-P2 is C1A4, 41A4, 41A6, 81B6 or 81A4")
}

// Password references of PACE.
const (
	passwordMRZ = 1
	passwordCAN = 2
	passwordPIN = 3
	passwordPUK = 4
)

// setPACE is MSE:Set AT for PACE.
func (c *Chip) setPACE(els tlv.Elements) answer {
	q := c.profile.Quirks
	mechanism, hasMechanism := els.Find(tagMechanism)
	reference, hasReference := els.Find(tagReference)
	switch {
	case len(c.profile.PACE) == 0:
		return refuse(apdu.SWFunctionNotSupported, "")
	case c.s.channel != nil:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.2: an access protocol runs once, before secure messaging")
	case c.s.inApplication:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.4: PACE is done in the master file")
	case !hasMechanism:
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.4.1: tag 80 is required")
	case hasReference && q.ParameterTag == TagRefused:
		return refuse(apdu.SWWrongData, "")
	case !hasReference && q.ParameterTag == TagRequired:
		return refuse(swLcInconsistent, "")
	}
	params, a := c.choosePACE(mechanism.Value, reference.Value, hasReference)
	if a.sw != 0 {
		return a
	}
	secret, a := c.password(els)
	if a.sw != 0 {
		return a
	}
	if c.blocked() {
		return refuse(apdu.SWAuthBlocked, "")
	}
	c.s.pace = newPACERun(params, secret)
	c.s.pace.byCAN = string(secret) == c.profile.CAN
	return done(nil)
}

// choosePACE finds the parameters that tags 80 and 84 name.
func (c *Chip) choosePACE(oid, reference []byte, hasReference bool) (*PACEParams, answer) {
	var found []*PACEParams
	for i := range c.profile.PACE {
		if bytes.Equal(c.profile.PACE[i].OID, oid) {
			found = append(found, &c.profile.PACE[i])
		}
	}
	if len(found) == 0 {
		return nil, refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.4.1: tag 80 names a protocol that EF.CardAccess does not offer")
	}
	if !hasReference {
		if len(found) > 1 {
			return nil, refuse(apdu.SWReferencedDataUnknown, "Doc 9303-11 §4.4.4.1: tag 84 is required where parameters are ambiguous")
		}
		return found[0], answer{}
	}
	for _, p := range found {
		if len(reference) > 0 && len(reference) <= maxOffsetLen && number(reference) == p.ParameterID {
			return p, answer{}
		}
	}
	return nil, refuse(apdu.SWReferencedDataUnknown, "Doc 9303-11 §4.4.4.1: tag 84 names parameters that the chip has not")
}

// password returns f(π) of the password that tag 83 names (Doc 9303-11 §9.7.3).
func (c *Chip) password(els tlv.Elements) ([]byte, answer) {
	e, ok := els.Find(tagPassword)
	if !ok || len(e.Value) != 1 {
		return nil, refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.4.1: tag 83 with one byte is required")
	}
	switch {
	case e.Value[0] == passwordMRZ && c.profile.MRZInfo != "":
		return mrzSecret(c.profile.MRZInfo), answer{}
	case e.Value[0] == passwordCAN && c.profile.CAN != "":
		return []byte(c.profile.CAN), answer{}
	case e.Value[0] == passwordPIN && c.profile.PIN != "":
		return []byte(c.profile.PIN), answer{}
	case e.Value[0] == passwordPUK && c.profile.PUK != "":
		return []byte(c.profile.PUK), answer{}
	}
	return nil, refuse(apdu.SWReferencedDataUnknown, "Doc 9303-11 §4.4.4.1: the chip has not this password")
}
