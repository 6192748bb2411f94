package cardlib

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/verdict"
)

// proveChip reads DG14 and DG15 and lets the chip prove that it holds their
// keys: chip authentication, then active authentication in its channel; the other
// way round with chips that are known to want it so.
func (r *read) proveChip() error {
	if err := r.group(lds.DG14, StageDG14); err != nil {
		return err
	}
	if r.covered(lds.DG14) {
		infos, err := securityinfo.ParseDG14(r.raw[lds.DG14])
		if err != nil {
			r.broken[lds.DG14.String()] = err
		} else {
			r.infos = &infos
		}
	}
	if r.known.ActiveAuthFirst {
		if err := r.authenticateActively(); err != nil {
			return err
		}
		if r.activeAuth.Status != verdict.Failed {
			return r.authenticateChip()
		}
		r.known.ActiveAuthFirst = false // not this one: it gets its second try as any other
	}
	if err := r.authenticateChip(); err != nil {
		return err
	}
	return r.authenticateActively()
}

// key tells what is to be said of a check whose key stands in group g, if the
// key cannot be used.
func (r *read) key(id verdict.ID, g lds.Group) (verdict.Check, bool) {
	switch {
	case r.sod == nil:
		return verdict.NoVerdict(id, verdict.KeyNotCovered, g.String()), false
	case !r.sod.Lists(g):
		return verdict.NoVerdict(id, verdict.NoKey), false
	case r.raw[g] == nil:
		return verdict.NoVerdict(id, verdict.GroupUnread, g.String()), false
	case !r.covered(g):
		return verdict.NoVerdict(id, verdict.KeyNotCovered, g.String()), false
	}
	return verdict.Check{}, true
}

// authenticateChip makes the check of chip authentication: of the proof that PACE
// gave, or else by a key agreement.
func (r *read) authenticateChip() error {
	if !r.plan.wantsChipAuth() {
		r.chipAuth = verdict.Skip(verdict.ChipAuth)
		return nil
	}
	r.progress.enter(StageChipAuth)
	byPACE, ran := r.mapped()
	if ran && byPACE.Status != verdict.Unavailable {
		r.chipAuth = byPACE
		return nil
	}
	err := r.agreeWithChip()
	switch {
	case ran && r.chipAuth.Reason == verdict.NoKey:
		r.chipAuth = byPACE
	case ran:
		r.chipAuth.Remarks = append(r.chipAuth.Remarks, byPACE.Reason)
	}
	return err
}

// agreeWithChip runs chip authentication with the keys that count.
func (r *read) agreeWithChip() error {
	infos, check, err := r.keysForChipAuth()
	if infos == nil || err != nil {
		r.chipAuth = check
		return err
	}
	err = r.agree(*infos)
	if err == nil && infos != r.infos {
		err = r.bindSOD()
	}
	if err == nil {
		r.chipAuth, r.chipKeys = verdict.Pass(verdict.ChipAuth), infos
		return nil
	}
	if fatal(err) || errors.As(err, new(*Error)) {
		return err
	}
	r.chipAuth = chipAuthCheck(err)
	if channelLost(err) {
		return r.restore()
	}
	return nil
}

// keysForChipAuth returns the SecurityInfos whose keys count: DG14, covered by
// EF.SOD, or where it has no key EF.CardSecurity, signed by a State for itself.
// Without any the check says why.
func (r *read) keysForChipAuth() (*securityinfo.Infos, verdict.Check, error) {
	check, usable := r.key(verdict.ChipAuth, lds.DG14)
	switch {
	case usable && r.infos == nil:
		return nil, verdict.Fail(verdict.ChipAuth, verdict.KeyMalformed, lds.DG14.String()), nil
	case usable && r.infos.AnnouncesChipAuth():
		return r.infos, check, nil
	case usable:
		check = verdict.NoVerdict(verdict.ChipAuth, verdict.NoKey)
	case check.Reason != verdict.NoKey:
		return nil, check, nil
	}
	if r.pace == nil || r.access.assumed || !r.access.infos.AnnouncesChipAuth() {
		return nil, check, nil
	}
	if !r.security.asked {
		r.security.wanted = true
		if err := r.restore(); err != nil { // the MF is out of reach from the application
			return nil, check, err
		}
	}
	if check = r.vouched(); check.Status != verdict.Passed {
		return nil, check, nil
	}
	return &r.security.file.Infos, check, nil
}

// agree runs chip authentication and proves the new keys by one command (Doc
// 9303-11 §6.2): only an answer with a valid MAC under them is a proof.
func (r *read) agree(infos securityinfo.Infos) error {
	result, err := chipauth.Run(r.ctx, r.session, infos, r.plan.Random)
	if err != nil {
		return err
	}
	r.use(result.Session)
	if err = r.proveChannel(); err == nil {
		r.agreed = result
	}
	return err
}

