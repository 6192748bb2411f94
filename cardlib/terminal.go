package cardlib

import (
	"errors"

	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/terminalauth"
	"chipid/cardlib/verdict"
)

// protected are the groups that chips open to authorised terminals alone (Doc
// 9303-11 §7: DG3 fingerprints, DG4 iris).
var protected = []lds.Group{lds.DG3, lds.DG4}

// terminalState is how far terminal authentication has come.
type terminalState struct {
	granted bool
	// static: the chip knows itself by its document number or CAN though PACE was
	// used, as some of the first did (TR-03110-1 §3.5).
	static bool
	// reason says why the protected groups stay closed.
	reason verdict.Reason
}

// authoriseTerminal opens the protected groups, if they are wanted and a terminal
// was given that may be used with this card.
func (r *read) authoriseTerminal() error {
	r.terminal.reason = verdict.NeedsTerminalAuth
	if r.plan.Terminal == nil || !r.wantsProtected() {
		return nil
	}
	if !r.link.LinkInfo().Synthetic && !r.plan.AllowTerminalAuthOnRealCards {
		r.terminal.reason = verdict.TerminalAuthNotAllowed
		return nil
	}
	r.progress.enter(StageTerminal)
	err := r.authorise()
	if channelLost(err) {
		if err := r.restore(); err != nil {
			return err
		}
		err = r.authorise()
	}
	if errors.Is(err, terminalauth.ErrSignature) && !channelLost(err) && r.pace != nil && r.staticIdentifier() != nil {
		// A session takes one try (Doc 9303-11 §7.1.3).
		if err := r.restore(); err != nil {
			return err
		}
		r.terminal.static = true
		err = r.authorise()
	}
	switch {
	case err == nil:
		r.terminal.granted = true
		return nil
	case fatal(err), errors.As(err, new(*Error)):
		return err
	}
	r.terminal.reason = verdict.TerminalAuthFailed
	if channelLost(err) {
		return r.restore()
	}
	return nil
}

// authoriseAgain opens the protected groups in a channel that was opened again.
func (r *read) authoriseAgain() error {
	if !r.terminal.granted {
		return nil
	}
	err := r.authorise()
	if err == nil || fatal(err) {
		return err
	}
	r.terminal.granted, r.terminal.reason = false, verdict.TerminalAuthFailed
	if channelLost(err) {
		return r.restore()
	}
	return nil
}

// wantsProtected tells whether a protected group is wanted that the card has.
func (r *read) wantsProtected() bool {
	for _, g := range protected {
		if r.plan.wanted()[g] && r.sod != nil && r.sod.Lists(g) {
			return true
		}
	}
	return false
}

// errNoAgreement: there is no proven channel that terminal authentication could bind.
var errNoAgreement = errors.New("cardlib: no chip authentication to bind")

// authorise runs terminal authentication once, in the channel that stands.
func (r *read) authorise() error {
	ephemeral, err := r.newestKey()
	if err != nil {
		return err
	}
	identifier := r.staticIdentifier()
	if r.pace != nil && !r.terminal.static {
		if identifier, err = terminalauth.Compress(r.way.pace.Agreement, r.pace.ChipPublicKey); err != nil {
			return err
		}
	}
	known, err := r.references()
	if err != nil {
		return err
	}
	chain, err := r.plan.Terminal.Chain(known)
	if err != nil {
		return err
	}
	channel := terminalauth.Channel{Identifier: identifier, Ephemeral: ephemeral}
	return terminalauth.Authenticate(r.ctx, r.session, *r.plan.Terminal, chain, channel, r.plan.Random)
}

// newestKey is Comp(PK_IFD) of the channel that stands: of chip authentication,
// which is run again where the channel was reopened since, or else of PACE with
// chip authentication mapping (Doc 9303-11 §7.1.2).
func (r *read) newestKey() ([]byte, error) {
	if r.chipAuth.Status != verdict.Passed {
		return nil, errNoAgreement
	}
	if r.agreed == nil && r.chipKeys != nil {
		if err := r.agree(*r.chipKeys); err != nil {
			return nil, err
		}
	}
	if r.agreed != nil {
		return terminalauth.Compress(r.agreed.Info.Agreement, r.agreed.OwnPublicKey)
	}
	return terminalauth.Compress(securityinfo.ECDH, r.pace.OwnPublicKey)
}

// staticIdentifier is ID_IC of a chip that does not take its ephemeral key for it:
// under BAC the document number, and nil where there is none.
func (r *read) staticIdentifier() []byte {
	switch {
	case r.way.can != "":
		return []byte(r.way.can)
	case r.way.name == AccessPACEMRZ, r.way.name == AccessBAC:
		return terminalauth.DocumentIdentifier(r.way.mrz)
	}
	return nil
}

// references are the names of the keys that the chip trusts: of EF.CVCA, or as PACE told them.
func (r *read) references() ([]cvc.Reference, error) {
	var infos securityinfo.Infos
	if r.infos != nil {
		infos = *r.infos
	}
	known, err := terminalauth.ReadReferences(r.ctx, r.session, infos)
	if err != nil && (!errors.Is(err, terminalauth.ErrRefused) || channelLost(err)) {
		return nil, err
	}
	if len(known) == 0 && r.pace != nil {
		for _, name := range r.pace.Authorities {
			known = append(known, cvc.Reference(name))
		}
	}
	return known, nil
}
