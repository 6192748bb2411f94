package main

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookPause is how often at most it is looked whether the certificate is another.
const lookPause = 10 * time.Second

// certificate is what TLS is served with, read anew when its files change: a
// renewed one is in use within seconds, and a broken one leaves the former in force.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	stamps [2]time.Time
	looked time.Time
}

func openCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	return c, c.load(time.Now())
}

// load reads both files. The lock is held, or nobody else has c yet.
func (c *certificate) load(now time.Time) error {
	stamps := c.changed()
	c.looked, c.stamps = now, stamps
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err == nil {
		c.pair = &pair
	}
	return err
}

// changed are the times at which the files were written; zero for one that is not there.
func (c *certificate) changed() (stamps [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			stamps[i] = info.ModTime()
		}
	}
	return stamps
}

// get is tls.Config.GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= lookPause {
		c.looked = now
		if c.changed() != c.stamps {
			if err := c.load(now); err != nil {
				c.log.Error("the renewed certificate is not used", "why", err)
			} else {
				c.log.Info("the certificate was read anew")
			}
		}
	}
	return c.pair, nil
}
