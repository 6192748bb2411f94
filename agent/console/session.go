package console

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"chipid/agent/answer"
)

// Bounds of a conversation.
const (
	subProtocol = "chipid.console.1"
	maxMessage  = 16 << 10 // bytes
	writeTime   = 10 * time.Second
	pingEvery   = 20 * time.Second
	silence     = 50 * time.Second
	maxActions  = 4 // at once
	// pace is the least time between two states: progress comes in hundreds of steps.
	pace = 50 * time.Millisecond
)

// closeStranger tells the page that its ticket or token is not good (any longer).
const closeStranger = 4401

// said is one message of the page: first who it is, then what the officer wants.
type said struct {
	Ticket string `json:"ticket"`
	Token  string `json:"token"`
	// N names an action, so that its end can be told.
	N int `json:"n"`
	Action
}

// told is one message to the page.
type told struct {
	Token string `json:"token,omitempty"`
	Words *words `json:"words,omitempty"`
	State *State `json:"state,omitempty"`
	// N is the action that has ended; Failure says why it came to nothing.
	N       int             `json:"n,omitempty"`
	Result  any             `json:"result,omitempty"`
	Failure *answer.Failure `json:"failure,omitempty"`
}

// socket speaks with one page.
func (r *Room) socket(w http.ResponseWriter, q *http.Request) {
	select {
	case r.seats <- struct{}{}:
		defer func() { <-r.seats }()
	default:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.work.Add(1)
	r.mu.Unlock()
	defer r.work.Done()
	ws, err := r.upgrader.Upgrade(w, q, nil)
	if err != nil {
		return
	}
	s := &session{room: r, ws: ws}
	defer ws.Close()
	stop := context.AfterFunc(r.ctx, func() { s.close(websocket.CloseGoingAway); ws.Close() })
	defer stop()
	s.serve()
}

// session is the conversation with one page.
type session struct {
	room *Room
	mu   sync.Mutex // one writer at a time
	ws   *websocket.Conn
}

func (s *session) serve() {
	ws := s.ws
	ws.SetReadLimit(maxMessage)
	_ = ws.SetReadDeadline(time.Now().Add(headerTime))
	hello, ok := s.read()
	if !ok || !s.room.admit(hello) {
		s.close(closeStranger)
		return
	}
	ws.SetPongHandler(func(string) error { return ws.SetReadDeadline(time.Now().Add(silence)) })
	ctx, cancel := context.WithCancel(s.room.ctx)
	defer cancel()
	now := s.room.now()
	token := s.room.tokens.issue(now, now.Add(pageTime))
	defer func() { s.room.tokens.until(token, s.room.now().Add(tokenTime)) }()
	s.send(told{Token: token, Words: &words{answer.Fields()}})
	var beside sync.WaitGroup
	defer beside.Wait()
	defer cancel()
	beside.Go(func() { s.ping(ctx) })
	beside.Go(func() { s.show(ctx) })
	hands := make(chan struct{}, maxActions)
	for {
		_ = ws.SetReadDeadline(time.Now().Add(silence))
		a, ok := s.read()
		if !ok {
			return
		}
		hands <- struct{}{}
		beside.Go(func() {
			defer func() { <-hands }()
			s.do(ctx, a)
		})
	}
}

// admit tells whether a page may come in: with a ticket that was never used, or
// with the token of a page that was in.
func (r *Room) admit(hello said) bool {
	if hello.Ticket != "" {
		return r.tickets.take(hello.Ticket, r.now())
	}
	return r.tokens.take(hello.Token, r.now())
}

// read returns the next message; false at the end, and for one that is none.
func (s *session) read() (m said, ok bool) {
	kind, b, err := s.ws.ReadMessage()
	if err != nil || kind != websocket.TextMessage {
		return said{}, false
	}
	return parse(b)
}

// parse reads a message of the page; false for what is none.
func parse(b []byte) (m said, ok bool) {
	if json.Unmarshal(b, &m) != nil {
		return said{}, false
	}
	return m, true
}

// do carries out an action and tells its end.
func (s *session) do(ctx context.Context, a said) {
	result, failure := s.room.config.Agent.Do(ctx, a.Action)
	if failure != nil {
		s.room.log.Info("console: refused", "what", string(a.What), "code", string(failure.Code))
	}
	s.send(told{N: a.N, Result: result, Failure: failure})
}

// show tells the state and its changes.
func (s *session) show(ctx context.Context) {
	s.room.config.Agent.Watch(ctx, func(state State) {
		s.send(told{State: &state})
		select {
		case <-time.After(pace):
		case <-ctx.Done():
		}
	})
}

func (s *session) ping(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = s.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime))
		case <-ctx.Done():
			return
		}
	}
}

// send writes one message; a page that does not take it is cut off.
func (s *session) send(m told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.ws.SetWriteDeadline(time.Now().Add(writeTime))
	if s.ws.WriteJSON(m) != nil {
		s.ws.Close()
	}
}

func (s *session) close(code int) {
	_ = s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(writeTime))
}

// words are what the page needs to speak of fields.
type words struct {
	Fields []answer.Field `json:"fields"`
}
