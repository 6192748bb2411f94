package truststores

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// Store is one trust store.
type Store interface {
	// Name says which store it is, for people: "nss:~/.pki/nssdb".
	Name() string
	// Usable says why the store cannot be used at all (ErrTool), nil if it can.
	Usable() error
	// Has tells whether the authority is in it and trusted.
	Has(ctx context.Context, ca *x509.Certificate) (bool, error)
	// Install puts the authority in; nothing happens if it is there.
	Install(ctx context.Context, ca *x509.Certificate) error
	// Remove takes the authority out; nothing happens if it is not there.
	Remove(ctx context.Context, ca *x509.Certificate) error
}

// ErrTool: the program through which a store is reached is not installed, or
// this user may not use the store.
var ErrTool = errors.New("truststores: the program for the store is not installed")

// ErrStore: the store answered with an error.
var ErrStore = errors.New("truststores: the store cannot be changed")

// toolTime bounds one call of a program.
const toolTime = 20 * time.Second

// tool is a program that a store is reached through.
type tool string

// installed says whether the program is there.
func (t tool) installed() error {
	if _, err := exec.LookPath(string(t)); err != nil {
		return fmt.Errorf("%w: %s", ErrTool, t)
	}
	return nil
}

// run runs the program with an input and returns what it printed.
func (t tool) run(ctx context.Context, input []byte, args ...string) ([]byte, error) {
	path, err := exec.LookPath(string(t))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrTool, t)
	}
	ctx, cancel := context.WithTimeout(ctx, toolTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdin = bytes.NewReader(input)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%w: %s %s: %w: %s", ErrStore, t, args[0], err, bytes.TrimSpace(said.Bytes()))
	}
	return out, nil
}

// inPEM is the certificate as the programs take it.
func inPEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// isThere tells whether a PEM text holds the certificate.
func isThere(text []byte, c *x509.Certificate) bool {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return false
		}
		if block.Type == "CERTIFICATE" && bytes.Equal(block.Bytes, c.Raw) {
			return true
		}
		text = rest
	}
}
