package gateway

import (
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// door counts who is inside.
type door struct {
	limits Limits

	mu     sync.Mutex
	closed bool
	total  int
	from   map[string]*visitor
	conns  map[*Conn]bool
	inside sync.WaitGroup
}

// visitor is one origin: how many connections it has and how fast it opens them.
// All that have no grant are one visitor, so that there are never more of them
// than grants.
type visitor struct {
	open int
	rate *bucket
}

func newDoor(limits Limits) *door {
	return &door{limits: limits, from: map[string]*visitor{}, conns: map[*Conn]bool{}}
}

// nobody is the one visitor that all without a grant are.
const nobody = ""

// guest names a visit's visitor: strangers cannot use up a wanted page's share.
func (v visit) guest() string {
	if v.standing == admitted {
		return v.caller.String()
	}
	return nobody
}

// enter counts a new connection.
func (d *door) enter(guest string, now time.Time) *Refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.from[guest]
	if v == nil {
		v = &visitor{rate: newBucket(d.limits.Handshakes)}
		d.from[guest] = v
	}
	switch {
	case d.closed || d.total >= d.limits.Total:
		return TooMany
	case guest == nobody && v.open >= d.limits.Strangers:
		return TooManyFromThere
	case v.open >= d.limits.PerOrigin:
		return TooManyFromThere
	case !v.rate.take(now):
		return TooOften
	}
	d.total++
	v.open++
	d.inside.Add(1)
	return nil
}

// leave gives the place of enter back.
func (d *door) leave(guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total--
	d.from[guest].open--
	d.inside.Done()
}

// add registers an open connection, unless the agent is stopping.
func (d *door) add(c *Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.conns[c] = true
	return true
}

func (d *door) remove(c *Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.conns, c)
}

// each calls f with every open connection.
func (d *door) each(f func(*Conn)) {
	d.mu.Lock()
	open := make([]*Conn, 0, len(d.conns))
	for c := range d.conns {
		open = append(open, c)
	}
	d.mu.Unlock()
	for _, c := range open {
		f(c)
	}
}

// shut lets nobody in any more, ends every connection and waits until all who
// entered have left.
func (d *door) shut() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.each(func(c *Conn) { c.Close(websocket.CloseGoingAway, "agent is stopping") })
	d.inside.Wait()
}
