package rack

import (
	"sync"
	"sync/atomic"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

// Slot is one reader of a rack.
type Slot struct {
	rack      *Rack
	name, way string
	port      Port

	// Read by a card in the middle of an exchange, where no lock may be taken that is
	// held while cards are spoken to.
	setting atomic.Pointer[linkmodel.Setting]
	tear    atomic.Pointer[Tear]

	change sync.Mutex // one person at a time puts cards in and out

	// Guarded by rack.mu.
	card      string
	insertion uint64
	atr       []byte

	make   sync.Mutex // guards played, which is made when first needed: keys take time
	played *Played
	of     uint64 // the insertion that played belongs to
}

// Name is the reader's name.
func (s *Slot) Name() string { return s.name }

// state is the slot's part of the rack's state; rack.mu is held.
func (s *Slot) state() State {
	return State{Name: s.name, Way: s.way, Card: s.card, Insertion: s.insertion, ATR: s.atr,
		Link: s.setting.Load().Text, Tear: s.tear.Load()}
}

// State returns the reader's state.
func (s *Slot) State() State {
	s.rack.mu.Lock()
	defer s.rack.mu.Unlock()
	return s.state()
}

// Insert puts the card PERSONA[/SCENARIO] in; one that is in is taken out first.
// It is a fresh chip each time.
func (s *Slot) Insert(card string) error {
	if err := s.rack.known(card); err != nil {
		return err
	}
	s.change.Lock()
	defer s.change.Unlock()
	return s.put(card)
}

// put is Insert while change is held. Where the card goes into a port, that it is
// in is announced only when it can be spoken to there.
func (s *Slot) put(card string) error {
	s.takeOut()
	atr := s.atrOf(card)
	s.rack.mu.Lock()
	s.card, s.atr = card, atr
	s.insertion++
	s.rack.mu.Unlock()
	s.tell(trace.Insert, card)
	if s.port != nil {
		played, err := s.Card()
		if err != nil {
			s.takeOut()
			return err
		}
		s.port.Put(played)
	}
	s.rack.wake()
	return nil
}

// Remove takes the card out and reports whether there was one.
func (s *Slot) Remove() bool {
	s.change.Lock()
	defer s.change.Unlock()
	return s.takeOut()
}

// takeOut is Remove while change is held.
func (s *Slot) takeOut() bool {
	s.rack.mu.Lock()
	card := s.card
	s.card, s.atr = "", nil
	if card != "" {
		s.rack.announce()
	}
	s.rack.mu.Unlock()
	if card == "" {
		return false
	}
	s.tell(trace.Remove, card)
	if s.port != nil {
		s.port.Pull()
	}
	s.discard()
	return true
}

// discard takes away the chip of an insertion that is over.
func (s *Slot) discard() {
	s.make.Lock()
	defer s.make.Unlock()
	if s.played != nil {
		s.played.Remove()
		s.played = nil
	}
}

// torn empties the reader whose card took itself away.
func (s *Slot) torn(insertion uint64) {
	s.rack.mu.Lock()
	card := s.card
	mine := s.insertion == insertion && card != ""
	if mine {
		s.card, s.atr = "", nil
		s.rack.announce()
	}
	s.rack.mu.Unlock()
	if mine {
		s.tell(trace.Torn, card)
	}
}

// SetLink changes the link. Between contacts and the air, and between T=0 and
// T=1, the card must be moved: it is taken out and put in anew.
func (s *Slot) SetLink(text string) error {
	setting, err := linkmodel.Parse(text)
	if err != nil {
		return err
	}
	s.change.Lock()
	defer s.change.Unlock()
	before := s.setting.Swap(&setting)
	if before.Contact == setting.Contact && before.Model.Medium == setting.Model.Medium {
		s.rack.wake()
		return nil
	}
	card := s.State().Card
	if card == "" {
		return nil
	}
	return s.put(card)
}

// tell writes an event on the tape.
func (s *Slot) tell(kind trace.Kind, card string) {
	s.rack.tape.Add(trace.Line{Kind: kind, Reader: s.name, Card: card, Name: string(kind), Meaning: eventWords[kind]})
}

var eventWords = map[trace.Kind]trace.Text{
	trace.Insert: {Vi: "Thẻ được đặt lên đầu đọc", En: "A card is put on the reader"},
	trace.Remove: {Vi: "Thẻ được nhấc ra", En: "The card is taken away"},
	trace.Torn:   {Vi: "Thẻ rời đầu đọc giữa chừng", En: "The card leaves in the middle"},
	trace.Reset:  {Vi: "Đầu đọc khởi động lại chip", En: "The reader resets the chip"},
	trace.Armed:  {Vi: "Hẹn nhấc thẻ giữa chừng", En: "The card will be torn away"},
}

// atrOf is the answer to reset of a card over the present link; the chip is not
// made for it.
func (s *Slot) atrOf(card string) []byte {
	atr, _ := s.rack.deck.ATR(card) // the name was checked before
	if setting := s.setting.Load(); setting.Contact && card != scenario.ForeignToken {
		return contactATR(setting, atr)
	}
	return atr
}

// Card returns the card that is in, made if it is the first time. The error is
// apdu.ErrNoCard if the reader is empty.
func (s *Slot) Card() (*Played, error) {
	s.make.Lock()
	defer s.make.Unlock()
	now := s.State()
	if now.Card == "" {
		return nil, apdu.ErrNoCard
	}
	if s.played != nil && s.of == now.Insertion {
		return s.played, nil
	}
	played, err := s.play(now)
	if err != nil {
		return nil, err
	}
	s.played, s.of = played, now.Insertion
	return played, nil
}
