package cardlib

import (
	"time"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
)

// Document is what the card said. It holds personal data: keep it no longer
// than needed and clear it with Result.Wipe.
type Document struct {
	// Access is the way in that worked: "PACE-CAN", "PACE-MRZ", "PACE-PIN",
	// "PACE-PUK" or "BAC"; Protocol its protocol with the parameters
	// ("PACE-ECDH-GM-AES-128/13").
	Access, Protocol string
	// SOD and Groups are the files as read, whether their checks held or not.
	SOD    []byte
	Groups map[lds.Group][]byte
	// MRZ is DG1, nil if it could not be read or parsed.
	MRZ *mrz.Document
	// DG13 is the Vietnamese citizen data, nil if absent or malformed.
	DG13 *cccd.DG13
	// Citizen is DG1 and DG13 put together.
	Citizen cccd.Citizen
	// Portrait is the first face of DG2, nil if there is none that can be used.
	Portrait *Portrait
	// ActiveAuth is the chip's answer to the challenge, nil without one.
	ActiveAuth *activeauth.Answer
	// Listed are the groups that EF.SOD lists.
	Listed []lds.Group
	// States tells of each group that EF.SOD lists or that was wanted what became of it.
	States map[lds.Group]GroupState
	// Signer describes the document signer, nil without EF.SOD.
	Signer *Signer
	// Broken names the files that could not be read or parsed.
	Broken []string
}

// Portrait is the holder's face as it stands on the chip.
type Portrait struct {
	// MIME is "image/jpeg" or "image/jp2".
	MIME string
	Data []byte
	// Width and Height are pixels, taken from the image itself.
	Width, Height int
}

// Signer is who signed EF.SOD.
type Signer struct {
	Subject, Issuer string
	// SigningTime is when the card was signed, zero if unknown.
	SigningTime time.Time
	// Anchor names the trusted CSCA, empty if there is none.
	Anchor string
}

// Wipe overwrites the bytes that were read and drops the rest. Go's strings and
// the copies that a garbage collector made cannot be overwritten: what remains
// lives until the memory is used again.
func (r *Result) Wipe() {
	for _, b := range r.Document.Groups {
		clear(b)
	}
	clear(r.Document.SOD)
	if r.Document.Portrait != nil {
		clear(r.Document.Portrait.Data)
	}
	r.Document = Document{}
}