// errOtherSOD: the chip that was proven is not the one that was read.
var errOtherSOD = errors.New("cardlib: EF.SOD is another one in the proven channel")

// bindSOD reads EF.SOD again in the proven channel. A key in EF.CardSecurity is not
// covered by EF.SOD: only the channel says that both are of one chip.
func (r *read) bindSOD() error {
	again, err := r.files.Read(r.ctx, files.SOD, nil, nil)
	if err == nil && !bytes.Equal(again, r.rawSOD) {
		err = errOtherSOD
	}
	return err
}

func chipAuthCheck(err error) verdict.Check {
	const id = verdict.ChipAuth
	switch {
	case errors.Is(err, chipauth.ErrNoKey):
		return verdict.NoVerdict(id, verdict.NoKey)
	case errors.Is(err, chipauth.ErrVersion2):
		return verdict.NoVerdict(id, verdict.CAV2)
	case errors.Is(err, chipauth.ErrUnsupported):
		return verdict.NoVerdict(id, verdict.AlgorithmUnknown)
	case errors.Is(err, chipauth.ErrKey):
		return verdict.Fail(id, verdict.KeyMalformed, lds.DG14.String())
	case errors.Is(err, chipauth.ErrRefused):
		return verdict.Fail(id, verdict.Refused)
	}
	return verdict.Fail(id, verdict.WrongAnswer)
}

// proveChannel sends the first command under new keys: the beginning of
// EF.SOD, which this chip is known to let us read.
func (r *read) proveChannel() error {
	cmd := apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: files.SOD.ID.Bytes()}
	resp, err := r.session.Transmit(r.ctx, cmd)
	if err == nil && !resp.SW.OK() {
		err = &apdu.StatusError{Command: "SELECT EF.SOD", SW: resp.SW}
	}
	return err
}

// authenticateActively runs active authentication (Doc 9303-11 §6.1). A chip
// that refuses it in the channel of chip authentication is asked once more
// before chip authentication: some allow it only there.
func (r *read) authenticateActively() error {
	if r.plan.SkipActiveAuth {
		r.activeAuth = verdict.Skip(verdict.ActiveAuth)
		return nil
	}
	if r.raw[lds.DG15] == nil {
		if err := r.group(lds.DG15, StageDG15); err != nil {
			return err
		}
	}
	r.progress.enter(StageActiveAuth)
	check, usable := r.key(verdict.ActiveAuth, lds.DG15)
	if !usable {
		r.activeAuth = check
		return nil
	}
	err := r.challenge()
	if err != nil && !fatal(err) && (errors.Is(err, activeauth.ErrRefused) || channelLost(err)) {
		afterCA := r.agreed != nil && !channelLost(err)
		if afterCA || channelLost(err) {
			if channelLost(err) && r.files.Extended() {
				r.files.Doubt() // it may have been the length of the command
			}
			if err := r.restore(); err != nil {
				return err
			}
			err = r.challenge()
			r.known.ActiveAuthFirst = r.known.ActiveAuthFirst || afterCA && err == nil
		}
	}
	if err != nil && fatal(err) {
		return err
	}
	r.activeAuth = activeAuthCheck(err)
	if channelLost(err) {
		return r.restore()
	}
	return nil
}

func (r *read) challenge() error {
	challenge, err := r.plan.challenge()
	if err != nil {
		return err
	}
	var card apdu.Card = r.session
	if !r.files.Extended() {
		card = shortFirst{r.session}
	}
	r.document.ActiveAuth, err = activeauth.Authenticate(r.ctx, card, r.raw[lds.DG15], r.infos, challenge)
	return err
}

// challenge is the one that the plan names, or a random one.
func (p Plan) challenge() (challenge [activeauth.ChallengeLen]byte, err error) {
	if p.Challenge != nil {
		return *p.Challenge, nil
	}
	random := p.Random
	if random == nil {
		random = rand.Reader
	}
	_, err = io.ReadFull(random, challenge[:])
	return challenge, err
}

// shortFirst is a channel to a chip whose extended length failed, whatever its
// ATR announces.
type shortFirst struct{ Channel }

// LinkInfo hides the announcement.
func (s shortFirst) LinkInfo() apdu.LinkInfo {
	info := s.Channel.LinkInfo()
	info.ATR = nil
	return info
}

func activeAuthCheck(err error) verdict.Check {
	const id = verdict.ActiveAuth
	switch {
	case err == nil:
		return verdict.Pass(id)
	case errors.Is(err, activeauth.ErrUnsupported):
		return verdict.NoVerdict(id, verdict.AlgorithmUnknown)
	case errors.Is(err, activeauth.ErrKey):
		return verdict.Fail(id, verdict.KeyMalformed, lds.DG15.String())
	case errors.Is(err, activeauth.ErrWrong):
		return verdict.Fail(id, verdict.WrongAnswer)
	}
	return verdict.Fail(id, verdict.Refused)
}
