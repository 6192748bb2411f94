package pcsc

// insertions numbers the insertions of cards over all readers of a source.
// The service's own event counter (the upper half of a reader's state) tells of
// a card that was pulled and put back between two looks. The zero value is ready.
type insertions struct {
	last    uint64
	readers map[string]*slot
}

// slot is a reader as it was seen last.
type slot struct {
	known     bool // false once the reader or the service was away: its counter began anew
	present   bool
	events    uint16
	insertion uint64
}

// maxEvents is the largest jump of the event counter that is believed; another
// one is a counter that wrapped or began anew.
const maxEvents = 64

// observe takes in one look at a reader and returns the number of the latest
// insertion in it, 0 if there was none.
func (n *insertions) observe(reader string, present bool, events uint16) uint64 {
	if n.readers == nil {
		n.readers = make(map[string]*slot)
	}
	s := n.readers[reader]
	if s == nil {
		s = &slot{}
		n.readers[reader] = s
	}
	if added := s.inserted(present, events); added > 0 {
		n.last += added
		s.insertion = n.last
	}
	s.known, s.present, s.events = true, present, events
	return s.insertion
}

// inserted counts the insertions between the look before and this one. Removals
// and insertions take turns, so their sum says how many of each there were.
func (s *slot) inserted(present bool, events uint16) uint64 {
	since := events - s.events
	alternating := (since%2 == 1) == (present != s.present)
	switch {
	case s.known && alternating && since <= maxEvents && s.present:
		return uint64(since / 2)
	case s.known && alternating && since <= maxEvents:
		return uint64(since+1) / 2
	case present && (!s.known || !s.present || since != 0):
		return 1
	}
	return 0
}

// keep forgets the counters of all readers that are not in names: if one comes
// back, what is in it is a new insertion.
func (n *insertions) keep(names []string) {
	here := make(map[string]bool, len(names))
	for _, name := range names {
		here[name] = true
	}
	for name, s := range n.readers {
		if !here[name] {
			s.known, s.present = false, false
		}
	}
}
