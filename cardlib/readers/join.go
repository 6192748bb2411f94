package readers

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Join makes one source of several: their readers stand in the order of the
// sources. Insertions are numbered anew, so that the highest number is the card
// that came last wherever it came. The joined Err is set only while no source
// works; it is then the first source's.
func Join(sources ...Source) Source {
	return &joined{sources: sources, numbers: make(map[place]*number)}
}

type joined struct {
	sources []Source
	mu      sync.Mutex // guards numbers
	numbers map[place]*number
	last    uint64
}

// place is a reader of one of the sources.
type place struct {
	source int
	reader string
}

// number is the insertion of a reader as its source and as we count it.
type number struct {
	source uint64
	own    uint64
}

// Watch implements Source. It ends as soon as one source's Watch fails, with its error.
func (j *joined) Watch(ctx context.Context, tell func(State)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu     sync.Mutex
		states = make([]State, len(j.sources))
		wg     sync.WaitGroup
		errs   = make([]error, len(j.sources))
	)
	for i, source := range j.sources {
		states[i] = source.List(ctx) // so that already the first state told is whole
	}
	for i, source := range j.sources {
		wg.Go(func() {
			errs[i] = source.Watch(ctx, func(s State) {
				mu.Lock()
				defer mu.Unlock()
				states[i] = s
				tell(j.merge(states))
			})
			if errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// List implements Source.
func (j *joined) List(ctx context.Context) State {
	states := make([]State, len(j.sources))
	for i, source := range j.sources {
		states[i] = source.List(ctx)
	}
	return j.merge(states)
}

// Connect implements Source: the first source that knows the reader connects. If
// none does, a source that could not be asked outweighs those that said no.
func (j *joined) Connect(ctx context.Context, reader string) (Conn, error) {
	refusal := ErrUnknownReader
	for _, source := range j.sources {
		conn, err := source.Connect(ctx, reader)
		switch {
		case err == nil:
			return conn, nil
		case errors.Is(err, ErrNoService):
			refusal = err
		case !errors.Is(err, ErrUnknownReader):
			return nil, err
		}
	}
	return nil, refusal
}

// merge makes one state of the sources' states.
func (j *joined) merge(states []State) State {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all State
	working := len(states) == 0
	for i, s := range states {
		working = working || s.Err == nil
		for _, r := range s.Readers {
			r.Insertion = j.renumber(place{i, r.Name}, r.Insertion)
			all.Readers = append(all.Readers, r)
		}
	}
	if first := slices.IndexFunc(states, func(s State) bool { return s.Err != nil }); !working && first >= 0 {
		all.Err = states[first].Err
	}
	return all
}

func (j *joined) renumber(at place, source uint64) uint64 {
	if source == 0 {
		return 0
	}
	n := j.numbers[at]
	if n == nil {
		n = &number{}
		j.numbers[at] = n
	}
	if n.source != source {
		j.last++
		n.source, n.own = source, j.last
	}
	return n.own
}
