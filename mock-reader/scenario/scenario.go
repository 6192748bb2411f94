package scenario

import (
	"fmt"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// Scenario is one kind of card.
type Scenario struct {
	Name string
	// TitleVi and TitleEn say in one line what the card is like.
	TitleVi, TitleEn string
	// Imitates is whom or what the card stands for.
	Imitates Imitation
	Expect   Expect

	// person changes what the card says of its holder, order what the issuer makes
	// of it, link how the chip is reached, and alter the finished chip; each may be nil.
	person func(*persona.Persona)
	order  func(persona.Persona, *issuer.Options) error
	link   func(*chip.Profile)
	alter  func(*card) error
}

// Exit codes of a read, as the agent's command line gives them.
const (
	ExitGenuine  = 0
	ExitFailed   = 3
	ExitUnproven = 4
	ExitTrouble  = 5
)

// Expect is what a good reader makes of the card, given the 12-digit number and
// the mock's trust directory.
type Expect struct {
	// Exit is the exit code of `chipid-agent read`.
	Exit int `json:"exit"`
	// Checks are the statuses of the checks, none where nothing could be read. The
	// card's own expiry depends on the day and is there only where it is the point.
	Checks map[verdict.ID]verdict.Status `json:"checks"`
	// Reasons are the reason codes that go with checks that did not pass.
	Reasons map[verdict.ID]verdict.Reason `json:"reasons,omitempty"`
	// Remarks are said beside checks and change nothing.
	Remarks map[verdict.ID][]verdict.Reason `json:"remarks,omitempty"`
	// Error is the error code where the read ends with one.
	Error string `json:"error,omitempty"`
	// Photo is "unavailable" where there is no portrait that could be shown.
	Photo string `json:"photo,omitempty"`
}

// PhotoUnavailable is Expect.Photo of a card whose portrait cannot be shown.
const PhotoUnavailable = "unavailable"

// card is a finished chip that a scenario alters.
type card struct {
	chip.Profile
	persona persona.Persona
	issuer  *issuer.Issuer
}

// ErrUnknown is a name that no persona or scenario bears.
type ErrUnknown struct {
	// Kind is "persona" or "scenario".
	Kind, Name string
}

func (e *ErrUnknown) Error() string { return fmt.Sprintf("no %s named %q", e.Kind, e.Name) }

// ByName finds a scenario of the catalogue, or one of the families that
// [Families] describes.
func ByName(name string) (Scenario, error) {
	for _, s := range All() {
		if s.Name == name {
			return s, nil
		}
	}
	for _, family := range []func(string) (Scenario, bool){tornByName, signedByName} {
		if s, ok := family(name); ok {
			return s, nil
		}
	}
	return Scenario{}, &ErrUnknown{"scenario", name}
}

// Genuine is the name of the scenario of a card without any change.
const Genuine = "genuine"

// Profile makes the chip of the scenario's card for a persona.
func (s Scenario) Profile(i *issuer.Issuer, p persona.Persona) (chip.Profile, error) {
	if s.person != nil {
		s.person(&p)
	}
	var o issuer.Options
	if s.order != nil {
		if err := s.order(p, &o); err != nil {
			return chip.Profile{}, fmt.Errorf("scenario %s: %w", s.Name, err)
		}
	}
	profile, err := i.Personalise(p, o)
	if err != nil {
		return chip.Profile{}, err
	}
	profile.Name = p.Name + "/" + s.Name
	if s.link != nil {
		s.link(&profile)
	}
	c := &card{profile, p, i}
	if s.alter != nil {
		if err := s.alter(c); err != nil {
			return chip.Profile{}, fmt.Errorf("scenario %s: %w", s.Name, err)
		}
	}
	return c.Profile, nil
}

// ordered is order for what cannot fail, altered is alter.
func ordered(change func(*issuer.Options)) func(persona.Persona, *issuer.Options) error {
	return func(_ persona.Persona, o *issuer.Options) error {
		change(o)
		return nil
	}
}

func altered(change func(*card)) func(*card) error {
	return func(c *card) error {
		change(c)
		return nil
	}
}

// faulty makes the chip fail in the given ways.
func faulty(faults ...chip.Fault) func(*card) error {
	return altered(func(c *card) { c.Faults = append(c.Faults, faults...) })
}
