package rpc

import (
	"chipid/agent/answer"
	"chipid/agent/reading"
)

// readerJSON is one reader as clients see it.
type readerJSON struct {
	Name      string       `json:"name"`
	Card      bool         `json:"card"`
	State     reading.Card `json:"state"`
	Insertion uint64       `json:"insertion"`
	Synthetic bool         `json:"synthetic"`
	Busy      bool         `json:"busy"`
}

// stuck is the state of a reader that stopped answering.
const stuck reading.Card = "stuck"

func newReader(r reading.Reader) readerJSON {
	j := readerJSON{Name: r.Name, Card: r.Card != reading.CardNone, State: r.Card, Insertion: r.Insertion, Synthetic: r.Synthetic, Busy: r.Busy}
	if r.Stuck {
		j.Card, j.State = false, stuck
	}
	return j
}

// readersState is the whole state: the answer to readers.list, and part of every event.
type readersState struct {
	Readers []readerJSON    `json:"readers"`
	Service *answer.Failure `json:"service"`
}

func newReadersState(s reading.State) readersState {
	out := readersState{Readers: []readerJSON{}}
	for _, r := range s.Readers {
		out.Readers = append(out.Readers, newReader(r))
	}
	if fault := s.ServiceFault(); fault != nil {
		failure := answer.FailureOf(fault)
		out.Service = &failure
	}
	return out
}

// sameService tells whether the smart-card service stands as it stood.
func sameService(before, after reading.State) bool {
	was, is := newReadersState(before).Service, newReadersState(after).Service
	if was == nil || is == nil {
		return was == is
	}
	return was.Code == is.Code
}

// event is the params of reader.* and card.* notifications.
type event struct {
	Reader readerJSON `json:"reader"`
	readersState
	Synthetic bool `json:"synthetic"`
}

// present tells whether readers and cards may be told to the client now.
func (c *session) present() bool {
	p, ok := c.server.config.Counter.Permission(c.conn.Caller())
	return ok && p.Presence && !c.conn.Pairing()
}

// events tells the client of everything there is, and of every change until the
// connection ends, as long as its grant says so.
func (c *session) events() {
	seen := reading.State{}
	for {
		state, changed := c.server.config.Counter.State()
		if c.present() {
			whole := newReadersState(state)
			if !sameService(seen, state) {
				c.notify(NotifyService, whole)
			}
			for _, e := range reading.Diff(seen, state) {
				c.notify(string(e.Kind), event{newReader(e.Reader), whole, e.Reader.Synthetic})
			}
			seen = state
		}
		select {
		case <-changed:
		case <-c.ctx.Done():
			return
		}
	}
}
