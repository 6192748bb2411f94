package torture

import (
	"fmt"
	"math/rand/v2"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// Kind is what goes wrong in a case.
type Kind string

// Faults of the link: what the chip said is right, and does not arrive so.
const (
	Tear       Kind = "tear"        // the card is taken away
	Silent     Kind = "silent"      // one exchange fails
	Stuck      Kind = "stuck"       // the reader does not come back within its limit
	Late       Kind = "late"        // the answer comes after the caller's time has run out
	FlipWire   Kind = "flip-wire"   // one bit of the answer
	StatusWire Kind = "status-wire" // another status word outside of secure messaging
	RepeatWire Kind = "repeat-wire" // the answer before, once more
	CutWire    Kind = "cut-wire"    // the answer breaks off
	Drop       Kind = "drop"        // the chip loses its power for a moment, and with it the channel
	Twice      Kind = "twice"       // the command reaches the chip twice
)

// Faults in the chip, before it seals its answer: no MAC can tell.
const (
	FlipPlain    Kind = "flip-plain"    // one bit
	StatusPlain  Kind = "status-plain"  // another status word, the data kept or left away
	RepeatPlain  Kind = "repeat-plain"  // what was answered before
	CutPlain     Kind = "cut-plain"     // fewer bytes
	NoisePlain   Kind = "noise-plain"   // random bytes of the same length
	HostilePlain Kind = "hostile-plain" // lengths that lie, nests without end
	SealWrong    Kind = "seal-wrong"    // a data object missing, a MAC or counter wrong
)

// Cards and chips that are wrong from the start.
const (
	Changed  Kind = "changed"  // a file is not what was signed
	Resigned Kind = "resigned" // signed anew by a wrong issuer, data changed or not
	Copied   Kind = "copied"   // a chip without its keys, or with others
	Listed   Kind = "scenario" // a bad card of the catalogue
	Hostile  Kind = "hostile"  // files made to break a parser, rightly signed
	Random   Kind = "random"   // answers at random
)

// atStep are the kinds that strike each APDU of each class, and how often each:
// with what bit, status word or bytes is drawn anew.
var atStep = []struct {
	kind  Kind
	times int
}{
	{Tear, 1}, {Late, 1}, {FlipWire, 1}, {StatusWire, 1}, {RepeatWire, 1}, {CutWire, 1}, {Drop, 1}, {Twice, 1}, {Silent, 1}, {Stuck, 1},
	{FlipPlain, 8}, {StatusPlain, 4}, {RepeatPlain, 1}, {CutPlain, 1}, {NoisePlain, 2}, {HostilePlain, 2}, {SealWrong, 1},
}

var plainKinds = map[Kind]bool{
	FlipPlain: true, StatusPlain: true, RepeatPlain: true, CutPlain: true, NoisePlain: true, HostilePlain: true,
}

var linkKinds = map[Kind]bool{
	Tear: true, Silent: true, Stuck: true, Late: true, FlipWire: true, StatusWire: true, RepeatWire: true, CutWire: true, Drop: true, Twice: true,
}

// attempt is one case: one read with one thing wrong.
type attempt struct {
	kind Kind
	name string // the class or the card
	keys access.Keys
	// step is the number of the APDU struck, 0 where the whole card is wrong.
	step int
	// what says in a few words what is wrong, beyond the kind.
	what string
	// altered tells that plain text was changed before it was sealed, or that a
	// wrong issuer signed: nothing but parsers and verdicts can notice.
	altered bool
	// make makes the card; random drives whatever the attempt leaves open.
	make func(random *rand.Rand) (chip.Profile, error)
	// signed are the files that a genuine signer signed for this card; nil if
	// what arrives is not to be held against them.
	signed map[uint16][]byte
	// offer is EF.CardAccess as the signed DG14 confirms it; nil as above.
	offer []byte
	// mustNot are checks that may not pass, never tells that the card may not be genuine.
	mustNot []verdict.ID
	never   bool
	// alarm tells that a good reader calls the card failed, not merely unproven.
	alarm bool
	// chance, if set, is the card instead of a chip.
	chance func(random *rand.Rand) apdu.Card
}

func (a *attempt) String() string {
	s := fmt.Sprintf("%s, %s", a.name, a.kind)
	if a.step > 0 {
		s += fmt.Sprintf(" at APDU %d", a.step)
	}
	if a.what != "" {
		s += " (" + a.what + ")"
	}
	return s
}
