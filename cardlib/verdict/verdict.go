package verdict

// ID names a check.
type ID string

// The checks of a read, in the order in which they are shown.
const (
	Hashes      ID = "hashes"      // every group read matches its hash in EF.SOD (Doc 9303-11 §5.1)
	Signature   ID = "signature"   // EF.SOD is signed by the document signer inside it
	Anchor      ID = "anchor"      // the signer chains to a trusted CSCA of the issuing State
	Validity    ID = "validity"    // the chain was valid at the time of signing
	Revocation  ID = "revocation"  // no certificate of the chain is on a fresh CRL
	ActiveAuth  ID = "activeAuth"  // the chip holds the key of DG15 (Doc 9303-11 §6.1)
	ChipAuth    ID = "chipAuth"    // the chip holds a key of DG14 (Doc 9303-11 §6.2)
	Consistency ID = "consistency" // DG1, DG13, the key given and EF.CardAccess agree
	Expiry      ID = "expiry"      // the card's own date; said beside the others
)

// The checks of evidence, beside those of a read.
const (
	Freshness ID = "freshness" // the nonce is ours, unused and in time; purpose and groups are those asked for
	Origin    ID = "origin"    // the agent saw the site that the nonce was issued to
	Agent     ID = "agent"     // an enrolled agent signed the bundle; said beside the others
)

// beside are the checks that change neither genuine nor the outcome: the card's
// own date, and who carried the evidence.
func (id ID) beside() bool { return id == Expiry || id == Agent }

// All returns the checks of a read in their order.
func All() []ID {
	return []ID{Hashes, Signature, Anchor, Validity, Revocation, ActiveAuth, ChipAuth, Consistency, Expiry}
}

// Status is what a check came to.
type Status string

// A check passed or failed; it is unavailable if it could not be decided, and
// skipped if it was not asked for.
const (
	Passed      Status = "passed"
	Failed      Status = "failed"
	Unavailable Status = "unavailable"
	Skipped     Status = "skipped"
)

// Reason is a stable code that says why a check is what it is; empty where it passed.
type Reason string

