package conformance

import (
	"chipid/mock-reader/chip"
)

// Want is what a reader must make of a card.
type Want string

// What may be wanted.
const (
	// WantGenuine: the card is right, in however odd a way.
	WantGenuine Want = "genuine"
	// WantRefused: the card may not be called genuine; an error will do.
	WantRefused Want = "not genuine"
	// WantAny: only what is sent counts.
	WantAny Want = "any"
)

// Case is one test case: a card, what is wanted, and rules for what is sent.
type Case struct {
	// ID is the number in TR-03105-5.1 1.5, ICAO the one in ICAO's part 4, or empty.
	ID, ICAO string
	// TitleVi and TitleEn say in one line what the card does.
	TitleVi, TitleEn string
	// ByMRZ tells that the reader needs the MRZ: the number does not open the card.
	ByMRZ bool
	// Terminal tells that the reader must be authorised for DG3.
	Terminal bool
	Want     Want

	// card makes the card.
	card func(*world) (build, error)
	// terminal is what a reader under test is authorised by, nil where it is not.
	terminal func(*world) (chain, error)
	// rules judge what was sent.
	rules []rule
	// reads is how often the card is read, 1 if 0.
	reads int
}

// build is a card in the making.
type build struct {
	chip.Profile
	options []chip.Option
}

// Cases returns all cases in the order of their numbers.
func Cases() []Case {
	var all []Case
	for _, unit := range [][]Case{
		applicationSelection(), basicAccess(), readingFiles(), chipAuthentication(), terminalAuthentication(),
		activeAuthentication(), pace(), paceErrors(), dataGroups(), securityObject(), ours(),
	} {
		all = append(all, unit...)
	}
	return all
}
