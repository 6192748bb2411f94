package service

import "strings"

// Code is a stable reason why something was not done. It is part of the service's
// interface: never renamed, never given another meaning.
type Code string

// What a back end asked for and did not get.
const (
	RequestMalformed    Code = "REQUEST_MALFORMED"
	OriginNotAllowed    Code = "ORIGIN_NOT_ALLOWED"
	PurposeNotAllowed   Code = "PURPOSE_NOT_ALLOWED"
	KindUnknown         Code = "KIND_UNKNOWN"
	RateLimited         Code = "RATE_LIMITED"
	RequestUnknown      Code = "REQUEST_UNKNOWN"
	KindMismatch        Code = "KIND_MISMATCH"
	SessionMismatch     Code = "SESSION_MISMATCH"
	NonceUsed           Code = "NONCE_USED"
	NonceExpired        Code = "NONCE_EXPIRED"
	IdempotencyMismatch Code = "IDEMPOTENCY_MISMATCH"
	EvidenceMalformed   Code = "EVIDENCE_MALFORMED"
	Unavailable         Code = "UNAVAILABLE"
	Internal            Code = "INTERNAL"

	// Requests that the service answers by driving chip authentication (relay).
	ProofMessage   Code = "PROOF_MESSAGE_MALFORMED"
	ProofSequence  Code = "PROOF_OUT_OF_SEQUENCE"
	ProofElsewhere Code = "PROOF_ELSEWHERE"
	ProofLost      Code = "PROOF_LOST"
	ProofEnded     Code = "PROOF_ENDED"

	// RequestForeign stands in the audit alone: a tenant named another one's
	// request, and is told that there is none.
	RequestForeign Code = "REQUEST_FOREIGN"
)

// Refusal is an error with a code.
type Refusal struct {
	Code Code
	Err  error
}

func (r *Refusal) Error() string {
	if r.Err == nil {
		return string(r.Code)
	}
	return string(r.Code) + ": " + r.Err.Error()
}

func (r *Refusal) Unwrap() error { return r.Err }

// Refuse makes a Refusal; err may be nil.
func Refuse(code Code, err error) error { return &Refusal{code, err} }

// ProofReason begins the word among an outcome's reasons that says why a driven
// chip authentication came to nothing.
const ProofReason = "proof:"

// ProofCode is the code among an outcome's reasons, empty for none.
func ProofCode(reasons string) Code {
	for word := range strings.FieldsSeq(reasons) {
		if code, ok := strings.CutPrefix(word, ProofReason); ok {
			return Code(code)
		}
	}
	return ""
}
