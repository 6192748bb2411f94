package evidence

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
	"time"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// NonceState is what the back end's records say of the nonce.
type NonceState int

// A nonce that was never issued is unknown.
const (
	NonceUnknown NonceState = iota
	NonceOpen
	NonceUsed
	NonceExpired
)

// AgentState is what the tenant's administrator says of an agent's key.
type AgentState int

// Keys are enrolled by an administrator; all others are unknown.
const (
	AgentUnknown AgentState = iota
	AgentEnrolled
	AgentRevoked
)

// Expected is what the bundle is judged against. It comes from the back end's
// own records; nothing of it may be taken from the bundle.
type Expected struct {
	Request Request
	Nonce   NonceState
	// AcceptManualOrigin takes an origin that was given by hand (for trials).
	AcceptManualOrigin bool
	// Agent tells about an agent's key; nil knows none.
	Agent func(key ed25519.PublicKey) AgentState
	// Store holds the anchors, Now is the verifier's clock, BuildDate when it was built.
	Store          *trust.Store
	Now, BuildDate time.Time
}

// Result is what a bundle proves.
type Result struct {
	Report verdict.Report
	// MRZ and DG13 are of the groups in the bundle, nil where they are not in it
	// or not covered by EF.SOD.
	MRZ  *mrz.Document
	DG13 *cccd.DG13
}

// Accepted tells whether the evidence holds: the card is genuine, the request
// is the stored one, it came from its site, and no agent's signature on it is
// wrong or of a revoked key. That nobody known signed it is said, and no obstacle.
func (r Result) Accepted() bool {
	return r.Report.Genuine && r.Report.Get(verdict.Freshness).Status == verdict.Passed && r.Report.Get(verdict.Origin).Status == verdict.Passed &&
		r.Report.Get(verdict.Agent).Status != verdict.Failed
}

// Verify judges a bundle. It needs no network, writes nothing, and ends in
// bounded time whatever the bundle holds. The rules are constant: there is no
// option that weakens one.
func Verify(b *Bundle, want Expected) Result {
	j := judge{bundle: b, want: want}
	j.parse()
	checks := append(j.passive.Checks, j.activeAuth(), verdict.Skip(verdict.ChipAuth), j.consistency(), verdict.Expires(j.citizen.Expired(j.want.Now)),
		j.freshness(), j.origin(), j.agent())
	result := Result{Report: verdict.Conclude(checks, j.passive.Synthetic), MRZ: j.mrz, DG13: j.dg13}
	return result
}

type judge struct {
	bundle  *Bundle
	want    Expected
	passive passiveauth.Result
	mrz     *mrz.Document
	dg13    *cccd.DG13
	citizen cccd.Citizen
}

// parse makes the checks of passive authentication and reads what they cover.
func (j *judge) parse() {
	in := passiveauth.Input{SOD: j.bundle.SOD, Groups: j.bundle.Files, Store: j.want.Store, Now: j.want.Now, BuildDate: j.want.BuildDate}
	sod, err := passiveauth.ParseSOD(j.bundle.SOD)
	if err == nil {
		in.Parsed = sod
		j.readGroups(sod)
	}
	if j.mrz != nil {
		in.IssuingState, in.DocumentCode = j.mrz.IssuingState, j.mrz.Code
	}
	j.citizen, _ = cccd.FromGroups(j.mrz, j.dg13)
	if issued, err := time.Parse(time.DateOnly, j.citizen.DateOfIssue); err == nil && j.dg13 != nil {
		in.IssueDate = &issued
	}
	j.passive = passiveauth.Verify(in)
}

func (j *judge) readGroups(sod *passiveauth.SOD) {
	if file := j.bundle.Files[lds.DG1]; file != nil && sod.CheckGroup(lds.DG1, file) == nil {
		doc, err := lds.ParseDG1(file)
		if err == nil || errors.As(err, new(*mrz.CheckDigitError)) {
			j.mrz = &doc
		}
	}
	if file := j.bundle.Files[lds.DG13]; file != nil && sod.CheckGroup(lds.DG13, file) == nil {
		if dg13, err := cccd.ParseDG13(file); err == nil {
			j.dg13 = &dg13
		}
	}
}

