package config

import "errors"

// Trusted is a text from a place where only an administrator can write.
type Trusted struct {
	// Text is nil if there is none.
	Text []byte
	// Where names its place for people.
	Where string
}

// ErrUntrusted: the file is there, but others than an administrator could have
// written it. It is not used, and the agent says so.
var ErrUntrusted = errors.New("config: writable by others than the administrator")

// The administrator's texts.
const (
	policyName = "policy.toml"
	keyName    = "admin.pem"
	grantsName = "grants.json"
)

// Policy returns the administrator's settings.
func (p Place) Policy() (Trusted, error) { return p.text(policyName) }

// Key returns the administrator's public key in PEM.
func (p Place) Key() (Trusted, error) { return p.text(keyName) }
