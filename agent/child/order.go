package child

import (
	"encoding/json"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/portrait"
	"chipid/cardlib/verdict"
)

// Order is what one try is to read. It holds nothing of a person.
type Order struct {
	// Portrait asks for DG2, WithoutText leaves DG13 out, Groups are further ones.
	Portrait, WithoutText bool
	Groups                []lds.Group
	// Text: the text fields are wanted as soon as they were compared with the signed
	// list, with the portrait still to come.
	Text bool
	// Evidence is a bundle for a back end, nil for none.
	Evidence *Evidence
}

// Said is what is to be said of what was read: the fields that are granted now, and
// those that were asked for beside them.
type Said struct {
	Fields   []cccd.FieldID
	Withheld []string
}

// Evidence is a bundle that the answer is to hold; null where the chip gives too little.
type Evidence struct {
	Request evidence.Request
	// Manual: the origin was given by hand.
	Manual bool
	// JSON asks for an object in place of CBOR.
	JSON bool
	// Software is the agent's name and version, Key its public key, for which it
	// signs the bundle; nil for none.
	Software string
	Key      []byte
}

// Trust is where the child finds the certificates of issuers.
type Trust struct {
	// Paths are files and folders, absolute.
	Paths []string
	// Test: the published test CSCA counts for mock readers.
	Test bool
}

// Key opens a chip. Text is a string in JSON as it came, quotes included, so that
// nobody needs to make another of it.
type Key struct {
	Kind string // of package answer, or KindGiven
	Text []byte
}

// KindGiven is the key that a [Goroutine] has from its surroundings.
const KindGiven = "given"

// NewKey makes a key of text that a person gave.
func NewKey(kind, text string) Key {
	b, _ := json.Marshal(text) // a string can be encoded
	return Key{kind, b}
}

// Wipe overwrites the key.
func (k Key) Wipe() { clear(k.Text) }

// Empty tells whether there is no key.
func (k Key) Empty() bool { return k.Kind != KindGiven && len(k.Text) == 0 }

// Try is one try with a card.
type Try struct {
	// Reader is the reader's name, Synthetic that it is no real one.
	Reader    string
	Synthetic bool
	// Tries is how many wrong keys the card may still be given.
	Tries int
}

// Terms are what a service may do with an open chip.
type Terms struct {
	Request evidence.Request
	// Keys are the service's, as they are pinned.
	Keys [][]byte
}

// Result is a read that came to a result. Whoever gets it wipes it.
type Result struct {
	// Answer is the JSON object of [answer.Whole].
	Answer []byte
	Report verdict.Report
	// Number is the SHA-256 of the citizen's number under a domain of its own, from
	// which the record makes its pseudonym; nil where the card gave none.
	Number []byte
	// Photo is why there is no picture of the photo (portrait.Reason), empty for none.
	Photo string
}

// Wipe overwrites what is of a person.
func (r *Result) Wipe() {
	clear(r.Answer)
	clear(r.Number)
	r.Answer, r.Number = nil, nil
}

// Hear is told of a read that goes on, in order. Each may be nil; they must return soon.
type Hear struct {
	Progress func(cardlib.Progress)
	// Fields says which text fields may be told of now, none for no telling; Text gets
	// the JSON object of these and the digest of the number ([Result]), which are
	// overwritten when it returns.
	Fields func() []cccd.FieldID
	Text   func(citizen, number []byte)
	// Sign signs what the child says is a bundle for Request; it judges that.
	Sign func(message []byte) ([]byte, error)
}

// The heads of frames.
type (
	beginHead struct {
		Trust Trust
		Kind  string
	}
	// readyHead, readHead and the like tell with a code why a step failed.
	readyHead struct {
		Code catalogue.Code `json:",omitempty"`
	}
	tryHead struct {
		Try
		Order Order
		Link  linkHead
	}
	fieldsHead struct{ Fields []cccd.FieldID }
	textHead   struct{ Number bool } // as that of doneHead
	openHead   struct {
		Try
		Terms Terms
		Link  linkHead
	}
	readHead struct {
		Fault *faultHead `json:",omitempty"`
		// Signed: EF.SOD was read, so that the card can be known again.
		Signed bool
	}
	doneHead struct {
		Fault  *faultHead `json:",omitempty"`
		Report verdict.Report
		Number bool            // the body begins with the digest of the number
		Photo  portrait.Reason `json:",omitempty"`
	}
	openedHead struct {
		Fault *faultHead `json:",omitempty"`
	}
	relayedHead struct {
		Fault *faultHead `json:",omitempty"`
		// Ended: the service wants no more. Served: it has read something.
		Ended, Served bool
	}
	faultHead struct {
		Code  catalogue.Code
		SW    apdu.SW  `json:",omitempty"`
		Tried []string `json:",omitempty"`
		// Detail is for the record: the header of a command, no word of a page's or a person's.
		Detail string `json:",omitempty"`
	}
	answerHead struct {
		// Fault names a fault of the link; the status word and the data count without one.
		Fault []string  `json:",omitempty"`
		SW    apdu.SW   `json:",omitempty"`
		Link  *linkHead `json:",omitempty"` // where it has changed
	}
	linkHead struct {
		ATR       []byte `json:",omitempty"`
		Protocol  apdu.Protocol
		Synthetic bool         `json:",omitempty"`
		Masked    *apdu.Masked `json:",omitempty"`
	}
)

// setOf makes a set of fields.
func setOf(fields []cccd.FieldID) answer.Wanted {
	w := answer.Wanted{}
	for _, id := range fields {
		w[id] = true
	}
	return w
}

// groups are the data groups that the order needs.
func (o Order) groups() []lds.Group {
	groups := append([]lds.Group{lds.DG1}, o.Groups...)
	if o.Evidence != nil {
		groups = append(groups, o.Evidence.Request.Groups...)
	}
	if !o.WithoutText {
		groups = append(groups, lds.DG13)
	}
	if o.Portrait {
		groups = append(groups, lds.DG2)
	}
	return groups
}
