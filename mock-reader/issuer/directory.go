package issuer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// stateFile is the file of a directory that an issuer is kept in.
const stateFile = "issuer.json"

// maxState bounds it, in bytes.
const maxState = 4 << 20

// state is what is kept of an issuer: the seed that its keys are derived from, and
// what it has revoked.
type state struct {
	Seed    string    `json:"seed"`
	Revoked []revoked `json:"revoked,omitempty"`
}

type revoked struct {
	Authority string    `json:"authority"`
	Serial    string    `json:"serial"` // hexadecimal
	Since     time.Time `json:"since"`
}

// Errors of directories.
var (
	ErrNoIssuer = errors.New("issuer: no issuer is kept there")
	ErrIssuer   = errors.New("issuer: an issuer is kept there already")
	ErrState    = errors.New("issuer: the kept issuer is malformed")
)

// Create keeps a new issuer with the seed in a directory, which is made. It fails
// with ErrIssuer if there is one.
func Create(dir, seed string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, stateFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrIssuer
	}
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(f).Encode(state{Seed: seed}), f.Close())
}

// Open returns the issuer that is kept in a directory.
func Open(dir string) (*Issuer, error) {
	s, err := readState(dir)
	if err != nil {
		return nil, err
	}
	i := New(s.Seed)
	for _, r := range s.Revoked {
		serial, ok := new(big.Int).SetString(r.Serial, 16)
		if !ok {
			return nil, fmt.Errorf("%w: serial number %q", ErrState, r.Serial)
		}
		i.Revoke(r.Authority, serial, r.Since)
	}
	return i, nil
}

// Revoke notes in a directory that a certificate of an authority is revoked. It is
// no error if it was before.
func Revoke(dir, authority string, serial *big.Int, since time.Time) error {
	s, err := readState(dir)
	if err != nil {
		return err
	}
	for _, r := range s.Revoked {
		if r.Authority == authority && r.Serial == serial.Text(16) {
			return nil
		}
	}
	s.Revoked = append(s.Revoked, revoked{authority, serial.Text(16), since.UTC().Truncate(time.Second)})
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, stateFile)
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func readState(dir string) (state, error) {
	path := filepath.Join(dir, stateFile)
	var s state
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, fmt.Errorf("%w: %s", ErrNoIssuer, dir)
	case err != nil:
		return s, err
	case info.Size() > maxState:
		return s, fmt.Errorf("%w: %d bytes", ErrState, info.Size())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil || s.Seed == "" {
		return s, fmt.Errorf("%w: %s", ErrState, path)
	}
	return s, nil
}
