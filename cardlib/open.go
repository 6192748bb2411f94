package cardlib

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/bac"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/pace"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// The ways in, as they are said in Document.Access and Error.Tried.
const (
	AccessPACECAN = "PACE-CAN"
	AccessPACEMRZ = "PACE-MRZ"
	AccessBAC     = "BAC"
)

// way is one way into the chip: a protocol and a password.
type way struct {
	name string
	pace *securityinfo.PACEInfo
	can  string
	mrz  mrz.Key
}

// cardAccess is EF.CardAccess, which is not signed (Doc 9303-11 §4.2).
type cardAccess struct {
	infos securityinfo.Infos
	// assumed is set where the file could not be read and that of the cards known was taken.
	assumed bool
}

// open reads EF.CardAccess and goes in by the first way that the chip and the
// keys allow: PACE with the CAN, PACE with the MRZ, BAC. A failed try is
// followed by a reset, and no more than maxTries passwords are tried.
func (r *read) open() error {
	r.progress.enter(StageAccess)
	if err := r.readCardAccess(); err != nil {
		return fault(StageAccess, err)
	}
	maxTries := access.MaxTries
	if r.plan.MaxTries > 0 {
		maxTries = min(maxTries, r.plan.MaxTries)
	}
	var last error
	refused := map[string]bool{} // protocols that the chip does not speak
	denied := map[mrz.Key]bool{} // wrong by PACE is wrong by BAC
	dirty := false
	for _, w := range r.ways() {
		if refused[w.name] || (w.mrz != mrz.Key{} && denied[w.mrz]) || len(r.tried) >= maxTries {
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
			r.way = w
			return nil
		case errors.Is(err, pace.ErrDenied), errors.Is(err, bac.ErrDenied):
			r.tried = append(r.tried, w.name)
			denied[w.mrz] = true
			last = err
		case fatal(err):
			return fault(StageAccess, err)
		case errors.As(err, new(*Error)):
			return err
		default:
			refused[w.name] = true
			r.trouble = errors.Join(r.trouble, fmt.Errorf("%s: %w", w.name, err))
		}
	}
	return r.closed(last)
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

// ways lists what can be tried, the safest first.
func (r *read) ways() []way {
	var ways []way
	for i := range r.access.infos.PACE {
		info := &r.access.infos.PACE[i]
		if pace.Check(*info) != nil {
			continue
		}
		if r.keys.CAN != "" {
			ways = append(ways, way{name: AccessPACECAN, pace: info, can: r.keys.CAN})
		}
		for _, key := range r.keys.MRZ {
			ways = append(ways, way{name: AccessPACEMRZ, pace: info, mrz: key})
		}
		break // one offer is enough: the chip lists what it speaks
	}
	for _, key := range r.keys.MRZ {
		ways = append(ways, way{name: AccessBAC, mrz: key})
	}
	return ways
}

// enter goes one way and selects the eMRTD application behind it.
func (r *read) enter(w way) error {
	var session *securemsg.Session
	var err error
	if w.pace == nil {
		if err = selectApplication(r.ctx, r.link); err != nil {
			return err
		}
		session, err = bac.Authenticate(r.ctx, r.link, w.mrz, r.plan.Random)
	} else {
		password := pace.MRZ(w.mrz)
		if w.can != "" {
			password = pace.CAN(w.can)
		}
		var result *pace.Result
		if result, err = pace.Authenticate(r.ctx, r.link, *w.pace, password, r.plan.Random); err == nil {
			session = result.Session
			err = selectApplication(r.ctx, session)
		}
	}
	if err != nil {
		return err
	}
	r.use(session)
	return nil
}

// use makes session the channel that everything goes over from now on.
func (r *read) use(session *securemsg.Session) {
	if r.session != nil && r.session != session {
		r.session.Close()
	}
	r.session = session
	if r.files == nil {
		r.files = files.NewReader(session, r.extended())
	} else {
		r.files = r.files.Over(session)
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
	return nil
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
