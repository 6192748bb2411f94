package consent

import (
	"errors"
	"fmt"
)

// Caller is who asks: a page by its origin, or a local client by its name. The
// zero Caller is nobody.
type Caller struct {
	Origin Origin
	Client string
}

// Local is the caller of the command line (`chipid-agent read`).
var Local = Caller{Client: "local"}

// String names the caller in the audit and to people: the origin, "local", or
// "client:" and the name.
func (c Caller) String() string {
	switch {
	case c == Local:
		return "local"
	case c.Client != "":
		return "client:" + c.Client
	}
	return c.Origin.String()
}

// ErrClient: the text cannot be the name of a local client.
var ErrClient = errors.New("consent: a client's name has 1 to 40 lower-case letters, digits and hyphens, and is not «local»")

// ParseClient makes the caller of a local client.
func ParseClient(name string) (Caller, error) {
	if len(name) == 0 || len(name) > 40 || name == Local.Client {
		return Caller{}, ErrClient
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return Caller{}, fmt.Errorf("%w: %q", ErrClient, name)
		}
	}
	return Caller{Client: name}, nil
}
