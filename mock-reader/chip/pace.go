package chip

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// Tags in GENERAL AUTHENTICATE, Doc 9303-11 §4.4.5 and §9.4.
const (
	tagDynamic      tlv.Tag = 0x7C
	tagNonce        tlv.Tag = 0x80
	tagMapIFD       tlv.Tag = 0x81
	tagMapIC        tlv.Tag = 0x82
	tagKeyIFD       tlv.Tag = 0x83
	tagKeyIC        tlv.Tag = 0x84
	tagTokenIFD     tlv.Tag = 0x85
	tagTokenIC      tlv.Tag = 0x86
	tagChipAuthData tlv.Tag = 0x8A
	tagPublicKey    tlv.Tag = 0x7F49
	tagOID          tlv.Tag = 0x06
)

// genericNonceBytes is the length of the nonce for the generic mapping.
const genericNonceBytes = 16

// paceRun is one run of PACE between MSE:Set AT and its last step.
type paceRun struct {
	params *PACEParams
	key    []byte // Kπ
	byCAN  bool
	step   int // steps done
	nonce  []byte
	group  keyAgreement
	mapped keyAgreement // the group with the mapped generator
	mapKey *big.Int     // SK_Map,IC
	mapOwn []byte       // PK_Map,IC as sent

	keyIFD, keyIC []byte // ephemeral public keys as encoded
	channel       *channel
}

func newPACERun(p *PACEParams, secret []byte) *paceRun {
	return &paceRun{params: p, key: p.Cipher.derive(secret, derivePassword), group: agreementOf(p.ParameterID)}
}

// mrzSecret is f(MRZ): the SHA-1 of the MRZ information (Doc 9303-11 table 14).
func mrzSecret(info string) []byte {
	sum := sha1.Sum([]byte(info))
	return sum[:]
}

// blocked tells whether the tries of the password have run out.
func (c *Chip) blocked() bool {
	limit := c.profile.Quirks.PACETries
	return limit > 0 && c.triesUsed >= limit
}

// generalAuthenticate is GENERAL AUTHENTICATE of PACE, or of chip authentication
// if that was set.
func (c *Chip) generalAuthenticate(cmd apdu.Command) answer {
	run, key := c.s.pace, c.s.ca
	c.s.pace, c.s.ca = nil, nil // a refused step ends the protocol
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-11 §4.4.4.2: P1-P2 is 0000")
	}
	e, err := tlv.ReadTag(cmd.Data, tagDynamic)
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.4.2: the data is one object 7C")
	}
	els, err := e.Children()
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.5: malformed data objects in 7C")
	}
	switch {
	case key != nil:
		return c.agreeChipAuthentication(cmd, key, els)
	case run == nil:
		return refuse(apdu.SWConditionsOfUse, "Doc 9303-11 §4.4.4: GENERAL AUTHENTICATE follows MSE:Set AT")
	}
	return c.stepPACE(run, cmd, els)
}

// stepPACE is the step of PACE that is due (Doc 9303-11 table 4). The first
// three are chained, the last is not.
func (c *Chip) stepPACE(run *paceRun, cmd apdu.Command, els tlv.Elements) answer {
	steps := [...]struct {
		in  tlv.Tag
		run func(*paceRun, []byte) answer
	}{{0, c.paceNonce}, {tagMapIFD, c.paceMap}, {tagKeyIFD, c.paceAgree}, {tagTokenIFD, c.paceConfirm}}
	step := steps[run.step]
	last := run.step == len(steps)-1
	switch chained := cmd.CLA&claChaining != 0; {
	case !last && !chained:
		return refuse(swLastOfChainExpected, "Doc 9303-11 §4.4.4.3: steps 1 to 3 of PACE are chained, CLA 10")
	case last && chained:
		return refuse(swLastOfChainExpected, "Doc 9303-11 §4.4.4.3: the last step of PACE ends the chain, CLA 00")
	}
	var value []byte
	switch {
	case step.in == 0 && len(els) > 0:
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.5: 7C of the first step is empty")
	case step.in != 0 && (len(els) != 1 || els[0].Tag != step.in):
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.5: "+step.in.String()+" is due at this step of PACE")
	case step.in != 0:
		value = els[0].Value
	}
	a := step.run(run, value)
	if a.sw.OK() && !last {
		run.step++
		c.s.pace = run
	}
	return a
}

// paceNonce is step 1: the nonce under Kπ. Its length is a choice of the chip
// for the generic mapping and fixed for the integrated one (Doc 9303-11 §4.4.3.3).
func (c *Chip) paceNonce(run *paceRun, _ []byte) answer {
	n := genericNonceBytes
	if run.params.Mapping == IntegratedMapping {
		n = seedLen(run.params.Cipher)
	}
	nonce, a := c.draw(n)
	if a.sw != 0 {
		return a
	}
	run.nonce = nonce
	return dynamic(tlv.Encode(tagNonce, run.params.Cipher.seal(run.key, nil, nonce)))
}

