package audit

import (
	"encoding/json"
	"os"
	"os/user"
	"strconv"
	"time"
)

// Event is what happened.
type Event string

// The events.
const (
	Read    Event = "read"         // a card was read, and the result delivered
	Proof   Event = "proof"        // a chip was opened for a back end, whose own channel it then went over to
	Denied  Event = "denied"       // a request or a pairing was refused, or a read had no result
	Granted Event = "granted"      // a caller was given a grant
	Revoked Event = "revoked"      // a grant was taken back
	Spent   Event = "spent"        // a grant for one result ended with it
	Window  Event = "pairing"      // the officer opened or closed pairing
	Change  Event = "change"       // a setting or key was changed
	Broken  Event = "broken"       // the log was found changed or cut off; the chain begins again behind it
	Dropped Event = "notDelivered" // a card was read, and nobody was there to take the result
)

// Entry is what a line tells. What the page said of itself is claimed, not checked.
type Entry struct {
	Event Event `json:"event"`
	// Origin is the caller: an origin, "client:NAME", or "local" for the command line.
	Origin string `json:"origin,omitempty"`
	Reader string `json:"reader,omitempty"`
	// Fields are the ids of the fields that were given, granted or asked for.
	Fields []string `json:"fields,omitempty"`
	// Presence and ServiceKeys are what else was granted: to hear of readers and cards,
	// and the services whose orders count.
	Presence    bool     `json:"presence,omitempty"`
	ServiceKeys []string `json:"serviceKeys,omitempty"`
	// Purpose is why.
	Purpose string `json:"purpose,omitempty"`
	// Operator and Case are the page's own, opaque words.
	Operator string `json:"operator,omitempty"`
	Case     string `json:"case,omitempty"`
	// CitizenConsent: the page stated that the citizen agreed.
	CitizenConsent bool `json:"citizenConsent,omitempty"`
	// Outcome and Checks are the verdicts, Code the error of what was denied.
	Outcome   string            `json:"outcome,omitempty"`
	Checks    map[string]string `json:"checks,omitempty"`
	Code      string            `json:"code,omitempty"`
	Synthetic bool              `json:"synthetic,omitempty"`
	// Pseudonym stands for the citizen under the key PseudonymKey names.
	Pseudonym    string `json:"pseudonym,omitempty"`
	PseudonymKey string `json:"pseudonymKey,omitempty"`
	// By is who gave the grant, For and Until for how long.
	By    string     `json:"by,omitempty"`
	For   string     `json:"for,omitempty"`
	Until *time.Time `json:"until,omitempty"`
	// Detail is a word for the reviewer, never of a person.
	Detail string `json:"detail,omitempty"`
}

// Record is one line as it is read; mac stands behind it.
type Record struct {
	Seq  uint64 `json:"seq"`
	Time string `json:"time"`
	User string `json:"user"`
	Entry
	Prev string `json:"prev"`
}

// osUser names the user of the system.
func osUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

// body is the line before its MAC is put in.
func (r Record) body() ([]byte, error) { return json.Marshal(r) }
