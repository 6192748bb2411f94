package cardlib

import (
	"errors"

	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/pace"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/verdict"
)

// efCardSecurity lies under the MF, and is open between PACE and the selection of
// the application (Doc 9303-10 §3.11.4).
var efCardSecurity = files.Ref{Name: "EF.CardSecurity", ID: lds.EFCardSecurity, Tag: 0x30}

// cardSecurity is EF.CardSecurity and what the chip proved with its keys.
type cardSecurity struct {
	// wanted: the file is to be read though PACE did not prove the chip.
	wanted, asked bool
	file          *passiveauth.CardSecurity
	prepared      chan struct{} // closed once its signer was traced beside the link; nil before
	// proofs are the runs of PACE with chip authentication mapping, one for each
	// channel that was opened: what came over a channel is the chip's only if that
	// channel was proven.
	proofs    []*pace.Result
	synthetic bool
}

// readCardSecurity reads EF.CardSecurity in the channel that PACE has just opened,
// once. Only what ends the channel or the read is an error: without the file its
// keys prove nothing, and that is said later.
func (r *read) readCardSecurity() error {
	s := &r.security
	if r.pace.HasChipProof() {
		s.proofs = append(s.proofs, r.pace)
	}
	if s.asked || len(s.proofs) == 0 && !s.wanted {
		return nil
	}
	s.asked = true
	raw, err := r.files.Read(r.ctx, efCardSecurity, nil, nil)
	if err == nil {
		s.file, err = passiveauth.ParseCardSecurity(raw)
	}
	if err != nil {
		r.broken[efCardSecurity.Name] = err
		if fatal(err) || channelLost(err) {
			return err
		}
		return nil
	}
	s.prepared = make(chan struct{})
	go func(file *passiveauth.CardSecurity, done chan<- struct{}) {
		defer close(done)
		file.Prepare(r.plan.Trust)
	}(s.file, s.prepared)
	return nil
}

// vouched judges who signed EF.CardSecurity, as a check of chip authentication:
// its keys count only where the signer is a State's, for itself. What is wrong with
// the signature stands in the remarks.
func (r *read) vouched() verdict.Check {
	const id = verdict.ChipAuth
	s := &r.security
	if s.file == nil {
		return verdict.NoVerdict(id, verdict.CardSecurityUnread)
	}
	<-s.prepared
	result := s.file.Verify(r.passiveInput(r.plan.now()))
	s.synthetic = result.Synthetic
	for _, c := range result.Checks {
		if c.Status == verdict.Failed && c.ID == verdict.Revocation {
			return verdict.Fail(id, verdict.Revoked)
		}
		if c.Status == verdict.Failed {
			check := verdict.Fail(id, verdict.CardSecurityInvalid)
			check.Remarks = []verdict.Reason{c.Reason}
			return check
		}
	}
	for _, c := range result.Checks {
		switch {
		case c.Status == verdict.Passed, c.ID != verdict.Signature && c.ID != verdict.Anchor:
		case c.Reason == verdict.NoTrustStore, c.Reason == verdict.AlgorithmUnknown:
			return verdict.NoVerdict(id, c.Reason)
		default:
			return verdict.NoVerdict(id, verdict.CardSecurityUntrusted)
		}
	}
	return verdict.Pass(id)
}

// mapped is chip authentication by PACE (Doc 9303-11 §4.4.3.5); false if PACE ran
// with another mapping. A proof that does not hold is an alarm whoever signed the
// key: the chip put it there itself.
func (r *read) mapped() (verdict.Check, bool) {
	const id = verdict.ChipAuth
	s := &r.security
	if len(s.proofs) == 0 {
		return verdict.Check{}, false
	}
	if s.file == nil {
		return verdict.NoVerdict(id, verdict.CardSecurityUnread), true
	}
	for _, proof := range s.proofs {
		switch err := proof.VerifyChip(s.file.Infos); {
		case err == nil:
		case errors.Is(err, pace.ErrChip):
			return verdict.Fail(id, verdict.WrongAnswer), true
		default:
			return verdict.NoVerdict(id, verdict.NoKey), true
		}
	}
	return r.vouched(), true
}

// proveEveryChannel looks at the channels that were opened after chip authentication
// by PACE was judged.
func (r *read) proveEveryChannel() {
	if check, ran := r.mapped(); ran && check.Status == verdict.Failed {
		r.chipAuth = check
	}
}

// signedInfos are the SecurityInfos that a State vouches for.
func (r *read) signedInfos() []securityinfo.Infos {
	var signed []securityinfo.Infos
	if r.infos != nil {
		signed = append(signed, *r.infos)
	}
	if r.security.file != nil && r.vouched().Status == verdict.Passed {
		signed = append(signed, r.security.file.Infos)
	}
	return signed
}

// cardSecurityDiffers tells whether the two signed files offer different ways of
// PACE: EF.CardSecurity is then another chip's.
func (r *read) cardSecurityDiffers() bool {
	signed := r.signedInfos()
	return len(signed) == 2 && len(signed[1].PACE) > 0 && securityinfo.PACEAgrees(signed[1], signed[0]) == securityinfo.Different
}
