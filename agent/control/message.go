package control

import (
	"time"

	"chipid/agent/consent"
)

// Op is what a command wants.
type Op string

// The operations.
const (
	OpPair    Op = "pair"    // open pairing for Seconds
	OpPending Op = "pending" // list what waits
	OpWait    Op = "wait"    // list what waits, once there is something or pairing is over
	OpAnswer  Op = "answer"  // decide the question ID
	OpChoose  Op = "choose"  // let Origin have the turn
	OpChanged Op = "changed" // look at the grants again
	OpTrust   Op = "trust"   // load the trusted certificates again
	OpHello   Op = "hello"   // say who runs and where
	OpStop    Op = "stop"    // end, as at SIGTERM
	OpConsole Op = "console" // give an address of the officer's page
)

// Request is one line from a command.
type Request struct {
	Op       Op                `json:"op"`
	Seconds  int               `json:"seconds,omitempty"`
	ID       string            `json:"id,omitempty"`
	Decision *consent.Decision `json:"decision,omitempty"`
	Origin   string            `json:"origin,omitempty"`
}

// Response is the answer. Code is a code of the catalogue, empty for success.
type Response struct {
	Code  string     `json:"code,omitempty"`
	Until *time.Time `json:"until,omitempty"`
	// CodeWrong: the answer to a pairing was taken, and its code is not the page's.
	CodeWrong bool       `json:"codeWrong,omitempty"`
	Questions []Question `json:"questions,omitempty"`
	// Asking are callers that were told BUSY a moment ago.
	Asking []string `json:"asking,omitempty"`
	// Version and Addresses are the running agent's ([OpHello]).
	Version   string   `json:"version,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
	// Link is an address that is good once and for a minute ([OpConsole]).
	Link string `json:"link,omitempty"`
}

// Question is one that waits for the officer.
type Question struct {
	ID        string       `json:"id"`
	Kind      consent.Kind `json:"kind"`
	Origin    string       `json:"origin"`
	Name      string       `json:"name,omitempty"`
	Purpose   string       `json:"purpose"`
	Fields    []string     `json:"fields"`
	Presence  bool         `json:"presence"`
	Reader    string       `json:"reader,omitempty"`
	TriesLeft int          `json:"triesLeft,omitempty"`
}

// QuestionOf writes a question that waits, the page's own words printable.
func QuestionOf(p consent.Pending) Question {
	return Question{p.ID, p.Kind, p.Caller.String(), consent.OwnWords(p.Name), consent.OwnWords(p.Purpose), p.Fields, p.Presence, consent.Printable(p.Reader), p.TriesLeft}
}
