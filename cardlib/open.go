package cardlib

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/bac"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/pace"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// cardAccess is EF.CardAccess, which is not signed (Doc 9303-11 §4.2).
type cardAccess struct {
	infos securityinfo.Infos
	// assumed is set where the file could not be read and that of the cards known was taken.
	assumed bool
}

// open reads EF.CardAccess and goes in by the best way that the chip and the
// keys allow: PACE, else BAC. A failed try is followed by a reset, and no more
// than maxTries passwords are tried, none of them twice.
func (r *read) open() error {
	r.progress.enter(StageAccess)
	if err := r.readCardAccess(); err != nil {
		return fault(StageAccess, err)
	}
	if masked := r.link.LinkInfo().Masked; masked != nil {
		return r.enterRecording(*masked)
	}
	r.recall()
	maxTries := access.MaxTries
	if r.plan.MaxTries > 0 {
		maxTries = min(maxTries, r.plan.MaxTries)
	}
	var last error
	refused := map[string]bool{}  // protocols that the chip does not speak, kinds of passwords that it has suspended
	denied := map[password]bool{} // wrong by one protocol is wrong by all
	dirty := false
	for _, w := range r.ways() {
		if refused[w.name] || refused[w.name+w.protocol()] || denied[w.password] || len(r.tried) >= maxTries {
			continue
		}
		if dirty {
			if err := r.reset(); err != nil {
				return fault(StageAccess, err)
			}
		}
		dirty = true
		err := r.enter(w)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, pace.ErrDenied), errors.Is(err, bac.ErrDenied):
			last = err
			if spared(err) {
				refused[w.name] = true
				continue
			}
			r.tried = append(r.tried, w.name)
			denied[w.password] = true
		case fatal(err):
			return fault(StageAccess, err)
		case errors.As(err, new(*Error)):
			return err
		default:
			refused[w.name+w.protocol()] = true
			r.trouble = errors.Join(r.trouble, fmt.Errorf("%s by %s: %w", w.name, w.protocol(), err))
		}
	}
	return r.closed(last)
}

// spared tells whether the chip refused before it saw the password.
func spared(err error) bool {
	var tries *pace.TriesError
	return errors.As(err, &tries) && tries.Spared
}

// closed says why no way led in.
func (r *read) closed(denied error) error {
	e := &Error{Stage: StageAccess, Tried: r.tried, Err: denied}
	switch {
	case denied != nil:
		e.Code = CodeAccessDenied
	case len(r.keys.MRZ) == 0 && (r.trouble == nil || errors.Is(r.trouble, pace.ErrUnsupported)):
		e.Code, e.Err = CodeAccessNeedsMore, r.trouble
	default:
		e.Code, e.Err = CodeCardProtocol, r.trouble
	}
	if sw, ok := apdu.StatusOf(e.Err); ok {
		e.SW = sw
	}
	return e
}

// enter goes one way and selects the eMRTD application behind it. Between the two
// it reads EF.CardSecurity where that is needed: many chips do not go back to the MF.
func (r *read) enter(w way) error {
	if masked := r.link.LinkInfo().Masked; masked != nil {
		return r.enterRecording(*masked)
	}
	r.way, r.pace, r.agreed = w, nil, nil
	if w.pace == nil {
		return r.enterByBAC(w)
	}
	result, err := pace.Run(r.ctx, r.link, *w.pace, w.forPACE(), pace.Options{Random: r.plan.Random, Parameter: r.known.Parameter})
	if err != nil {
		return err
	}
	r.use(result.Session)
	r.pace, r.known.Parameter = result, result.Parameter
	if err := r.readCardSecurity(); channelLost(err) { // to say that there is no such file
		if err := r.reset(); err != nil {
			return err
		}
		return r.enter(w)
	} else if err != nil {
		return err
	}
	return selectApplication(r.ctx, r.session)
}

func (r *read) enterByBAC(w way) error {
	if err := selectApplication(r.ctx, r.link); err != nil {
		return err
	}
	session, err := bac.Authenticate(r.ctx, r.link, w.mrz, r.plan.Random)
	if err != nil {
		return err
	}
	r.use(session)
	return nil
}

