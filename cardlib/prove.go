package cardlib

import (
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
// keys: chip authentication, then active authentication in its channel.
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
	if err := r.authenticateChip(); err != nil {
		return err
	}
	if err := r.group(lds.DG15, StageDG15); err != nil {
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

// authenticateChip runs chip authentication and proves the new keys by one
// command (Doc 9303-11 §6.2): only an answer with a valid MAC under them is a proof.
func (r *read) authenticateChip() error {
	if r.plan.SkipChipAuth {
		r.chipAuth = verdict.Skip(verdict.ChipAuth)
		return nil
	}
	r.progress.enter(StageChipAuth)
	check, usable := r.key(verdict.ChipAuth, lds.DG14)
	if usable && r.infos == nil {
		check, usable = verdict.Fail(verdict.ChipAuth, verdict.KeyMalformed, lds.DG14.String()), false
	}
	if !usable {
		r.chipAuth = check
		return nil
	}
	session, err := chipauth.Authenticate(r.ctx, r.session, *r.infos, r.plan.Random)
	if err == nil {
		r.use(session)
		if err = r.proveChannel(); err == nil {
			r.chipAuth = verdict.Pass(verdict.ChipAuth)
			return nil
		}
	}
	if fatal(err) {
		return err
	}
	r.chipAuth = chipAuthCheck(err)
	if channelLost(err) {
		return r.restore()
	}
	return nil
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
	r.progress.enter(StageActiveAuth)
	check, usable := r.key(verdict.ActiveAuth, lds.DG15)
	if !usable {
		r.activeAuth = check
		return nil
	}
	err := r.challenge()
	if err != nil && !fatal(err) && (errors.Is(err, activeauth.ErrRefused) || channelLost(err)) {
		again := r.chipAuth.Status == verdict.Passed || channelLost(err)
		if again {
			if err := r.restore(); err != nil {
				return err
			}
			err = r.challenge()
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
	r.document.ActiveAuth, err = activeauth.Authenticate(r.ctx, r.session, r.raw[lds.DG15], r.infos, challenge)
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
