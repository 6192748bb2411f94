package evidence

import (
	"errors"
	"maps"
	"time"

	"chipid/cardlib/lds"
)

// ErrIncomplete is a read that brought less than the request asks for: a group
// or the chip's signature is missing.
var ErrIncomplete = errors.New("evidence: the read lacks what was asked for")

// Read is what a read brought, as far as evidence needs it.
type Read struct {
	SOD       []byte
	Files     map[lds.Group][]byte
	Signature []byte
}

// Collect makes a bundle of a read that was done with the request's challenge.
// Groups that were read and not asked for are left out. software names the agent.
func Collect(r Request, manual bool, read Read, software string, now time.Time) (*Bundle, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	b := &Bundle{
		Version: Version, Nonce: r.Nonce, Origin: r.Origin, Manual: manual, Purpose: r.Purpose, Groups: r.Groups,
		Time: now.Unix(), SOD: read.SOD, Files: maps.Clone(read.Files), Signature: read.Signature, Software: software,
	}
	asked := map[lds.Group]bool{lds.DG14: true, lds.DG15: true}
	for _, g := range r.Groups {
		asked[g] = true
		if b.Files[g] == nil {
			return nil, ErrIncomplete
		}
	}
	maps.DeleteFunc(b.Files, func(g lds.Group, _ []byte) bool { return !asked[g] })
	if len(b.SOD) == 0 || len(b.Signature) == 0 {
		return nil, ErrIncomplete
	}
	return b, nil
}