// activeAuth verifies the chip's signature over the challenge of the stored request.
func (j *judge) activeAuth() verdict.Check {
	const id = verdict.ActiveAuth
	sod, dg15 := j.passive.SOD, j.bundle.Files[lds.DG15]
	switch {
	case sod == nil:
		return verdict.NoVerdict(id, verdict.KeyNotCovered, lds.DG15.String())
	case !sod.Lists(lds.DG15):
		return verdict.NoVerdict(id, verdict.NoKey)
	case dg15 == nil:
		return verdict.NoVerdict(id, verdict.GroupUnread, lds.DG15.String())
	case !j.passive.Covered[lds.DG15]:
		return verdict.NoVerdict(id, verdict.KeyNotCovered, lds.DG15.String())
	}
	var infos *securityinfo.Infos
	if j.passive.Covered[lds.DG14] {
		if parsed, err := securityinfo.ParseDG14(j.bundle.Files[lds.DG14]); err == nil {
			infos = &parsed
		}
	}
	switch err := activeauth.Verify(dg15, infos, j.want.Request.Challenge(), j.bundle.Signature); {
	case err == nil:
		return verdict.Pass(id)
	case errors.Is(err, activeauth.ErrUnsupported):
		return verdict.NoVerdict(id, verdict.AlgorithmUnknown)
	case errors.Is(err, activeauth.ErrKey):
		return verdict.Fail(id, verdict.KeyMalformed, lds.DG15.String())
	}
	return verdict.Fail(id, verdict.WrongAnswer)
}

func (j *judge) consistency() verdict.Check {
	const id = verdict.Consistency
	switch {
	case j.mrz == nil || j.dg13 == nil:
		return verdict.NoVerdict(id, verdict.NotAsked)
	case len(cccd.Compare(*j.mrz, *j.dg13)) > 0:
		return verdict.Fail(id, verdict.DG1DG13Mismatch, lds.DG1.String(), lds.DG13.String())
	}
	return verdict.Pass(id)
}

// freshness compares the bundle with the stored request.
func (j *judge) freshness() verdict.Check {
	b, r := j.bundle, j.want.Request
	fail := func(why verdict.Reason) verdict.Check { return verdict.Fail(verdict.Freshness, why) }
	switch {
	case j.want.Nonce == NonceUnknown || r.Check() != nil:
		return fail(verdict.NonceUnknown)
	case b.Version != Version:
		return fail(verdict.VersionUnknown)
	case !bytes.Equal(b.Nonce, r.Nonce):
		return fail(verdict.NonceMismatch)
	case j.want.Nonce == NonceUsed:
		return fail(verdict.NonceUsed)
	case j.want.Nonce != NonceOpen:
		return fail(verdict.NonceExpired)
	case b.Purpose != r.Purpose:
		return fail(verdict.PurposeMismatch)
	case !r.equalGroups(b.Groups) || !j.filesAsAsked():
		return fail(verdict.GroupsMismatch)
	}
	return verdict.Pass(verdict.Freshness)
}

// filesAsAsked tells whether the bundle brings the groups asked for, and beside
// them only the keys' groups.
func (j *judge) filesAsAsked() bool {
	for _, g := range j.want.Request.Groups {
		if j.bundle.Files[g] == nil {
			return false
		}
	}
	for g := range j.bundle.Files {
		if g != lds.DG14 && g != lds.DG15 && !slices.Contains(j.want.Request.Groups, g) {
			return false
		}
	}
	return true
}

func (j *judge) origin() verdict.Check {
	switch {
	case j.bundle.Origin != j.want.Request.Origin:
		return verdict.Fail(verdict.Origin, verdict.OriginMismatch)
	case j.bundle.Manual && !j.want.AcceptManualOrigin:
		return verdict.Fail(verdict.Origin, verdict.OriginManual)
	}
	return verdict.Pass(verdict.Origin)
}

// agent judges the agent's own signature. One that is missing or by an unknown
// key proves nothing; one that is wrong, or by a revoked key, is an alarm.
func (j *judge) agent() verdict.Check {
	b := j.bundle
	if len(b.AgentKey) == 0 && len(b.AgentSignature) == 0 {
		return verdict.NoVerdict(verdict.Agent, verdict.AgentUnsigned)
	}
	message, err := b.signed()
	if err != nil || len(b.AgentKey) != ed25519.PublicKeySize || !ed25519.Verify(b.AgentKey, message, b.AgentSignature) {
		return verdict.Fail(verdict.Agent, verdict.SignatureInvalid)
	}
	state := AgentUnknown
	if j.want.Agent != nil {
		state = j.want.Agent(b.AgentKey)
	}
	switch state {
	case AgentEnrolled:
		return verdict.Pass(verdict.Agent)
	case AgentRevoked:
		return verdict.Fail(verdict.Agent, verdict.AgentRevoked)
	}
	return verdict.NoVerdict(verdict.Agent, verdict.AgentUnknown)
}