// use makes session the channel that everything goes over from now on.
func (r *read) use(session *securemsg.Session) {
	if r.session != nil {
		r.session.Close() // the one before, which is over
	}
	r.useChannel(r.observe(session))
}

func (r *read) useChannel(c Channel) {
	r.session = c
	if r.files == nil {
		r.files = files.NewReader(c, r.extended())
		r.files.Expect(r.known.Files)
	} else {
		r.files = r.files.Over(c)
	}
}

// extended tells whether extended length may be tried: announced by the chip,
// and not under T=0.
func (r *read) extended() bool {
	info := r.link.LinkInfo()
	return info.Protocol != apdu.ProtocolT0 && apdu.ExtendedAnnounced(info.ATR)
}

// restore opens the channel again, the way that worked before.
func (r *read) restore() error {
	if r.restores++; r.restores > maxRestores {
		return &Error{Code: CodeChannelLost, Stage: r.progress.current, Err: fmt.Errorf("channel lost %d times", r.restores)}
	}
	if err := r.reset(); err != nil {
		return fault(StageAccess, err)
	}
	if err := r.enter(r.way); err != nil {
		return fault(StageAccess, err)
	}
	return r.authoriseAgain()
}

func (r *read) reset() error {
	if r.session != nil {
		r.session.Close()
	}
	if err := r.link.Reset(r.ctx); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return nil
}

// readCardAccess reads EF.CardAccess, which lies under the MF: it can be reached
// only while no application is selected, so a refusal is met with one reset.
func (r *read) readCardAccess() error {
	plain := files.NewReader(files.Plain{Card: r.link}, false)
	raw, err := plain.Read(r.ctx, files.CardAccess, nil, nil)
	if err != nil && !fatal(err) {
		if err = r.reset(); err == nil {
			raw, err = plain.Read(r.ctx, files.CardAccess, nil, nil)
		}
	}
	if err != nil && fatal(err) {
		return err
	}
	if err == nil {
		if r.access.infos, err = securityinfo.Parse(raw); err == nil {
			r.kind.CardAccess = sha256.Sum256(raw)
			return nil
		}
	}
	r.access.assumed = true
	r.access.infos, err = securityinfo.Parse(securityinfo.VietnamCardAccess)
	return err
}

// selectApplication selects the eMRTD application (Doc 9303-10 §3.6).
func selectApplication(ctx context.Context, card apdu.Card) error {
	resp, err := card.Transmit(ctx, selectAID)
	if err != nil {
		return fmt.Errorf("SELECT eMRTD application: %w", err)
	}
	if resp.SW.OK() || resp.SW.SW1() == 0x62 {
		return nil
	}
	status := &apdu.StatusError{Command: "SELECT eMRTD application", SW: resp.SW}
	if resp.SW == apdu.SWFileNotFound {
		return &Error{Code: CodeCardUnknown, Stage: StageAccess, SW: resp.SW, Err: status}
	}
	return status
}

var selectAID = apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: lds.AID()}

// IsCitizenCard tells whether the eMRTD application answers SELECT. It costs a
// foreign card one command (a second where its transport asks for GET RESPONSE),
// sends no key and resets nothing. An error means that the card did not answer.
func IsCitizenCard(ctx context.Context, card apdu.Card) (bool, error) {
	resp, err := card.Transmit(ctx, selectAID)
	if err != nil {
		return false, err
	}
	if le, ok := resp.SW.RightLe(); ok {
		again := selectAID
		again.Le = le
		if resp, err = card.Transmit(ctx, again); err != nil {
			return false, err
		}
	}
	if _, more := resp.SW.MoreData(); more {
		return true, nil
	}
	switch resp.SW.SW1() {
	case 0x90, 0x62, 0x63:
		return true, nil
	}
	return resp.SW == apdu.SWSecurityStatus, nil // it exists, and wants PACE first
}
