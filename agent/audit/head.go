package audit

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"chipid/agent/durable"
)

const keyBytes = 32

// head is the last acknowledged line, kept outside the log with a MAC of its own.
type head struct {
	link
	MAC string `json:"mac"`
}

// keys is the folder of what stands outside the log.
type keys struct{ dir string }

func (k keys) keyPath() string  { return filepath.Join(k.dir, "audit.key") }
func (k keys) headPath() string { return filepath.Join(k.dir, "audit.head") }

// key returns the MAC key. Where there is none, a new one is made, and the first head
// before it: so whoever has the key knows that there was a head, and its lack is
// tampering, no beginning. A head that claims lines already is left as it is: it
// tells that a key was taken away.
func (k keys) key() ([]byte, error) {
	key, err := durable.ReadSecret(k.keyPath())
	switch {
	case err == nil && len(key) != keyBytes:
		return nil, errors.New("audit: the key has a wrong length")
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails (crypto/rand)
	if claimed, err := k.claimed(); err != nil {
		return nil, err
	} else if claimed == 0 {
		if err := k.acknowledge(key, origin); err != nil {
			return nil, err
		}
	}
	return key, durable.WriteSecret(k.keyPath(), key)
}

// claimed is the number in the head, whoever wrote it; 0 if there is none.
func (k keys) claimed() (uint64, error) {
	b, err := durable.Read(k.headPath(), maxLine)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	var h head
	if err == nil && json.Unmarshal(b, &h) != nil {
		return 1, nil // something was there
	}
	return h.Seq, err
}

// none tells whether there is neither a key nor a head: there never was a log.
func (k keys) none() bool {
	for _, path := range []string{k.keyPath(), k.headPath()} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// head returns the last acknowledged place; ours is false if there is none or it
// was made without the key.
func (k keys) head(key []byte) (at link, ours bool, err error) {
	b, err := durable.Read(k.headPath(), maxLine)
	if errors.Is(err, fs.ErrNotExist) {
		return origin, false, nil
	}
	if err != nil {
		return origin, false, err
	}
	var h head
	if json.Unmarshal(b, &h) != nil || !hmac.Equal([]byte(h.MAC), []byte(h.link.mac(key))) {
		return origin, false, nil
	}
	return h.link, true, nil
}

func (l link) mac(key []byte) string {
	b, err := json.Marshal(l)
	if err != nil {
		return ""
	}
	return macOf(key, "head", b)
}

// acknowledge moves the head.
func (k keys) acknowledge(key []byte, at link) error {
	b, err := json.Marshal(head{at, at.mac(key)})
	if err != nil {
		return err
	}
	return durable.Write(k.headPath(), b)
}
