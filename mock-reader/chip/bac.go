package chip

import (
	"crypto/sha1"
	"crypto/subtle"
	"io"

	"chipid/cardlib/apdu"
)

// Lengths of basic access control in bytes, Doc 9303-11 §4.3.
const (
	nonceLen   = 8
	keyMatLen  = 16
	bacSeedLen = 16
	bacDataLen = 2*nonceLen + keyMatLen // S and R before the MAC
)

// getChallenge is GET CHALLENGE (Doc 9303-11 §4.3.4.1).
func (c *Chip) getChallenge(cmd apdu.Command) answer {
	switch {
	case !c.profile.BAC && c.profile.TA == nil:
		return refuse(apdu.SWInsNotSupported, "")
	case cmd.P1 != 0 || cmd.P2 != 0 || len(cmd.Data) > 0:
		return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-11 §4.3.4.1: GET CHALLENGE has P1-P2 0000 and no data")
	case cmd.Le != nonceLen && cmd.Le != apdu.MaxShortLe && cmd.Le != apdu.MaxExtendedLe:
		return refuse(apdu.SWWrongLength, "Doc 9303-11 §4.3.1: RND.IC has 8 bytes")
	}
	challenge, a := c.draw(nonceLen)
	if a.sw != 0 {
		return a
	}
	c.s.challenge = challenge
	return done(append([]byte(nil), challenge...))
}

// externalAuthenticate is steps 3a to 3h of BAC (Doc 9303-11 §4.3.1). challenge
// is RND.IC if GET CHALLENGE came right before. Within secure messaging the
// command belongs to terminal authentication.
func (c *Chip) externalAuthenticate(cmd apdu.Command, challenge []byte) answer {
	if c.s.channel != nil && c.profile.TA != nil {
		return c.authenticateTerminal(cmd, challenge)
	}
	switch {
	case !c.profile.BAC:
		return refuse(apdu.SWInsNotSupported, "")
	case c.s.channel != nil:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.2: an access protocol runs once, before secure messaging")
	case c.s.paceFailed && c.profile.Quirks.ResetAfterPACE:
		return refuse(apdu.SWConditionsOfUse, "")
	case !c.s.inApplication:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.2: BAC is done in the eMRTD application")
	case challenge == nil:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.3.1: EXTERNAL AUTHENTICATE follows GET CHALLENGE")
	case cmd.P1 != 0 || cmd.P2 != 0:
		return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-11 §4.3.4.2: P1-P2 is 0000")
	case len(cmd.Data) != bacDataLen+macLen:
		return refuse(apdu.SWWrongLength, "Doc 9303-11 §4.3.4.2: the data is E.IFD and M.IFD, 40 bytes")
	}
	seed := sha1.Sum([]byte(c.profile.MRZInfo))
	enc, mac := TDES.derive(seed[:bacSeedLen], deriveEnc), TDES.derive(seed[:bacSeedLen], deriveMAC)
	sealed, sum := cmd.Data[:bacDataLen], cmd.Data[bacDataLen:]
	if subtle.ConstantTimeCompare(TDES.mac(mac, TDES.pad(sealed)), sum) != 1 {
		return c.wrongBAC("Doc 9303-11 §4.3.1 step 3a: M.IFD is wrong (another MRZ?)")
	}
	s := TDES.open(enc, nil, sealed)
	if subtle.ConstantTimeCompare(s[nonceLen:2*nonceLen], challenge) != 1 {
		return c.wrongBAC("Doc 9303-11 §4.3.1 step 3c: RND.IC is not the one given")
	}
	keyIC, a := c.draw(keyMatLen)
	if a.sw != 0 {
		return a
	}
	return c.finishBAC(s, keyIC, challenge, enc, mac)
}

// finishBAC is steps 3d to 3h and 5: the chip's cryptogram, then the session keys.
func (c *Chip) finishBAC(s, keyIC, challenge, enc, mac []byte) answer {
	rndIFD, keyIFD := s[:nonceLen], s[2*nonceLen:]
	r := append(append(append([]byte(nil), challenge...), rndIFD...), keyIC...)
	out := TDES.seal(enc, nil, r)
	out = append(out, TDES.mac(mac, TDES.pad(out))...)

	secret := append([]byte(nil), keyIC...)
	xorInto(secret, keyIFD)
	ssc := append(append([]byte(nil), challenge[nonceLen/2:]...), rndIFD[nonceLen/2:]...)
	c.s.next = newChannel(TDES, secret, ssc)
	c.s.access = accessBAC
	c.s.terminal.identity = c.profile.documentNumber()
	return done(out)
}

func (c *Chip) wrongBAC(clause string) answer {
	if sw := c.profile.Quirks.WrongBAC; sw != 0 {
		return refuse(sw, clause)
	}
	return refuse(apdu.SWWarning, clause)
}

// draw reads random bytes.
func (c *Chip) draw(n int) ([]byte, answer) {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.random, b); err != nil {
		return nil, noRandom
	}
	return b, answer{}
}

// noRandom answers a command for which the random source has run dry.
var noRandom = refuse(apdu.SWUnspecified, "the chip's random source has ended")
