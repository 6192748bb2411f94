package remoteca

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/evidence"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// Vietnam is the State whose cards a service takes if nothing else is said, as
// DG1 writes it (Doc 9303-3 §5).
const Vietnam = "VNM"

// Service is what a session of the service is made of.
type Service struct {
	// Request is the stored one, whose nonce is open and held for this session.
	Request evidence.Request
	// Key signs the orders; its public part is pinned in the grants of agents.
	Key ed25519.PrivateKey
	// Until is when the session ends at the latest, MaxLife ahead at most; orders end with it.
	Until time.Time
	// Store holds the anchors, BuildDate is when the program was built.
	Store     *trust.Store
	BuildDate time.Time
	// State is the State whose cards are taken while DG1 is not read; Vietnam where empty.
	State string
	// Now is the clock, nil for the computer's; Random is crypto/rand where nil.
	Now    func() time.Time
	Random io.Reader
}

func (s Service) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// conversation is the service's work with the chip, as if it were there.
type conversation struct {
	service Service
	card    *card
	link    *wire
}

// run is the session after its first message: the card is judged, the chip
// proves its key, the groups are read.
func (c *conversation) run(ctx context.Context) Result {
	if !c.card.vouched() {
		return c.card.conclude(verdict.NoVerdict(verdict.ChipAuth, verdict.KeyNotCovered, lds.DG14.String()), CodeCard)
	}
	session, check, code := c.agree(ctx)
	if code != "" {
		return c.card.conclude(check, code)
	}
	defer session.Close()
	if code := c.read(ctx, session); code != "" {
		return c.card.conclude(chipAuthAfter(code), code)
	}
	return c.card.conclude(verdict.Pass(verdict.ChipAuth), "")
}

// chipAuthAfter is the check of a session that ended while it read: an answer that
// is not of the channel is an alarm, an end from outside is none.
func chipAuthAfter(code Code) verdict.Check {
	switch code {
	case CodeAnswer:
		return verdict.Fail(verdict.ChipAuth, verdict.WrongAnswer)
	case CodeRead:
		return verdict.Pass(verdict.ChipAuth)
	}
	return verdict.NoVerdict(verdict.ChipAuth, verdict.NotRead)
}

// agree runs chip authentication through the agent, the best of the chip's ways
// first. The new channel is unproven until its first answer came.
func (c *conversation) agree(ctx context.Context) (*securemsg.Session, verdict.Check, Code) {
	noKey := verdict.NoVerdict(verdict.ChipAuth, verdict.NoKey)
	infos, err := c.card.infos()
	if err != nil {
		return nil, verdict.Fail(verdict.ChipAuth, verdict.KeyMalformed, lds.DG14.String()), CodeNoKey
	}
	offers, err := chipauth.Offers(infos, c.service.Random)
	if err != nil {
		return nil, noKey, CodeNoKey
	}
	for _, offer := range offers[:min(len(offers), maxOrders)] {
		if err := c.order(offer.PublicKey()); err != nil {
			return nil, noKey, CodeNoKey
		}
		result, err := offer.Run(ctx, c.link)
		switch {
		case err == nil:
			return result.Session, verdict.Check{}, ""
		case errors.Is(err, errEnded), ctx.Err() != nil:
			return nil, verdict.NoVerdict(verdict.ChipAuth, verdict.NotRead), CodeEnded
		case errors.Is(err, chipauth.ErrKey):
			return nil, verdict.Fail(verdict.ChipAuth, verdict.KeyMalformed, lds.DG14.String()), CodeNoKey
		}
	}
	return nil, verdict.Fail(verdict.ChipAuth, verdict.Refused), CodeChip
}

// order puts a signed order before the next command.
func (c *conversation) order(public []byte) error {
	o := newOrder(c.service.Request, public, c.service.Until)
	if err := o.Sign(c.service.Key); err != nil {
		return err
	}
	c.link.order = &o
	return nil
}

// read reads the groups of the request over the channel that only the service
// can speak, or DG14 once more where none was asked for: an answer with a valid
// MAC is the proof (Doc 9303-11 §6.2).
func (c *conversation) read(ctx context.Context, session *securemsg.Session) Code {
	groups := c.service.Request.Groups
	if len(groups) == 0 {
		groups = []lds.Group{lds.DG14}
	}
	reader := files.NewReader(onlyReads{session}, false)
	for _, g := range groups {
		if !c.card.sod.Lists(g) {
			continue // there is no such file on the card; freshness says that it is missing
		}
		data, err := reader.Read(ctx, files.Group(g), nil, nil)
		switch {
		case err == nil:
			c.card.files[g] = data
		case errors.Is(err, errEnded), ctx.Err() != nil:
			return CodeEnded
		case session.Err() != nil:
			return CodeAnswer
		default:
			return CodeRead
		}
	}
	return ""
}

// onlyReads is a channel for READ BINARY with short file identifiers and nothing
// else: what more a reader might try, the agent would refuse.
type onlyReads struct{ *securemsg.Session }

var errOnlyReads = errors.New("remoteca: nothing but READ BINARY on this channel")

// Transmit implements apdu.Card.
func (o onlyReads) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if cmd.INS != apdu.InsReadBinary {
		return apdu.Response{}, fmt.Errorf("%w: %X", errOnlyReads, cmd.Header())
	}
	return o.Session.Transmit(ctx, cmd)
}
