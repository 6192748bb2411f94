package reading

import "slices"

// Card is what is known of the card in a reader.
type Card string

// The states of a card. Only a citizen's card can be read; what is unknown is
// left alone until it is taken away.
const (
	CardNone     Card = "none"     // no card is in
	CardChecking Card = "checking" // a card was put in and is being tried
	CardCitizen  Card = "citizen"  // the eMRTD application answers
	CardUnknown  Card = "unknown"  // a card of another kind: a token, a bank card
	CardBusy     Card = "busy"     // another program held it when it was to be tried
	CardMute     Card = "mute"     // it does not answer: wrong way round, or damaged
)

// Reader is the state of one reader.
type Reader struct {
	Name string
	Card Card
	// Insertion tells one insertion of a card from the next; 0 before the first.
	Insertion uint64
	// Came counts the cards that have come into the reader while the desk watches it,
	// those of another kind left out: whoever looks now and then sees by it that a card
	// came and went between two looks.
	Came uint64
	// Synthetic marks a reader whose cards are never real.
	Synthetic bool
	// Stuck marks a reader that stopped answering, Busy one that a job uses.
	Stuck, Busy bool

	// arrived orders the cards by when they were put in; 0 for one that was in
	// before the desk began to watch.
	arrived uint64
}

// State is everything that the desk knows. It is not changed after it was told.
type State struct {
	// Service says why there is no smart-card service, nil while it runs.
	Service error
	Readers []Reader
}

// Find returns the reader of that name.
func (s State) Find(name string) (Reader, bool) {
	i := slices.IndexFunc(s.Readers, func(r Reader) bool { return r.Name == name })
	if i < 0 {
		return Reader{}, false
	}
	return s.Readers[i], true
}

// settled tells whether no card is still being tried.
func (s State) settled() bool {
	return !slices.ContainsFunc(s.Readers, func(r Reader) bool { return r.Card == CardChecking })
}

// EventKind is what happened, in the words of the protocol.
type EventKind string

// The events.
const (
	ReaderAttached EventKind = "reader.attached"
	ReaderDetached EventKind = "reader.detached"
	CardInserted   EventKind = "card.inserted"
	CardRemoved    EventKind = "card.removed"
	CardIsUnknown  EventKind = "card.unknown"
)

// Event is one change of one reader.
type Event struct {
	Kind   EventKind
	Reader Reader
}

// Diff returns what happened between two states. From the zero State it tells
// everything there is. A card that was changed for another between the two is
// both removed and inserted. A stuck reader counts as detached.
func Diff(before, after State) []Event {
	var events []Event
	for _, was := range before.Readers {
		if is, ok := after.Find(was.Name); !was.Stuck && (!ok || is.Stuck) {
			events = append(events, gone(was)...)
			events = append(events, Event{ReaderDetached, was})
		}
	}
	for _, is := range after.Readers {
		was, ok := before.Find(is.Name)
		switch {
		case is.Stuck:
			continue
		case !ok || was.Stuck:
			events = append(events, Event{ReaderAttached, is})
			events = append(events, come(is)...)
		case was.told() && (!is.told() || is.Insertion != was.Insertion || is.Card != was.Card):
			removed := is
			removed.Card, removed.Insertion = CardNone, was.Insertion
			events = append(events, Event{CardRemoved, removed})
			events = append(events, come(is)...)
		case !was.told():
			events = append(events, come(is)...)
		}
	}
	return events
}

// told tells whether listeners have heard of the card that is in.
func (r Reader) told() bool { return r.Card != CardNone && r.Card != CardChecking && r.Card != "" }

// come is the event of a card that is in, if it is known what it is.
func come(r Reader) []Event {
	switch {
	case !r.told():
		return nil
	case r.Card == CardCitizen:
		return []Event{{CardInserted, r}}
	}
	return []Event{{CardIsUnknown, r}}
}

// gone is the event of a card that leaves together with its reader.
func gone(r Reader) []Event {
	if !r.told() {
		return nil
	}
	r.Card = CardNone
	return []Event{{CardRemoved, r}}
}