// Reason codes. They are part of the protocol: never renamed, never reused.
const (
	// hashes
	HashMismatch  Reason = "HASH_MISMATCH"  // a group read is not the one that was signed
	Stripped      Reason = "STRIPPED"       // EF.SOD lists a group that the chip denies
	SODMissing    Reason = "SOD_MISSING"    // the chip has no EF.SOD
	SODMalformed  Reason = "SOD_MALFORMED"  // EF.SOD cannot be parsed
	GroupUnread   Reason = "GROUP_UNREAD"   // a group needed for the check could not be read
	NotListed     Reason = "NOT_LISTED"     // a group was read that EF.SOD does not list
	HashAlgorithm Reason = "HASH_ALGORITHM" // the hash algorithm is not supported or not allowed
	DG1Missing    Reason = "DG1_MISSING"    // EF.SOD does not list DG1
	GroupRefused  Reason = "GROUP_REFUSED"  // the chip wants terminal authentication for the group

	// signature
	SignatureInvalid   Reason = "SIGNATURE_INVALID"
	DigestMismatch     Reason = "DIGEST_MISMATCH" // messageDigest is not that of the eContent
	AlgorithmUnknown   Reason = "ALGORITHM_UNSUPPORTED"
	SignerMissing      Reason = "SIGNER_MISSING" // no certificate of the signer in EF.SOD
	CertificateInvalid Reason = "CERTIFICATE_MALFORMED"

	// anchor
	NoTrustStore     Reason = "NO_TRUST_STORE"           // no anchor is installed: a fault of the set-up
	NoAnchor         Reason = "NO_ANCHOR"                // anchors are there, none issued this signer
	AnchorSignature  Reason = "ANCHOR_SIGNATURE_INVALID" // an anchor of that name did not sign it
	CountryMismatch  Reason = "COUNTRY_MISMATCH"         // signer, CSCA and DG1 name different States
	SignerUsage      Reason = "SIGNER_USAGE"             // the certificate is not for signing documents
	AnchorUnprovable Reason = "ANCHOR_UNPROVABLE"        // DG1 was not read or not covered, so no State to compare
	AnchorScope      Reason = "ANCHOR_SCOPE"             // the anchor is not trusted for documents of this kind
	SignerPinned     Reason = "SIGNER_PINNED"            // a remark: the signer itself is installed as trusted, its CSCA is not known

	// validity, revocation
	NotValidAtSigning  Reason = "NOT_VALID_AT_SIGNING"
	SigningTimeUnknown Reason = "SIGNING_TIME_UNKNOWN"
	ClockImplausible   Reason = "CLOCK_IMPLAUSIBLE"
	SignerExpired      Reason = "SIGNER_EXPIRED_SINCE" // a remark: valid at signing, expired since
	NoCRL              Reason = "NO_CRL"
	CRLStale           Reason = "CRL_STALE"
	Revoked            Reason = "REVOKED"
	NoChain            Reason = "NO_CHAIN" // there is no chain to judge

	// activeAuth, chipAuth
	NoKey         Reason = "NO_KEY"          // the card announces no such key
	WrongAnswer   Reason = "WRONG_ANSWER"    // the chip's answer is not by the announced key
	Refused       Reason = "REFUSED"         // the chip refuses what its signed data announces
	KeyNotCovered Reason = "KEY_NOT_COVERED" // the key's group is not covered by a checked hash
	KeyMalformed  Reason = "KEY_MALFORMED"
	CAV2          Reason = "CA_V2" // chip authentication version 2 belongs to EAC2

	// EF.CardSecurity, whose keys chip authentication by PACE is proven with
	CardSecurityUnread    Reason = "CARDSECURITY_UNREAD"    // it is missing or malformed
	CardSecurityUntrusted Reason = "CARDSECURITY_UNTRUSTED" // no known CSCA issued its signer
	CardSecurityInvalid   Reason = "CARDSECURITY_INVALID"   // its signature or signer is wrong
	CardSecurityMismatch  Reason = "CARDSECURITY_MISMATCH"  // consistency: it differs from DG14

	// groups that only authorised terminals read
	NeedsTerminalAuth      Reason = "NEEDS_TERMINAL_AUTH"
	TerminalAuthFailed     Reason = "TERMINAL_AUTH_FAILED"
	TerminalAuthNotAllowed Reason = "TERMINAL_AUTH_NOT_ALLOWED" // the card is not synthetic, and nobody said that it may be

	// consistency
	DG1DG13Mismatch     Reason = "DG1_DG13_MISMATCH"     // two persons' groups on one card
	KeyMismatch         Reason = "KEY_MISMATCH"          // the card is not that of the number given
	CardAccessMismatch  Reason = "CARDACCESS_MISMATCH"   // EF.CardAccess differs from the signed DG14
	CardAccessNotSigned Reason = "CARDACCESS_NOT_SIGNED" // a remark: DG14 says nothing of PACE
	BACThoughPACE       Reason = "BAC_THOUGH_PACE"       // a remark: BAC used on a chip whose DG14 offers PACE
	CardAccessAssumed   Reason = "CARDACCESS_ASSUMED"    // a remark: EF.CardAccess could not be read
	CheckDigit          Reason = "MRZ_CHECK_DIGIT"       // a check digit of DG1 is wrong
	DG13Missing         Reason = "DG13_MISSING"          // nothing to compare DG1 with
	DG13Malformed       Reason = "DG13_MALFORMED"
	DG1Malformed        Reason = "DG1_MALFORMED"
	COMMismatch         Reason = "COM_MISMATCH" // a remark: EF.COM lists other groups than EF.SOD

	// expiry
	CardExpired   Reason = "CARD_EXPIRED"
	ExpiryUnknown Reason = "EXPIRY_UNKNOWN"

	// freshness, origin, agent
	NonceUnknown    Reason = "NONCE_UNKNOWN"  // this back end never issued it
	NonceMismatch   Reason = "NONCE_MISMATCH" // the bundle is for another request
	NonceUsed       Reason = "NONCE_USED"
	NonceExpired    Reason = "NONCE_EXPIRED"
	VersionUnknown  Reason = "VERSION_UNKNOWN"
	PurposeMismatch Reason = "PURPOSE_MISMATCH"
	GroupsMismatch  Reason = "GROUPS_MISMATCH" // other groups than asked for
	OriginMismatch  Reason = "ORIGIN_MISMATCH"
	OriginManual    Reason = "ORIGIN_MANUAL"  // the origin was given by hand
	AgentUnsigned   Reason = "AGENT_UNSIGNED" // no signature of an agent
	AgentUnknown    Reason = "AGENT_UNKNOWN"  // its key is not enrolled
	AgentRevoked    Reason = "AGENT_REVOKED"

	// any
	NotAsked Reason = "NOT_ASKED"
	NotRead  Reason = "NOT_READ"
	Masked   Reason = "MASKED" // a recording whose data was masked: there is nothing to judge
)

