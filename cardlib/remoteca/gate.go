package remoteca

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// Limits of one session at the agent.
const (
	// maxCommands is how many commands one session may send: a portrait of 32 kB
	// in the smallest blocks that chips were seen to need.
	maxCommands = 512
	// maxOrders is how many orders a session may bring: chips announce one or two keys.
	maxOrders = 4
)

// Terms are what orders are held against. All of it is the agent's own knowledge.
type Terms struct {
	// Request is what the page asked for and its grant covers; Origin is that of
	// the connection, never what the page says.
	Request evidence.Request
	// Keys are the services' keys pinned for that origin.
	Keys []ed25519.PublicKey
	// Now is the clock; nil for the computer's.
	Now func() time.Time
}

// phase is how far a session has come.
type phase int

const (
	waiting  phase = iota // no order yet
	agreeing              // chip authentication, in the agent's channel
	reading               // the service's own channel
)

// Gate decides what may pass to the chip. It is not safe for concurrent use.
type Gate struct {
	terms    Terms
	phase    phase
	order    Order
	orders   int
	commands int
	// opened is set once a group was named by its short file identifier: without
	// it an offset would be one in whatever file the agent itself read last.
	opened bool
}

// NewGate makes a gate that nothing passes before an order.
func NewGate(t Terms) *Gate {
	if t.Now == nil {
		t.Now = time.Now
	}
	return &Gate{terms: t}
}

// Accept takes an order, the first or, while the keys are not agreed, another one
// for another of the chip's keys. Errors are *Refusal.
func (g *Gate) Accept(o Order) error {
	want, now := g.terms.Request, g.terms.Now()
	expires := time.Unix(o.Expires, 0)
	switch {
	case o.Check() != nil:
		return &Refusal{CodeMessage, o.Check()}
	case g.phase == reading || g.orders >= maxOrders:
		return &Refusal{CodeSequence, errors.New("an order after the keys were agreed")}
	case !o.SignedBy(g.terms.Keys):
		return &Refusal{Code: CodeUnsigned}
	case o.Origin != want.Origin:
		return &Refusal{Code: CodeOrigin}
	case !bytes.Equal(o.Nonce, want.Nonce) || o.Purpose != want.Purpose || !slices.Equal(o.Groups, want.Groups):
		return &Refusal{Code: CodeRequest}
	case !now.Before(expires) || expires.After(now.Add(MaxLife)):
		return &Refusal{Code: CodeExpired}
	}
	g.order, g.phase = o, agreeing
	g.orders++
	return nil
}

// Way is the channel that a command goes over.
type Way int

// Commands of chip authentication go inside the agent's channel, all later ones
// to the chip as they are.
const (
	Inside Way = iota
	Bare
)

// Pass decides about one command, as the service sent it. Errors are *Refusal.
func (g *Gate) Pass(b []byte) (apdu.Command, Way, error) {
	cmd, err := apdu.ParseCommand(b)
	if err != nil {
		return cmd, Inside, &Refusal{CodeMessage, err}
	}
	if g.commands++; g.commands > maxCommands {
		return cmd, Inside, &Refusal{Code: CodeLimit}
	}
	switch g.phase {
	case agreeing:
		return cmd, Inside, g.agreement(cmd)
	case reading:
		return cmd, Bare, g.read(cmd)
	}
	return cmd, Inside, &Refusal{CodeCommand, errors.New("no order")}
}

// Answered is told the chip's status word of a command that passed, and says
// whether the agent's channel is over with it.
func (g *Gate) Answered(cmd apdu.Command, sw apdu.SW) (over bool) {
	if g.phase != agreeing || !sw.OK() || !agrees(cmd) {
		return false
	}
	g.phase = reading
	return true
}

// agrees tells whether a command ends chip authentication (Doc 9303-11 §6.2.4).
func agrees(cmd apdu.Command) bool {
	return cmd.INS == apdu.InsGeneralAuth || cmd.INS == apdu.InsMSE && cmd.P2 == setKAT
}

// P1 and P2 of MANAGE SECURITY ENVIRONMENT (Doc 9303-11 §6.2.4).
const (
	setForComputation = 0x41
	setAT             = 0xA4
	setKAT            = 0xA6
)

