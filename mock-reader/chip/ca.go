package chip

import (
	"bytes"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// setChipAuthentication is MSE:Set AT for chip authentication (Doc 9303-11 §6.2.4.2).
func (c *Chip) setChipAuthentication(els tlv.Elements) answer {
	q := c.profile.Quirks.CA
	mechanism, hasMechanism := els.Find(tagMechanism)
	switch {
	case len(c.profile.CA) == 0:
		return refuse(apdu.SWFunctionNotSupported, "")
	case q.RefuseSet != 0:
		return refuse(q.RefuseSet, "")
	case c.protected() && c.s.channel == nil:
		return refuse(apdu.SWSecurityStatus, "Doc 9303-11 §6.2: chip authentication runs inside secure messaging")
	case !hasMechanism:
		return refuse(apdu.SWWrongData, "Doc 9303-11 §6.2.4.2: tag 80 is required")
	}
	key, a := c.chooseKey(els, func(k *CAKey) bool { return bytes.Equal(k.OID, mechanism.Value) })
	switch {
	case a.sw != 0:
		return a
	case key.Cipher == TDES && q.NoSetAT:
		return refuse(apdu.SWWrongData, "")
	}
	c.s.ca = key
	return done(nil)
}

// setKeyAgreement is MSE:Set KAT, which sends the terminal's key in the same
// command; for 3DES only (Doc 9303-11 §6.2.4.1).
func (c *Chip) setKeyAgreement(els tlv.Elements) answer {
	q := c.profile.Quirks.CA
	ephemeral, ok := els.Find(tagEphemeralKAT)
	switch {
	case len(c.profile.CA) == 0 || q.NoSetKAT:
		return refuse(apdu.SWFunctionNotSupported, "")
	case q.RefuseSet != 0:
		return refuse(q.RefuseSet, "")
	case c.protected() && c.s.channel == nil:
		return refuse(apdu.SWSecurityStatus, "Doc 9303-11 §6.2: chip authentication runs inside secure messaging")
	case !ok:
		return refuse(apdu.SWWrongData, "Doc 9303-11 §6.2.4.1: tag 91 is required")
	}
	key, a := c.chooseKey(els, func(k *CAKey) bool { return k.Cipher == TDES })
	if a.sw != 0 {
		return a
	}
	if a := c.restart(key, ephemeral.Value); a.sw != 0 {
		return a
	}
	return done(nil)
}

// chooseKey finds the key that fits and that tag 84 names; without the tag it must be the only one.
func (c *Chip) chooseKey(els tlv.Elements, fits func(*CAKey) bool) (*CAKey, answer) {
	reference, named := els.Find(tagReference)
	var found []*CAKey
	for i := range c.profile.CA {
		k := &c.profile.CA[i]
		if fits(k) && (!named || k.hasID(reference.Value)) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 0 && named:
		return nil, refuse(apdu.SWReferencedDataUnknown, "Doc 9303-11 §6.2.4: tag 84 names a key that the chip has not")
	case len(found) == 0:
		return nil, refuse(apdu.SWWrongData, "Doc 9303-11 §6.2.4: DG14 offers no such protocol")
	case len(found) > 1:
		return nil, refuse(apdu.SWReferencedDataUnknown, "Doc 9303-11 §6.2.4: tag 84 is required where keys are ambiguous")
	}
	return found[0], answer{}
}

func (k *CAKey) hasID(reference []byte) bool {
	return k.KeyID != nil && len(reference) > 0 && len(reference) <= maxOffsetLen && number(reference) == *k.KeyID
}

// agreeChipAuthentication is GENERAL AUTHENTICATE of chip authentication.
func (c *Chip) agreeChipAuthentication(cmd apdu.Command, key *CAKey, els tlv.Elements) answer {
	if cmd.CLA&claChaining != 0 {
		return refuse(swLastOfChainExpected, "Doc 9303-11 §9.3.2: chip authentication is one command, not a chain")
	}
	if len(els) != 1 || els[0].Tag != tagNonce {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §6.2.4.2: 7C holds the ephemeral key with tag 80")
	}
	if a := c.restart(key, els[0].Value); a.sw != 0 {
		return a
	}
	return dynamic(nil)
}

// restart agrees on new session keys. They come into force after the answer,
// with a counter of zero (Doc 9303-11 §9.8.2); on failure the old ones stay.
func (c *Chip) restart(key *CAKey, public []byte) answer {
	if sw := c.profile.Quirks.CA.RefuseKey; sw != 0 {
		return refuse(sw, "")
	}
	group := key.agreement()
	secret, peer, err := group.agree(public, key.D)
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §6.2.4, §9.4.5: the ephemeral key is not a valid point of the group")
	}
	c.s.next = newChannel(key.Cipher, secret, nil)
	c.s.next.dead, c.s.next.bluff = c.profile.Quirks.CA.DeadChannel, c.profile.Quirks.CA.Bluff
	if c.profile.Quirks.CA.OldKeys {
		c.s.next.answers = c.s.channel
	}
	c.s.caDone = true
	// Rights are bound to the channel of the terminal's authenticated key.
	c.s.terminal = terminalRun{identity: c.s.terminal.identity, ephemeral: group.compress(peer)}
	return answer{}
}

func (k *CAKey) agreement() keyAgreement {
	if k.Curve != nil {
		return elliptic{k.Curve}
	}
	return modular{k.Group}
}
