package reading

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"chipid/agent/child"
	"chipid/cardlib/readers"
)

// Limits of a desk.
const (
	// JobLimit is how long one read may take, waiting for the card included.
	JobLimit = 60 * time.Second
	// FlickerLimit is how long a card may be out and still be read on.
	FlickerLimit = 3 * time.Second
	// probeLimit is how long finding out what a card is may take.
	probeLimit = 10 * time.Second
	// probePause lies before the second try with a card that another program has
	// just reset, as services do that look at every card.
	probePause = 300 * time.Millisecond
)

// Config is what a Desk needs.
type Config struct {
	Source readers.Source
	// Children start what reads cards: one child a read. nil reads within the process,
	// trusts nothing and shows JPEG and PNG alone.
	Children child.Starter
	// Trust says where the children find what cards are judged against; nil is nowhere.
	Trust func() child.Trust
	// Limit is how long one read may take; 0 is JobLimit.
	Limit time.Duration
	// Flicker is how long a card may be out and still be read on; 0 is FlickerLimit.
	Flicker time.Duration
	// Log may be nil. It gets names of readers and codes, never what was read.
	Log *slog.Logger
}

// Desk watches readers and runs reads. Make it with New, and call Run.
type Desk struct {
	config Config
	log    *slog.Logger
	probes sync.WaitGroup

	mu       sync.Mutex
	watching context.Context // that of Run; what runs in the background ends with it
	service  error
	slots    []*slot // in the order in which the source tells them
	first    bool    // the source has told something
	arrival  uint64
	changed  chan struct{} // closed at the next change
}

// slot is one reader.
type slot struct {
	Reader
	// tries counts the wrong keys that the card that is in was given.
	tries int
	// job ends the read that runs on this reader, nil if there is none.
	job context.CancelCauseFunc
	// held keeps the reader for a job whose card has slipped out.
	held bool
	// probe ends finding out what the card is, nil if nothing runs.
	probe context.CancelFunc
}

// New makes a desk.
func New(config Config) *Desk {
	if config.Limit == 0 {
		config.Limit = JobLimit
	}
	if config.Flicker == 0 {
		config.Flicker = FlickerLimit
	}
	if config.Children == nil {
		config.Children = child.Goroutine{}
	}
	if config.Trust == nil {
		config.Trust = func() child.Trust { return child.Trust{} }
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{config: config, log: config.Log, changed: make(chan struct{})}
}

// Run watches the readers until ctx ends. It returns when nothing that it
// started is left.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d.mu.Lock()
	d.watching = ctx
	d.mu.Unlock()
	d.told(ctx, d.config.Source.List(ctx)) // whole, also where several sources are joined
	err := d.config.Source.Watch(ctx, func(s readers.State) { d.told(ctx, s) })
	cancel()
	d.mu.Lock()
	for _, s := range d.slots {
		s.leave()
	}
	d.mu.Unlock()
	d.probes.Wait()
	return err
}

// State returns the state and a channel that is closed when it changes.
func (d *Desk) State() (State, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state(), d.changed
}

func (d *Desk) state() State {
	s := State{Service: d.service, Readers: make([]Reader, 0, len(d.slots))}
	for _, slot := range d.slots {
		r := slot.Reader
		r.Busy = slot.job != nil || slot.held
		s.Readers = append(s.Readers, r)
	}
	return s
}

// notify wakes whoever waits for a change. The lock is held.
func (d *Desk) notify() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// told takes over what the source says.
func (d *Desk) told(ctx context.Context, s readers.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	// Cards that were in from the start have no order among each other.
	arrived := uint64(0)
	if d.first {
		d.arrival++
		arrived = d.arrival
	}
	d.first = true
	d.service = s.Err
	old := d.slots
	d.slots = make([]*slot, 0, len(s.Readers))
	for _, r := range s.Readers {
		next := take(&old, r.Name)
		d.update(ctx, next, r, arrived)
		d.slots = append(d.slots, next)
	}
	for _, unplugged := range old {
		unplugged.leave()
	}
	d.notify()
}

// take removes the slot of that name from the list, or makes one.
func take(slots *[]*slot, name string) *slot {
	for i, s := range *slots {
		if s.Name == name {
			*slots = append((*slots)[:i:i], (*slots)[i+1:]...)
			return s
		}
	}
	return &slot{Reader: Reader{Name: name, Card: CardNone}}
}

// update takes over what the source says of one reader.
func (d *Desk) update(ctx context.Context, s *slot, r readers.Reader, arrived uint64) {
	s.Synthetic = r.Synthetic
	in := r.Card && !r.Stuck
	same := in && s.Card != CardNone && s.Insertion == r.Insertion && s.Stuck == r.Stuck
	s.Stuck = r.Stuck
	if same {
		return
	}
	s.leave()
	s.Insertion, s.tries, s.Card = r.Insertion, 0, CardNone
	if in {
		s.Came++
	}
	switch {
	case !in:
	case r.Mute:
		s.Card, s.arrived = CardMute, arrived
	default:
		s.Card, s.arrived = CardChecking, arrived
		d.startProbe(ctx, s)
	}
}

// leave ends what runs on a card that has gone.
func (s *slot) leave() {
	if s.job != nil {
		s.job(errCardGone)
	}
	if s.probe != nil {
		s.probe()
		s.probe = nil
	}
}

// find returns the slot of that name, nil if it is gone. The lock is held.
func (d *Desk) find(name string) *slot {
	for _, s := range d.slots {
		if s.Name == name {
			return s
		}
	}
	return nil
}