// Data objects of chip authentication (Doc 9303-11 §6.2.4).
const (
	tagMechanism tlv.Tag = 0x80
	tagKeyID     tlv.Tag = 0x84
	tagPublicKey tlv.Tag = 0x91
	tagDynamic   tlv.Tag = 0x7C
	tagEphemeral tlv.Tag = 0x80
)

// agreement lets the commands of chip authentication pass, in plain, and with no
// other key than the signed one.
func (g *Gate) agreement(cmd apdu.Command) error {
	refused := func(why string) error { return &Refusal{CodeCommand, errors.New(why)} }
	if cmd.CLA != 0 {
		return refused(fmt.Sprintf("class %02X before the keys were agreed", cmd.CLA))
	}
	switch header := cmd.Header(); header {
	case [4]byte{0, apdu.InsMSE, setForComputation, setAT}:
		if _, ok := objects(cmd.Data, tagMechanism, tagKeyID); !ok {
			return refused("MSE:Set AT")
		}
		return nil
	case [4]byte{0, apdu.InsMSE, setForComputation, setKAT}:
		els, ok := objects(cmd.Data, tagPublicKey, tagKeyID)
		if !ok {
			return refused("MSE:Set KAT")
		}
		return g.signedKey(els[0].Value)
	case [4]byte{0, apdu.InsGeneralAuth, 0, 0}:
		outer, ok := objects(cmd.Data, tagDynamic)
		if !ok {
			return refused("GENERAL AUTHENTICATE")
		}
		inner, ok := objects(outer[0].Value, tagEphemeral)
		if !ok {
			return refused("GENERAL AUTHENTICATE")
		}
		return g.signedKey(inner[0].Value)
	default:
		return refused(fmt.Sprintf("command %X before the keys were agreed", header))
	}
}

// objects parses data objects: the first tag, and none but the further ones
// after it, each at most once.
func objects(data []byte, first tlv.Tag, further ...tlv.Tag) (tlv.Elements, bool) {
	els, err := tlv.ParseAll(data)
	if err != nil || len(els) == 0 || els[0].Tag != first || len(els) > 1+len(further) {
		return nil, false
	}
	for i, e := range els[1:] {
		if e.Tag != further[i] {
			return nil, false
		}
	}
	return els, true
}

func (g *Gate) signedKey(key []byte) error {
	if !bytes.Equal(key, g.order.Key) {
		return &Refusal{Code: CodeKey}
	}
	return nil
}

// Data objects of a protected READ BINARY (ISO/IEC 7816-4 §10): Le and MAC, no data.
const (
	tagLe  tlv.Tag = 0x97
	tagMAC tlv.Tag = 0x8E
	macLen         = 8
)

// shortID marks P1 of a READ BINARY that names a file (ISO/IEC 7816-4 §11.3.3).
const shortID = 0x80

// read lets protected READ BINARY of the granted groups pass: first with the
// group's short file identifier at its beginning, then offsets in it.
func (g *Gate) read(cmd apdu.Command) error {
	refused := func(why string) error { return &Refusal{CodeCommand, errors.New(why)} }
	switch {
	case cmd.CLA != apdu.ClaSecureMessaging || cmd.INS != apdu.InsReadBinary:
		return refused(fmt.Sprintf("command %X on the service's channel", cmd.Header()))
	case cmd.NeedsExtended() || !protectedRead(cmd.Data):
		return refused("data objects of READ BINARY")
	case cmd.P1&shortID == 0 && !g.opened:
		return refused("an offset before a group was named")
	case cmd.P1&shortID == 0:
		return nil
	case cmd.P2 != 0 || !g.covers(cmd.P1&^shortID):
		return refused(fmt.Sprintf("READ BINARY of file %02X at %d", cmd.P1&^shortID, cmd.P2))
	}
	g.opened = true
	return nil
}

func protectedRead(data []byte) bool {
	els, ok := objects(data, tagLe, tagMAC)
	return ok && len(els) == 2 && (len(els[0].Value) == 1 || len(els[0].Value) == 2) && len(els[1].Value) == macLen
}

// covers tells whether the short file identifier is that of a group of the
// request, or of DG14, which the service has seen already.
func (g *Gate) covers(short byte) bool {
	return short == lds.DG14.ShortID() || slices.ContainsFunc(g.terms.Request.Groups, func(d lds.Group) bool { return d.ShortID() == short })
}
