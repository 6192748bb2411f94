package consent

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Term is for how long a grant is given.
type Term string

// The terms. Once ends with one delivered result, and with the day; ForDay ends
// at midnight.
const (
	Once   Term = "once"
	ForDay Term = "day"
	Always Term = "always"
)

// ErrTerm: no such term.
var ErrTerm = errors.New("consent: for is once, day or always")

// Until returns when a grant given now ends at the latest; nil for never.
func (t Term) Until(now time.Time) (*time.Time, error) {
	switch t {
	case Once, ForDay:
		y, m, d := now.Date()
		midnight := time.Date(y, m, d+1, 0, 0, 0, 0, now.Location()).Truncate(time.Second)
		return &midnight, nil
	case Always:
		return nil, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrTerm, t)
}

// Who gave a permission.
const (
	ByRun      = "run"      // serve --origin
	ByOperator = "operator" // the command line
	ByOfficer  = "officer"  // pairing
	ByAdmin    = "admin"    // the signed file
)

// Grant is what one caller may, as it stands in the file.
type Grant struct {
	// Origin or Client names the caller; TokenHash goes with Client: SHA-256 of the
	// token in base64url.
	Origin    string `json:"origin,omitempty"`
	Client    string `json:"client,omitempty"`
	TokenHash string `json:"tokenHash,omitempty"`
	// Name and Purpose are what the page said of itself.
	Name    string `json:"name,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	// Fields are the ids of the fields that may be asked for.
	Fields []string `json:"fields"`
	// Presence: readers and cards may be told.
	Presence bool `json:"presence"`
	// ServiceKeys are the public keys of the services whose orders count for this
	// origin (card.proof), Ed25519 in base64url.
	ServiceKeys []string `json:"serviceKeys,omitempty"`
	For         Term     `json:"for"`
	// Until is when it ends; null for never.
	Until *time.Time `json:"until"`
	By    string     `json:"by"`
	Since time.Time  `json:"since,omitzero"` // not known of the administrator's
}

// Caller returns whose grant it is; the zero Caller for a malformed one.
func (g Grant) Caller() Caller {
	if g.Client != "" {
		c, err := ParseClient(g.Client)
		if err != nil || g.Origin != "" {
			return Caller{}
		}
		return c
	}
	o, err := ParseOrigin(g.Origin)
	if err != nil {
		return Caller{}
	}
	return Caller{Origin: o}
}

// longestDay is how long before its midnight a day's grant can have been given: a
// day of 25 hours, where clocks are put back in autumn.
const longestDay = 25 * time.Hour

// ended tells whether the grant is over. One for a day holds on that day alone: where
// it was given by a clock that ran ahead, it has ended once the clock is right. One
// that should end, and does not say when, has ended.
func (g Grant) ended(now time.Time) bool {
	switch {
	case g.Until != nil:
		return !now.Before(*g.Until) || now.Before(g.Until.Add(-longestDay)) && g.For != Always
	case g.For == Once, g.For == ForDay:
		return true
	}
	return false
}

// Permission is what a caller may now.
type Permission struct {
	// Fields are the ids that may be asked for; All stands for every one.
	Fields []string
	All    bool
	// Presence: readers and cards may be told.
	Presence bool
	// ServiceKeys are those whose orders count; without one there is no card.proof.
	ServiceKeys []ed25519.PublicKey
	// StateBody need not state the citizen's consent.
	StateBody bool
	// Mock: cards of mock readers may be read.
	Mock bool
	// Again: a card may be read more than once without asking the officer.
	Again bool
	// Once: the permission ends with a delivered result.
	Once bool
	// By is who gave it, Until when it ends (nil for never).
	By    string
	Until *time.Time
}

// Has tells whether the field may be asked for.
func (p Permission) Has(field string) bool { return p.All || slices.Contains(p.Fields, field) }

// permission is what a grant of the user's file gives.
func (g Grant) permission() Permission {
	return Permission{Fields: g.Fields, Presence: g.Presence, ServiceKeys: serviceKeys(g.ServiceKeys), Mock: true, Once: g.For == Once, By: g.By, Until: g.Until}
}
