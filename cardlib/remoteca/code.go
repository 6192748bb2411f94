package remoteca

// Code is a stable name of why a proof came to nothing. It is part of the
// protocol: never renamed, never reused.
type Code string

// What the agent refuses.
const (
	CodeMessage  Code = "PROOF_MESSAGE_MALFORMED"
	CodeSequence Code = "PROOF_OUT_OF_SEQUENCE"   // a message is missing, came twice, or is for another session
	CodeUnsigned Code = "PROOF_ORDER_UNSIGNED"    // no pinned key signed the order
	CodeOrigin   Code = "PROOF_ORIGIN_MISMATCH"   // the order is for another site
	CodeRequest  Code = "PROOF_REQUEST_MISMATCH"  // nonce, purpose or groups are not those of the request
	CodeExpired  Code = "PROOF_ORDER_EXPIRED"     // or ends too far ahead: a clock is wrong
	CodeKey      Code = "PROOF_KEY_SWAPPED"       // a command brings another key than the signed one
	CodeCommand  Code = "PROOF_COMMAND_REFUSED"   // a command that the agent does not let through
	CodeLimit    Code = "PROOF_TOO_MANY_COMMANDS" // or an answer too long to be one
)

// What the service finds.
const (
	CodeCard   Code = "PROOF_CARD_REJECTED" // passive authentication did not pass: no key was sent
	CodeNoKey  Code = "PROOF_NO_CHIP_KEY"   // DG14 has no key for chip authentication
	CodeChip   Code = "PROOF_CHIP_REFUSED"  // the chip refuses what its signed data announces
	CodeAnswer Code = "PROOF_ANSWER_WRONG"  // an answer is not of the chip that holds the key
	CodeRead   Code = "PROOF_READ_FAILED"   // a group that was asked for could not be read
	CodeEnded  Code = "PROOF_ENDED"         // the session is over: its time, or a cancel
)

// Refusal is an error with its code.
type Refusal struct {
	Code Code
	Err  error
}

func (r *Refusal) Error() string {
	if r.Err == nil {
		return "remoteca: " + string(r.Code)
	}
	return "remoteca: " + string(r.Code) + ": " + r.Err.Error()
}

func (r *Refusal) Unwrap() error { return r.Err }
