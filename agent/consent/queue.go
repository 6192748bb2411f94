package consent

import (
	"context"
	"errors"
	"strconv"
	"sync"
)

// maxPending is how many questions may wait in a Queue.
const maxPending = 8

// ErrNoQuestion: no such question waits.
var ErrNoQuestion = errors.New("consent: no such question")

// Queue is a [Prompter] without a window: questions wait until a command
// (`origins pending`, `approve`, `deny`, `pair`) answers them.
type Queue struct {
	mu      sync.Mutex
	last    int
	pending []*Pending
	changed chan struct{}
}

// Pending is a question that waits.
type Pending struct {
	ID string
	Question
	answer chan Decision
}

// NewQueue makes an empty queue.
func NewQueue() *Queue { return &Queue{changed: make(chan struct{})} }

// Ask implements [Prompter].
func (q *Queue) Ask(ctx context.Context, question Question) (Decision, error) {
	p, err := q.add(question)
	if err != nil {
		return Decision{}, err
	}
	defer q.drop(p)
	select {
	case d := <-p.answer:
		return d, nil
	case <-ctx.Done():
		return Decision{}, ctx.Err()
	}
}

func (q *Queue) add(question Question) (*Pending, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pending) >= maxPending {
		return nil, ErrNobody
	}
	q.last++
	p := &Pending{ID: strconv.Itoa(q.last), Question: question, answer: make(chan Decision, 1)}
	q.pending = append(q.pending, p)
	q.notify()
	return p, nil
}

func (q *Queue) drop(p *Pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, each := range q.pending {
		if each == p {
			q.pending = append(q.pending[:i:i], q.pending[i+1:]...)
			q.notify()
			return
		}
	}
}

// notify wakes whoever waits for a change. The lock is held.
func (q *Queue) notify() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// List returns the questions that wait, and a channel that is closed at the next change.
func (q *Queue) List() ([]Pending, <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]Pending, 0, len(q.pending))
	for _, p := range q.pending {
		all = append(all, *p)
	}
	return all, q.changed
}

// Answer decides the question of that id.
func (q *Queue) Answer(id string, d Decision) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, p := range q.pending {
		if p.ID != id {
			continue
		}
		select {
		case p.answer <- d:
			return nil
		default: // it was answered a moment ago
		}
	}
	return ErrNoQuestion
}
