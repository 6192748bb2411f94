package durable

import "crypto/rand"

// maxSecret bounds the file of a secret, in bytes.
const maxSecret = 16 << 10

// WriteSecret replaces a file by a secret, sealed for this user where the system
// has a store for that (DPAPI on Windows), else readable by its owner alone.
func WriteSecret(path string, secret []byte) error {
	sealed, err := seal(secret)
	if err != nil {
		return err
	}
	return Write(path, sealed)
}

// ReadSecret returns what WriteSecret wrote; fs.ErrNotExist if there is none.
func ReadSecret(path string) ([]byte, error) {
	sealed, err := Read(path, maxSecret)
	if err != nil {
		return nil, err
	}
	return unseal(sealed)
}

// NewKey writes a secret of n random bytes and returns it.
func NewKey(path string, n int) ([]byte, error) {
	key := make([]byte, n)
	_, _ = rand.Read(key) // it never fails (crypto/rand)
	return key, WriteSecret(path, key)
}