// Check is one verdict.
type Check struct {
	ID     ID     `json:"id"`
	Status Status `json:"status"`
	// Reason is empty for a check that passed.
	Reason Reason `json:"reason"`
	// Groups names the data groups concerned, if any ("DG2").
	Groups []string `json:"groups,omitempty"`
	// Remarks are said beside the verdict and do not change it.
	Remarks []Reason `json:"remarks,omitempty"`
}

// Pass, Fail and so on make checks.
func Pass(id ID, remarks ...Reason) Check { return Check{ID: id, Status: Passed, Remarks: remarks} }

// Fail returns a failed check.
func Fail(id ID, why Reason, groups ...string) Check {
	return Check{ID: id, Status: Failed, Reason: why, Groups: groups}
}

// NoVerdict returns an unavailable check.
func NoVerdict(id ID, why Reason, groups ...string) Check {
	return Check{ID: id, Status: Unavailable, Reason: why, Groups: groups}
}

// Expires returns the check of the card's own date.
func Expires(expired, known bool) Check {
	switch {
	case !known:
		return NoVerdict(Expiry, ExpiryUnknown)
	case expired:
		return Fail(Expiry, CardExpired)
	}
	return Pass(Expiry)
}

// Skip returns a check that was not asked for.
func Skip(id ID) Check { return Check{ID: id, Status: Skipped, Reason: NotAsked} }

// Outcome is what the checks mean together.
type Outcome string

// Genuine: proven. Failure: a check other than expiry failed, which is the
// alarm. Unproven: nothing failed, and it could not be proven either.
const (
	Genuine  Outcome = "genuine"
	Failure  Outcome = "failed"
	Unproven Outcome = "unproven"
)

// Report is the judgement of one read.
type Report struct {
	Outcome Outcome `json:"outcome"`
	Genuine bool    `json:"genuine"`
	// Synthetic marks what came from a mock, replayed or TCP card or is anchored in a test CSCA.
	Synthetic bool    `json:"synthetic"`
	Checks    []Check `json:"checks"`
}

// Get returns the check with the id; an absent one is unavailable.
func (r Report) Get(id ID) Check {
	for _, c := range r.Checks {
		if c.ID == id {
			return c
		}
	}
	return NoVerdict(id, NotRead)
}

// Conclude makes a report of checks. Genuine means: hashes, signature and
// anchor passed; activeAuth or chipAuth passed and neither failed; no other
// check failed but expiry and agent, which are said beside. Checks that are missing count as unavailable and are
// added, so that every report speaks of every check.
func Conclude(checks []Check, synthetic bool) Report {
	r := Report{Synthetic: synthetic}
	given := Report{Checks: checks}
	known := map[ID]bool{}
	for _, id := range All() {
		known[id] = true
		r.Checks = append(r.Checks, given.Get(id))
	}
	for _, c := range checks {
		if !known[c.ID] {
			r.Checks = append(r.Checks, c)
		}
	}
	for _, c := range r.Checks {
		if c.Status == Failed && !c.ID.beside() {
			r.Outcome = Failure
			return r
		}
	}
	passed := func(id ID) bool { return r.Get(id).Status == Passed }
	r.Genuine = passed(Hashes) && passed(Signature) && passed(Anchor) && (passed(ActiveAuth) || passed(ChipAuth))
	r.Outcome = Unproven
	if r.Genuine {
		r.Outcome = Genuine
	}
	return r
}
