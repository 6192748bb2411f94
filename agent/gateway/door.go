package gateway

import (
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// door counts who is inside.
type door struct {
	limits Limits

	mu     sync.Mutex
	closed bool
	total  int
	from   map[consent.Origin]*visitor
	conns  map[*Conn]bool
	inside sync.WaitGroup
}

// visitor is one origin: how many connections it has and how fast it opens them.
// There are never more of them than admitted origins.
type visitor struct {
	open int
	rate *bucket
}

func newDoor(limits Limits) *door {
	return &door{limits: limits, from: map[consent.Origin]*visitor{}, conns: map[*Conn]bool{}}
}

// enter counts a new connection of an admitted origin. Only admitted origins
// are counted, so that strangers cannot use up a wanted page's share.
func (d *door) enter(o consent.Origin, now time.Time) *Refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.from[o]
	if v == nil {
		v = &visitor{rate: newBucket(d.limits.Handshakes)}
		d.from[o] = v
	}
	switch {
	case d.closed || d.total >= d.limits.Total:
		return TooMany
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
func (d *door) leave(o consent.Origin) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total--
	d.from[o].open--
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

// shut lets nobody in any more, ends every connection and waits until all who
// entered have left.
func (d *door) shut() {
	d.mu.Lock()
	d.closed = true
	open := make([]*Conn, 0, len(d.conns))
	for c := range d.conns {
		open = append(open, c)
	}
	d.mu.Unlock()
	for _, c := range open {
		c.Close(websocket.CloseGoingAway, "agent is stopping")
	}
	d.inside.Wait()
}