// paceMap is step 2: both sides arrive at the ephemeral generator.
func (c *Chip) paceMap(run *paceRun, value []byte) answer {
	if run.params.Mapping == IntegratedMapping {
		if len(value) != run.params.Cipher.keyLen() {
			return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.3.3: the nonce t is as long as a key of the cipher")
		}
		mapped, err := run.group.integrated(randomElement(run.params.Cipher, run.nonce, value, run.group.prime()))
		if err != nil {
			return refuse(apdu.SWWarning, "Doc 9303-11 §4.4.3.3.2: the mapped generator is the identity")
		}
		run.mapped = mapped
		return dynamic(tlv.Encode(tagMapIC))
	}
	private, public, err := run.group.generate(c.random)
	if err != nil {
		return noRandom
	}
	run.mapped, err = run.group.generic(value, private, run.nonce)
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §9.4.5, §4.4.3.3.1: the mapping key is not a valid point of the group")
	}
	run.mapKey, run.mapOwn = private, public
	return dynamic(tlv.Encode(tagMapIC, public))
}

// paceAgree is step 3: the key agreement over the mapped generator.
func (c *Chip) paceAgree(run *paceRun, value []byte) answer {
	if bytes.Equal(value, run.mapOwn) {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §4.4.1: the terminal sent the chip's own key back")
	}
	private, public, err := run.mapped.generate(c.random)
	if err != nil {
		return noRandom
	}
	secret, peer, err := run.mapped.agree(value, private)
	if err != nil {
		return refuse(apdu.SWWrongData, "Doc 9303-11 §9.4.5, §9.6: the ephemeral key is not a valid point of the group")
	}
	if bytes.Equal(peer, public) {
		return refuse(apdu.SWWarning, "Doc 9303-11 §4.4.1 step 3d: both ephemeral keys are the same")
	}
	run.keyIFD, run.keyIC = peer, public
	run.channel = newChannel(run.params.Cipher, secret, nil)
	return dynamic(tlv.Encode(tagKeyIC, public))
}

// paceConfirm is step 4: the tokens. A wrong password shows here and only here.
func (c *Chip) paceConfirm(run *paceRun, value []byte) answer {
	ch := run.channel
	if subtle.ConstantTimeCompare(run.token(ch.mac, run.keyIC), value) != 1 {
		return c.wrongPassword()
	}
	c.triesUsed = 0
	out := tlv.Encode(tagTokenIC, run.token(ch.mac, run.keyIFD))
	if run.params.Mapping == ChipAuthMapping {
		out = tlv.Append(out, tagChipAuthData, run.chipAuthData())
	}
	c.s.next, c.s.access = ch, accessPACE
	c.s.terminal.identity = c.identity(run)
	if run.params.Mapping == ChipAuthMapping {
		c.s.terminal.ephemeral = run.group.compress(run.keyIFD)
	}
	return dynamic(out)
}

// identity is ID_PICC of terminal authentication under PACE (TR-03110-1 §3.5).
func (c *Chip) identity(run *paceRun) []byte {
	switch {
	case !c.profile.Quirks.TA.StaticBinding:
		return run.group.compress(run.keyIC)
	case run.byCAN:
		return []byte(c.profile.CAN)
	}
	return c.profile.documentNumber()
}

// wrongPassword counts the try and answers 6300, 63Cx or the chip's own status word.
func (c *Chip) wrongPassword() answer {
	const clause = "Doc 9303-11 §4.4.3.4: the authentication token is wrong (another password?)"
	q := c.profile.Quirks
	c.s.paceFailed = true
	switch {
	case q.PACETries > 0:
		c.triesUsed++
		left := min(max(q.PACETries-c.triesUsed, 0), 0xF)
		return refuse(0x63C0|apdu.SW(left), clause)
	case q.WrongPassword != 0:
		return refuse(q.WrongPassword, clause)
	}
	return refuse(apdu.SWWarning, clause)
}

// token is the authentication token over a public key (Doc 9303-11 §4.4.3.4, §9.4).
func (run *paceRun) token(macKey, public []byte) []byte {
	object := tlv.Encode(tagPublicKey, tlv.Encode(tagOID, run.params.OID), tlv.Encode(run.group.publicTag(), public))
	return run.params.Cipher.token(macKey, object)
}

// chipAuthData is A_IC: CA_IC = SK_IC⁻¹ · SK_Map,IC mod n, padded and encrypted
// with IV = E(KSEnc, −1) (Doc 9303-11 §4.4.3.5).
func (run *paceRun) chipAuthData() []byte {
	c, enc := run.params.Cipher, run.channel.enc
	n := run.group.order()
	data := new(big.Int).ModInverse(run.params.ChipKey, n)
	data.Mul(data, run.mapKey).Mod(data, n)
	iv := bytes.Repeat([]byte{0xFF}, c.blockSize())
	c.block(enc).Encrypt(iv, iv)
	return c.seal(enc, iv, c.pad(data.FillBytes(make([]byte, (n.BitLen()+7)/8))))
}

// dynamic answers with dynamic authentication data.
func dynamic(content []byte) answer { return done(tlv.Encode(tagDynamic, content)) }
