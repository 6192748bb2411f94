package console

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// Bounds of tickets and tokens.
const (
	// ticketTime is how long an address is good.
	ticketTime = time.Minute
	// tokenTime is how long a page that lost its connection may come back, and
	// pageTime how long it may stay.
	tokenTime = 5 * time.Minute
	pageTime  = 24 * time.Hour
	// maxPasses is how many tickets, and how many tokens, there may be.
	maxPasses = 8
)

// passes are secrets that are good for a while, known by their hashes: looking
// one up takes the same time however much of it is right.
type passes struct {
	mu   sync.Mutex
	ends map[[sha256.Size]byte]time.Time
}

func newPasses() *passes { return &passes{ends: map[[sha256.Size]byte]time.Time{}} }

// issue draws a secret of at least 128 bits that ends at a time. The oldest makes
// room where there are too many.
func (p *passes) issue(now, end time.Time) string {
	secret := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	var oldest [sha256.Size]byte
	var first time.Time
	for hash, ends := range p.ends {
		if !now.Before(ends) {
			delete(p.ends, hash)
		} else if first.IsZero() || ends.Before(first) {
			oldest, first = hash, ends
		}
	}
	if len(p.ends) >= maxPasses {
		delete(p.ends, oldest)
	}
	p.ends[sha256.Sum256([]byte(secret))] = end
	return secret
}

// take tells whether the secret is good, and ends it.
func (p *passes) take(secret string, now time.Time) bool {
	hash := sha256.Sum256([]byte(secret))
	p.mu.Lock()
	defer p.mu.Unlock()
	end, ok := p.ends[hash]
	delete(p.ends, hash)
	return ok && now.Before(end)
}

// until moves the end of a secret that is still good.
func (p *passes) until(secret string, end time.Time) {
	hash := sha256.Sum256([]byte(secret))
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.ends[hash]; ok {
		p.ends[hash] = end
	}
}
