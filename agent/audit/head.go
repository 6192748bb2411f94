package audit

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io/fs"
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

// key returns the MAC key; with make, a new one if there is none.
func (k keys) key(make bool) ([]byte, error) {
	key, err := durable.ReadSecret(k.keyPath())
	if errors.Is(err, fs.ErrNotExist) && make {
		return durable.NewKey(k.keyPath(), keyBytes)
	}
	if err == nil && len(key) != keyBytes {
		err = errors.New("audit: the key has a wrong length")
	}
	return key, err
}

// head returns the last acknowledged place; there is false if there is none or
// it is not ours.
func (k keys) head(key []byte) (at link, there bool, err error) {
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
