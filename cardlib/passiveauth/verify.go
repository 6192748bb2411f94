package passiveauth

import (
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// Input is what is judged and what it is judged against.
type Input struct {
	// SOD is EF.SOD as read, nil if the chip has none. Parsed may hold it parsed,
	// so that what Prepare did is used.
	SOD    []byte
	Parsed *SOD
	// Groups are the files read, whole; Denied are the groups that the chip
	// refused, with its status word. A group that was not asked for is in neither.
	Groups map[lds.Group][]byte
	Denied map[lds.Group]apdu.SW
	// Unread are the listed groups that were asked for and did not arrive whole,
	// though the chip did not refuse them: nothing can be said of their hashes.
	Unread []lds.Group
	// Store may be nil. Its policy says which algorithms count.
	Store *trust.Store
	// Now is the clock, BuildDate a time before which the clock must be wrong
	// (zero: none is known).
	Now, BuildDate time.Time
	// IssueDate is the date of issue in DG13, nil if not known. It is used only if
	// the hash of DG13 matched and EF.SOD has no signing time.
	IssueDate *time.Time
	// IssuingState and DocumentCode are those of DG1 ("VNM", "ID"), with or
	// without fillers. Empty ones are not known: without the State there is no
	// verdict on the anchor, the code is then not compared.
	IssuingState, DocumentCode string
}

// Result is the outcome of passive authentication.
type Result struct {
	// Checks are hashes, signature, anchor, validity and revocation, in this order.
	Checks []verdict.Check
	// SOD is nil if it is missing or malformed.
	SOD *SOD
	// Signer is the document signer named in EF.SOD, nil if it is not there.
	// Whether it did sign is said by the checks.
	Signer *cms.Certificate
	// Anchor is the CSCA whose key signed Signer, nil if none is known.
	Anchor *trust.Anchor
	// SigningTime is that of EF.SOD's signed attributes, or else the issue date;
	// zero if neither can be relied on.
	SigningTime time.Time
	// Covered are the groups whose hash matched.
	Covered map[lds.Group]bool
	// Synthetic: the signer or its CSCA is of a test PKI.
	Synthetic bool
}

// Verify makes the verdicts of passive authentication. It always returns all
// five checks.
func Verify(in Input) Result {
	r := Result{Covered: map[lds.Group]bool{}, SOD: in.Parsed}
	var err error
	if r.SOD == nil && in.SOD != nil {
		r.SOD, err = ParseSOD(in.SOD)
	}
	if r.SOD == nil {
		r.Checks = withoutSOD(err)
		return r
	}
	c := r.SOD.tracer.chain(in.Store)
	j := judge{in: in, chain: c, result: &r}
	hashes := j.hashes()
	j.name()
	r.Checks = []verdict.Check{hashes, j.signature(), j.anchor(), j.validity(), j.revocation()}
	return r
}

// name puts signer, anchor and time into the result.
func (j *judge) name() {
	r := j.result
	r.SigningTime = j.signingTime().at
	if j.chain.signer != nil {
		r.Signer = j.chain.signer.Certificate
		r.Synthetic = trust.IsSynthetic(r.Signer)
	}
	r.Anchor = j.chooseAnchor()
	r.Synthetic = r.Synthetic || r.Anchor != nil && r.Anchor.Synthetic
}

// withoutSOD are the checks where there is no EF.SOD, or (err) a malformed one.
// Doc 9303-10 §4.6.2 makes it mandatory: a chip without one is no genuine chip.
func withoutSOD(err error) []verdict.Check {
	hashes, signature := verdict.Fail(verdict.Hashes, verdict.SODMissing), verdict.NoVerdict(verdict.Signature, verdict.SODMissing)
	if err != nil {
		hashes = verdict.Fail(verdict.Hashes, verdict.SODMalformed)
		signature = verdict.Fail(verdict.Signature, verdict.SODMalformed)
	}
	return []verdict.Check{
		hashes, signature,
		verdict.NoVerdict(verdict.Anchor, verdict.NoChain),
		verdict.NoVerdict(verdict.Validity, verdict.NoChain),
		verdict.NoVerdict(verdict.Revocation, verdict.NoChain),
	}
}

// judge makes the single checks.
type judge struct {
	in     Input
	chain  *chain
	result *Result
}

// policy returns the trust store's policy, the default one without a store.
func (j *judge) policy() cms.Policy {
	if j.in.Store == nil {
		return cms.Policy{}
	}
	return j.in.Store.Policy
}
