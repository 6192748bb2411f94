//go:build cgo || windows

package pcsc

import (
	"slices"

	"github.com/ebfe/scard"

	"chipid/cardlib/readers"
)

// maxLooks bounds how often a look is repeated because a reader went away in it.
const maxLooks = 5

// look is one picture of all readers: what is told of them, and what a wait for
// the next change starts from.
type look struct {
	state readers.State
	names []string
	raw   []scard.ReaderState
}

// establish opens a context of the service.
func establish() (*scard.Context, error) {
	sc, err := scard.EstablishContext()
	if err != nil {
		return nil, unavailable("SCardEstablishContext", err)
	}
	return sc, nil
}

// listReaders names the readers in the service's order; none is no error.
func listReaders(sc *scard.Context) ([]string, error) {
	names, err := sc.ListReaders()
	if err != nil && !isCode(err, scard.ErrNoReadersAvailable) {
		return nil, unavailable("SCardListReaders", err)
	}
	return names, nil
}

// look takes a picture. Looks are taken one at a time, so that their order is
// that of the events they show.
func (s *Source) look(sc *scard.Context) (look, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for try := 0; ; try++ {
		names, err := listReaders(sc)
		if err != nil {
			return look{}, err
		}
		raw, err := readStates(sc, names)
		if err == nil {
			return s.picture(names, raw), nil
		}
		if !isCode(err, scard.ErrUnknownReader) || try == maxLooks {
			return look{}, unavailable("SCardGetStatusChange", err)
		}
	}
}

// readStates asks for the state of each reader at once.
func readStates(sc *scard.Context, names []string) ([]scard.ReaderState, error) {
	if len(names) == 0 {
		return nil, nil
	}
	raw := make([]scard.ReaderState, len(names))
	for i, name := range names {
		raw[i] = scard.ReaderState{Reader: name, CurrentState: scard.StateUnaware}
	}
	return raw, statusChange(sc, raw, 0)
}

// picture turns the service's states into ours.
func (s *Source) picture(names []string, raw []scard.ReaderState) look {
	s.inserted.keep(names)
	for name := range s.stuck {
		if !slices.Contains(names, name) {
			delete(s.stuck, name) // plugged in again it is another chance
		}
	}
	list := make([]readers.Reader, len(raw))
	for i, r := range raw {
		present := r.EventState&scard.StatePresent != 0
		list[i] = readers.Reader{
			Name:      r.Reader,
			Card:      present,
			Insertion: s.inserted.observe(r.Reader, present, uint16(r.EventState>>16)),
			Stuck:     s.stuck[r.Reader],
			Mute:      present && r.EventState&scard.StateMute != 0,
			Synthetic: synthetic(r.Reader),
		}
		if present && len(r.Atr) > 0 {
			list[i].ATR = slices.Clone(r.Atr)
		}
	}
	return look{state: readers.State{Readers: list}, names: names, raw: raw}
}

// same tells whether other shows exactly what l shows.
func (l look) same(other look) bool {
	return slices.EqualFunc(l.raw, other.raw, func(a, b scard.ReaderState) bool {
		return a.Reader == b.Reader && a.EventState == b.EventState && slices.Equal(a.Atr, b.Atr)
	})
}
