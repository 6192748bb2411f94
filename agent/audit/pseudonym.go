package audit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"chipid/agent/durable"
)

// pseudonymKey is the key of the pseudonyms. An older one is not kept: what was
// written under it can no longer be linked to a number.
type pseudonymKey struct {
	ID    string    `json:"id"`
	Key   []byte    `json:"key"`
	Since time.Time `json:"since"`
}

// pseudonymBytes is how much of the HMAC is written.
const pseudonymBytes = 16

// Pseudonym puts the pseudonym of a citizen's number into the entry, of which it
// gets a digest so that the number itself does not come here; nothing for an empty
// one. Its error is ErrUnwritable.
func (l *Log) Pseudonym(e *Entry, digest []byte) error {
	if len(digest) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.locked(func(mac []byte) error {
		key, err := l.pseudonymKey(mac)
		if err != nil {
			return err
		}
		m := hmac.New(sha256.New, key.Key)
		m.Write([]byte("chipid pseudonym 2\x00"))
		m.Write(digest)
		e.Pseudonym, e.PseudonymKey = hex.EncodeToString(m.Sum(nil)[:pseudonymBytes]), key.ID
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return nil
}

// pseudonymKey returns the key of these days. The locks are held.
func (l *Log) pseudonymKey(mac []byte) (pseudonymKey, error) {
	path := filepath.Join(l.keys.dir, "pseudonym.key")
	durable.Sweep(path)
	var key pseudonymKey
	b, err := durable.ReadSecret(path)
	switch {
	case err == nil:
		if err := json.Unmarshal(b, &key); err != nil || len(key.Key) != keyBytes {
			return key, errors.New("the key of the pseudonyms cannot be used")
		}
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	}
	if age := l.now().Sub(key.Since); key.Key != nil && age >= 0 && age < l.options.PseudonymAge {
		return key, nil
	}
	id := make([]byte, 4)
	_, _ = rand.Read(id) // it never fails (crypto/rand)
	key = pseudonymKey{ID: hex.EncodeToString(id), Key: make([]byte, keyBytes), Since: l.now()}
	_, _ = rand.Read(key.Key)
	if b, err = json.Marshal(key); err != nil {
		return key, err
	}
	if err := durable.WriteSecret(path, b); err != nil {
		return key, err
	}
	return key, l.append(mac, Entry{Event: Change, Detail: "new pseudonym key " + key.ID})
}
