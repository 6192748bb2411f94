package chip

import "chipid/cardlib/apdu"

// Quirks are the habits in which honest chips differ. The zero value is a chip
// that does what the standards say, where they leave a choice the most common.
type Quirks struct {
	// NoWayBack: once the application is selected, SELECT of the master file is
	// answered 6D00 until the next reset.
	NoWayBack bool
	// NoShortFileID: READ BINARY with a short file identifier is answered 6A81.
	NoShortFileID bool
	// DropOnShortFileID: it is answered 6985 in plain, which ends the secure channel,
	// as the JMRTD applet does. It goes before NoShortFileID.
	DropOnShortFileID bool
	// NoOddRead: READ BINARY with INS B1 is answered 6D00.
	NoOddRead bool
	// SelectWithoutAccess: SELECT of a protected file succeeds before access is granted
	// and only reading is refused (Doc 9303-11 §4.3.2 allows both to BAC chips).
	SelectWithoutAccess bool
	// MaxLe is the largest Le that READ BINARY takes, in bytes of plain data, 0 for no
	// limit; a larger one is answered MaxLeSW (6700 if 0).
	MaxLe   int
	MaxLeSW apdu.SW
	// EndOfFile is what READ BINARY does when less is left than asked.
	EndOfFile EndOfFile
	// ParameterTag is the policy on tag 84 (parameter id) in MSE:Set AT of PACE.
	ParameterTag TagPolicy
	// WrongPassword answers PACE's last step for a wrong password; 6300 if 0. A try
	// counter (PACETries) replaces it by 63Cx.
	WrongPassword apdu.SW
	// PACETries blocks PACE after so many wrong passwords in a row, also over resets; 0 for no limit.
	PACETries int
	// ResetAfterPACE: after a failed PACE every further protocol is answered 6985 until a reset.
	ResetAfterPACE bool
	// WrongBAC answers EXTERNAL AUTHENTICATE with a wrong cryptogram; 6300 if 0.
	WrongBAC apdu.SW
	// DropOnRefusedSelect: a refused SELECT is answered in plain and ends the secure channel.
	DropOnRefusedSelect bool
	// FileSW answers SELECT and READ BINARY of these files of the application, instead of what would be right.
	FileSW map[uint16]apdu.SW
	// AA is how INTERNAL AUTHENTICATE behaves.
	AA AAQuirk
	// CA is how chip authentication behaves.
	CA CAQuirk
	// TA is how terminal authentication behaves.
	TA TAQuirk
}

// EndOfFile is a habit of READ BINARY at the end of a file.
type EndOfFile int

const (
	// EndWarning returns what is left with 6282 (ISO/IEC 7816-4 §11.3.3).
	EndWarning EndOfFile = iota
	// EndSilent returns what is left with 9000.
	EndSilent
	// EndCorrect returns nothing but 6Cxx, the length that would be right.
	EndCorrect
	// EndRefused returns nothing but 6B00.
	EndRefused
)

// TagPolicy is whether a data object may be missing.
type TagPolicy int

const (
	// TagOptional: the object may be there, and must be if the choice is ambiguous.
	TagOptional TagPolicy = iota
	// TagRequired: a command without it is answered 6A87.
	TagRequired
	// TagRefused: a command with it is answered 6A80.
	TagRefused
)

// AAQuirk is how a chip departs from an honest active authentication.
type AAQuirk struct {
	// Refuse answers every INTERNAL AUTHENTICATE with this status word; 0 for none.
	Refuse apdu.SW
	// When limits it to a time before or after chip authentication; other times get 6985.
	When AAWhen
	// Answer is what is signed.
	Answer AAAnswer
}

// AAWhen is when active authentication works.
type AAWhen int

// Times of active authentication.
const (
	AAAlways AAWhen = iota
	AABeforeCA
	AAAfterCA
)

// AAAnswer is what the chip answers to INTERNAL AUTHENTICATE.
type AAAnswer int

const (
	// AARight signs the challenge.
	AARight AAAnswer = iota
	// AAWrong answers random bytes of the right length.
	AAWrong
	// AAReplayed answers with a right signature over another challenge (eight zero
	// bytes), as a copy does that recorded one.
	AAReplayed
)

// TAQuirk is how a chip departs from the usual terminal authentication.
type TAQuirk struct {
	// LateReference: MSE:Set DST takes any name, and only PSO:Verify Certificate says
	// that there is no such key (TR-03110-3 B.11.4 note).
	LateReference bool
	// StaticBinding: under PACE too the chip's identity is the document number, or the
	// CAN where that was the password, as of chips issued before the dynamic binding
	// (TR-03110-1 §3.5).
	StaticBinding bool
}

// CAQuirk is how a chip departs from the usual chip authentication.
type CAQuirk struct {
	// RefuseSet answers MSE:Set AT and MSE:Set KAT, RefuseKey answers the terminal's key
	// (GENERAL AUTHENTICATE or MSE:Set KAT) with this status word; 0 for none.
	RefuseSet, RefuseKey apdu.SW
	// NoSetKAT: MSE:Set KAT is unknown. NoSetAT: 3DES keys take MSE:Set KAT only.
	NoSetKAT, NoSetAT bool
	// DeadChannel: the new channel is announced but nothing sent in it is accepted, as
	// by a copy that has not the private key.
	DeadChannel bool
	// OldKeys: what is sent under the new keys is understood, and answered under those before.
	OldKeys bool
	// Bluff: everything in the new channel is answered with 9000 under a made-up MAC,
	// as by a copy that hopes for a reader which does not look.
	Bluff bool
}
