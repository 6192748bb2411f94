package gateway

import (
	"sync"
	"time"
)

// Limits bound what clients can make the agent do. They are stated to clients
// by initialize and in docs/protocol.md.
type Limits struct {
	// MessageBytes is the longest message taken from a client; a longer one ends
	// the connection with 1009.
	MessageBytes int
	// Messages is how many messages and pings a client may send per second, with
	// a burst of twice as many; more end the connection with 1008.
	Messages int
	// Handshakes is how many connections an origin may open per second, with a
	// burst of twice as many.
	Handshakes int
	// PerOrigin and Total bound the open WebSocket connections, Sockets all TCP
	// connections, also those that have not yet asked for anything.
	PerOrigin, Total, Sockets int
	// Strangers bounds the connections of all origins without a grant together.
	Strangers int
	// Queue is how many messages may wait for a client that reads slowly, QueueBytes
	// how many bytes behind the first of them; then the connection ends.
	Queue, QueueBytes int
	// Header is the time for the whole request header, Write that for one message.
	Header, Write time.Duration
	// Ping is how often the agent pings, Idle after how long without pong or
	// message a client counts as gone.
	Ping, Idle time.Duration
	// Stop is how long open connections may take to end when the agent stops.
	Stop time.Duration
}

// DefaultLimits are the limits of docs/protocol.md.
func DefaultLimits() Limits {
	return Limits{
		MessageBytes: 64 << 10, Messages: 20, Handshakes: 10,
		PerOrigin: 16, Total: 64, Sockets: 512, Strangers: 8, Queue: 64, QueueBytes: 2 << 20,
		Header: 5 * time.Second, Write: 10 * time.Second,
		Ping: 20 * time.Second, Idle: 50 * time.Second, Stop: 3 * time.Second,
	}
}

// maxHeaderBytes bounds the request header; net/http answers 431 beyond it.
const maxHeaderBytes = 8 << 10

// bucket is a token bucket: rate tokens per second, at most twice the rate kept.
type bucket struct {
	mu     sync.Mutex
	rate   float64
	tokens float64
	last   time.Time
}

func newBucket(rate int) *bucket { return &bucket{rate: float64(rate), tokens: 2 * float64(rate)} }

// take takes a token at the given time and tells whether there was one.
func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.last.IsZero() {
		b.tokens = min(2*b.rate, b.tokens+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
