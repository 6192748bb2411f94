package rpc

import (
	"context"
	"sync"

	"github.com/gorilla/websocket"

	"chipid/agent/catalogue"
	"chipid/agent/counter"
	"chipid/agent/rpc/schema"
)

// session is the conversation with one client.
type session struct {
	server *Server
	conn   Conn
	base   context.Context // ends with the agent
	ctx    context.Context // ends with the connection
	work   sync.WaitGroup

	mu          sync.Mutex
	initialized bool
	running     map[string]context.CancelFunc // requests under way by the key of their id
	faults      int
	// pairing is the one that this client has begun
	pairing string
	// proof is the one under way, named by proofID
	proof   *counter.Proof
	proofID string
}

// late closes a connection whose client has not introduced itself in time.
func (c *session) late() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.initialized {
		c.conn.Close(websocket.ClosePolicyViolation, "initialize expected")
	}
}

// receive handles one message. Requests that take time are answered later.
func (c *session) receive(b []byte) {
	r, bad := c.server.schemas.parseRequest(b)
	clear(b)
	started := false
	switch {
	case bad != nil:
		c.answer("", r.id, nil, bad)
		c.fault()
	case r.id == nil:
		c.notified(r)
	default:
		started = c.request(r)
	}
	if !started {
		clear(r.secret)
	}
}

// fault counts messages that are no proper requests; too many end the connection.
func (c *session) fault() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.faults++; c.faults >= maxFaults {
		c.conn.Close(websocket.ClosePolicyViolation, "too many malformed messages")
	}
}

// notified handles a message without id. What is unknown is ignored: a later
// version's client may tell more. A method that has an answer is not run without
// an id, which is a fault, as is a notification with wrong params.
func (c *session) notified(r request) {
	if r.method != NotifyCancel {
		if _, called := schema.Find(r.method); called {
			c.fault()
		}
		return
	}
	if c.server.schemas.check("cancelRequest.params", r.params) != "" {
		c.fault()
		return
	}
	key, _ := idKey(r.params["id"])
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel := c.running[key]; cancel != nil {
		cancel()
	}
}

// methods are what a client can call and is answered at once.
var methods = map[string]func(*session, request) (any, *fault){
	MethodInitialize: (*session).initialize,
	MethodDiscover:   (*session).discover,
	MethodReaders:    (*session).readers,
	MethodPair:       (*session).pair,
	MethodReveal:     (*session).reveal,
}

// slow are the methods that take time: they run beside the conversation, can be
// cancelled, and answer by themselves. done frees the id and is called before.
var slow = map[string]func(c *session, ctx context.Context, r request, done func()){
	MethodRead:   (*session).read,
	MethodResume: (*session).resume,
	MethodFinish: (*session).finish,

	MethodProof:    (*session).prove,
	MethodRelay:    (*session).relay,
	MethodProofEnd: (*session).endProof,
}

// forPairing are the methods of a client that has no grant.
var forPairing = map[string]bool{MethodInitialize: true, MethodPair: true, MethodReveal: true, MethodFinish: true}

// request handles a message with an id. It tells whether the request goes on
// beside the conversation.
func (c *session) request(r request) (started bool) {
	key, _ := idKey(r.id)
	c.mu.Lock()
	_, inUse := c.running[key]
	ready, busy := c.initialized, len(c.running) >= maxInFlight
	c.mu.Unlock()
	method, known := methods[r.method]
	_, takesTime := slow[r.method]
	known = known || takesTime
	switch {
	case inUse:
		c.answer("", nil, nil, refuse(catalogue.InvalidRequest, "the id is in use"))
		c.fault()
	case !ready && r.method != MethodInitialize:
		c.answer(r.method, r.id, nil, refuse(catalogue.NotInitialized, ""))
		c.fault()
	case !known:
		c.answer(r.method, r.id, nil, refuse(catalogue.MethodNotFound, ""))
		c.fault()
	case c.conn.Pairing() && !forPairing[r.method]:
		c.answer(r.method, r.id, nil, refuse(catalogue.PairingOnly, ""))
		c.fault()
	case busy:
		c.answer(r.method, r.id, nil, refuse(catalogue.TooManyRequests, ""))
	default:
		return c.carryOut(key, r, method)
	}
	return false
}

// carryOut runs a request that may be made; a nil method is a slow one, which goes
// on.
func (c *session) carryOut(key string, r request, method func(*session, request) (any, *fault)) (started bool) {
	if bad := c.checkParams(r); bad != nil {
		c.answer(r.method, r.id, nil, bad)
		return false
	}
	if method == nil {
		c.start(key, r)
		return true
	}
	result, bad := method(c, r)
	c.answer(r.method, r.id, result, bad)
	if r.method == MethodInitialize && bad == nil && !c.conn.Pairing() {
		c.work.Go(c.events)
	}
	return false
}

// checkParams validates the params of a request with its schema; what a reader
// of the page should hear in particular has a code of its own.
func (c *session) checkParams(r request) *fault {
	if r.method == MethodRead {
		if code := missing(r.params); code != "" {
			return refuse(code, "")
		}
	}
	if detail := c.server.schemas.check(r.method+".params", r.params); detail != "" {
		return refuse(catalogue.InvalidParams, detail)
	}
	return nil
}

// start runs a slow method beside the conversation. A read whose result can be
// taken later goes on when the client has gone.
func (c *session) start(key string, r request) {
	base := c.ctx
	if _, ok := r.params["resume"]; ok && r.method == MethodRead {
		base = c.base
	}
	ctx, cancel := context.WithCancel(base)
	c.mu.Lock()
	c.running[key] = cancel
	c.mu.Unlock()
	c.work.Go(func() {
		defer cancel()
		defer clear(r.secret)
		slow[r.method](c, ctx, r, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.running, key)
		})
	})
}

// answer sends a result or an error.
func (c *session) answer(method string, id, result any, bad *fault) {
	m := response{Version: "2.0", ID: id, Result: result}
	if bad != nil {
		m.Result, m.Error = nil, bad.object()
		c.server.log.Info("refused", "caller", c.conn.Caller().String(), "method", method, "code", string(bad.data.Code))
	}
	c.send(method, m)
}

// notify sends a notification.
func (c *session) notify(method string, params any) {
	c.send(method, notification{Version: "2.0", Method: method, Params: params})
}

// send encodes and queues a message. An encoding cannot fail on our own types.
func (c *session) send(method string, m any) {
	b, err := encode(m)
	if err != nil {
		c.server.log.Error("message cannot be encoded", "method", method)
		return
	}
	c.write(method, b)
}

// write queues a message. A connection that has ended is seen by whoever reads from it.
func (c *session) write(method string, b []byte) {
	c.show(method, b)
	_ = c.conn.Write(b)
}

// deliver sends a result that is JSON already, and tells whether it went out.
func (c *session) deliver(method string, id any, result []byte) bool {
	before, err := encode(response{Version: "2.0", ID: id})
	if err != nil {
		return false
	}
	b := splice(before[:len(before)-1], `,"result":`, result, `}`)
	c.show(method, b)
	return c.conn.Deliver(b) == nil
}

func (c *session) show(method string, b []byte) {
	if c.server.config.Outgoing != nil {
		c.server.config.Outgoing(method, b)
	}
}
