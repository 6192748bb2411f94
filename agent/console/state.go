package console

import (
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/control"
)

// State is everything that the page shows. It holds nothing of a citizen.
type State struct {
	Language string   `json:"language"`
	About    About    `json:"about"`
	Readers  []Reader `json:"readers"`
	// Service says why there is no smart-card service, nil while it runs.
	Service  *answer.Failure `json:"service"`
	Reads    []Read          `json:"reads"`
	Verdicts []Verdict       `json:"verdicts"`
	// Questions wait for the officer.
	Questions []control.Question `json:"questions"`
	// Asking are callers that were told BUSY a moment ago.
	Asking []string `json:"asking"`
	// Pairing is until when new pages may ask, nil for not now; PairingAllowed
	// whether the officer may open it.
	Pairing        *time.Time `json:"pairing"`
	PairingAllowed bool       `json:"pairingAllowed"`
	Grants         []Grant    `json:"grants"`
	// GrantsProblem says why the file of grants is not used.
	GrantsProblem *answer.Failure `json:"grantsProblem"`
	Trust         []Anchor        `json:"trust"`
	// AllAnchors is how many there are: Trust has the first few.
	AllAnchors int `json:"allAnchors"`
	// TrustUpdated is when what the administrator installed was written last, nil if
	// nothing was; TrustOld: so long ago that revocation lists have run out.
	TrustUpdated *time.Time `json:"trustUpdated"`
	TrustOld     bool       `json:"trustOld"`
}

// About is what runs here.
type About struct {
	Version   string    `json:"version"`
	Started   time.Time `json:"started"`
	Addresses []string  `json:"addresses"`
	// Folder is where the agent's files are.
	Folder string `json:"folder"`
	// Mock: mock readers are offered.
	Mock bool `json:"mock"`
	// Key is the agent's public key, by which paired pages know it.
	Key string `json:"key"`
}

// Reader is one reader.
type Reader struct {
	Name      string `json:"name"`
	State     string `json:"state"`
	Synthetic bool   `json:"synthetic"`
	Busy      bool   `json:"busy"`
}

// Read is a read under way.
type Read struct {
	ID      string `json:"id"`
	Caller  string `json:"caller"`
	Reader  string `json:"reader"`
	Waiting bool   `json:"waiting"`
	// Stage is what is being done, Percent how much of the whole, 0 to 100.
	Stage   catalogue.Text `json:"stage"`
	Percent int            `json:"percent"`
}

// Verdict is how a read ended.
type Verdict struct {
	At        time.Time      `json:"at"`
	Caller    string         `json:"caller"`
	Reader    string         `json:"reader"`
	Synthetic bool           `json:"synthetic"`
	Tone      catalogue.Tone `json:"tone"`
	What      catalogue.Text `json:"what"`
	Remedy    catalogue.Text `json:"remedy"`
	// Code is the outcome or the error.
	Code string `json:"code"`
}

// Grant is what a caller may.
type Grant struct {
	Caller   string     `json:"caller"`
	Name     string     `json:"name"`
	Fields   []string   `json:"fields"`
	Presence bool       `json:"presence"`
	For      string     `json:"for"`
	Until    *time.Time `json:"until"`
	By       string     `json:"by"`
	// Fixed grants cannot be taken back here: the administrator's, and those of the start.
	Fixed bool `json:"fixed"`
}

// Anchor is a root certificate.
type Anchor struct {
	Subject   string    `json:"subject"`
	Country   string    `json:"country"`
	NotBefore time.Time `json:"notBefore"`
	NotAfter  time.Time `json:"notAfter"`
	// Fingerprint is SHA-256 of the certificate, in hexadecimal.
	Fingerprint string `json:"fingerprint"`
	Kind        string `json:"kind"`
	Synthetic   bool   `json:"synthetic"`
	// Origin is what was noted when it was installed, Added when that was.
	Origin string     `json:"origin"`
	Added  *time.Time `json:"added"`
}

// Bundle is a file that holds nothing of a person and no secret.
type Bundle struct {
	Name string `json:"name"`
	// Data is its content, in base64 by JSON.
	Data []byte `json:"data"`
}

// Check is what was found of one thing of this computer.
type Check struct {
	ID     string         `json:"id"`
	Status string         `json:"status"`
	Title  catalogue.Text `json:"title"`
	Remedy catalogue.Text `json:"remedy"`
	Detail string         `json:"detail"`
}
