package trace

import (
	"sync"
	"time"
)

// What a tape keeps at most.
const (
	maxLines = 5000
	maxBytes = 32 << 20 // on the wire, of all lines
)

// Tape keeps the last lines of all readers. It is safe for concurrent use.
type Tape struct {
	now func() time.Time

	mu      sync.Mutex
	lines   []Line
	last    uint64
	bytes   int
	changed chan struct{}
}

// NewTape returns an empty tape.
func NewTape() *Tape { return &Tape{now: time.Now, changed: make(chan struct{})} }

// Add puts a line at the end and numbers it; the oldest give way.
func (t *Tape) Add(l Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	l.Seq, l.Time = t.last, t.now().Round(time.Microsecond)
	t.lines = append(t.lines, l)
	t.bytes += size(&l)
	drop := 0
	for len(t.lines)-drop > maxLines || t.bytes > maxBytes && len(t.lines)-drop > 1 {
		t.bytes -= size(&t.lines[drop])
		drop++
	}
	t.lines = t.lines[drop:]
	close(t.changed)
	t.changed = make(chan struct{})
}

func size(l *Line) int {
	if l.Exchange == nil {
		return 0
	}
	return len(l.Command) + len(l.Response)
}

// Since returns the lines after number seq, oldest first, and a channel that is
// closed when more come. 0 gives all that are kept.
func (t *Tape) Since(seq uint64) ([]Line, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := t.last - uint64(len(t.lines)) // the number before the first that is kept
	skip := 0
	if seq > first {
		skip = int(min(seq-first, uint64(len(t.lines))))
	}
	return append([]Line(nil), t.lines[skip:]...), t.changed
}

// Last returns the number of the last line, 0 before the first.
func (t *Tape) Last() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// Clear forgets the lines; the numbers go on.
func (t *Tape) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines, t.bytes = nil, 0
}
