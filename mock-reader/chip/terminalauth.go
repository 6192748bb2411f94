package chip

import (
	"bytes"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// setTerminal is MSE:Set AT for terminal authentication (TR-03110-3 B.11.1).
func (c *Chip) setTerminal(els tlv.Elements) answer {
	t := &c.s.terminal
	t.at, t.selected = nil, nil
	if a := c.mayAuthenticate(); a.sw != 0 {
		return a
	}
	e, ok := els.Find(tagKeyReference)
	switch {
	case !ok:
		return refuse(apdu.SWWrongData, "TR-03110-3 B.11.1: DO 83 with the terminal's reference is required")
	case t.imported == nil || t.imported.name != string(e.Value):
		return refuse(apdu.SWReferencedDataUnknown, "TR-03110-3 A.6.2.2: the name is not that of the certificate imported last")
	case t.imported.role != roleInspection:
		return refuse(apdu.SWReferencedDataUnknown, "TR-03110-3 §2.6.2: the certificate imported last is not a terminal's")
	}
	t.at = t.imported
	return done(nil)
}

// authenticateTerminal is EXTERNAL AUTHENTICATE of terminal authentication
// (TR-03110-1 §3.5.1 step 5, TR-03110-3 B.11.7). Whatever comes of it, the
// channel stays.
func (c *Chip) authenticateTerminal(cmd apdu.Command, challenge []byte) answer {
	t := &c.s.terminal
	at := t.at
	t.at = nil
	if a := c.mayAuthenticate(); a.sw != 0 {
		return a
	}
	switch {
	case at == nil:
		return refuse(apdu.SWConditionsOfUse, "TR-03110-3 B.3: EXTERNAL AUTHENTICATE follows MSE:Set AT and GET CHALLENGE")
	case challenge == nil:
		return refuse(apdu.SWConditionsOfUse, "TR-03110-3 B.3: EXTERNAL AUTHENTICATE follows GET CHALLENGE")
	case cmd.P1 != 0 || cmd.P2 != 0:
		return refuse(apdu.SWWrongParametersP1P2, "TR-03110-3 B.11.7: P1-P2 is 0000")
	}
	message := bytes.Join([][]byte{t.identity, challenge, t.ephemeral}, nil)
	if !at.key.verify(message, cmd.Data) {
		return refuse(apdu.SWWarning, "TR-03110-1 §3.5.1 step 5: the terminal's signature is wrong")
	}
	t.done, t.rights, t.imported = true, at.rights, nil
	return done(nil)
}
