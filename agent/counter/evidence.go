package counter

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"slices"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// Wish is evidence for a back end that a page asks for with its read. The
// origin is not in it: the counter takes that of the connection.
type Wish struct {
	Nonce  []byte
	Groups []lds.Group
	// JSON asks for the bundle as an object in place of CBOR.
	JSON bool
}

// Evidence is what the counter needs to make evidence.
type Evidence struct {
	// Key is the agent's paired key; nil for bundles without its signature.
	Key crypto.Signer
	// Software is the agent's name and version.
	Software string
}

// wish makes the back end's request of what the page said of it, with the origin
// that this connection has and the purpose that the officer sees.
func (v *visit) wish() (*evidence.Request, error) {
	if v.Wish == nil {
		return nil, nil
	}
	if v.Caller.Client != "" {
		return nil, reading.Refuse(catalogue.EvidenceWithoutOrigin)
	}
	if !coversAll(v.permission, v.Wish.Groups) {
		return nil, reading.Refuse(catalogue.GroupNotGranted)
	}
	r := &evidence.Request{Nonce: v.Wish.Nonce, Origin: v.Caller.String(), Purpose: v.Purpose, Groups: v.Wish.Groups}
	if r.Check() != nil {
		return nil, reading.Refuse(catalogue.EvidenceRequest)
	}
	return r, nil
}

// coversAll tells whether a permission has all that a back end gets with these groups
// raw: every field of each, and of DG1 whether it is asked for or not. EF.SOD always
// comes along with its hash, and so few names, numbers and dates are possible that
// whoever has the hash finds the right ones by trying.
func coversAll(p consent.Permission, groups []lds.Group) bool {
	return covers(p, lds.DG1) && !slices.ContainsFunc(groups, func(g lds.Group) bool { return !covers(p, g) })
}

// Holds are the fields that a raw group can hold: whoever gets it has them all.
func Holds(g lds.Group) answer.Wanted {
	w := answer.Wanted{}
	fields, _ := cccd.FieldsIn(g)
	for _, id := range fields {
		w[id] = true
	}
	if g == lds.DG1 {
		w[answer.FieldDocumentNumber], w[answer.FieldMRZ] = true, true
	}
	return w
}

// disclosed are the fields that the caller gets, in the answer or within a raw
// group: what the officer is asked about and what the record says.
func (v *visit) disclosed() answer.Wanted {
	all := answer.Wanted{}
	for id := range v.granted {
		all[id] = true
	}
	if v.evidence == nil {
		return all
	}
	for _, g := range v.evidence.Groups {
		for id := range Holds(g) {
			all[id] = true
		}
	}
	return all
}

// bundle is the evidence that the child is to make; nil for none.
func (v *visit) bundle() *child.Evidence {
	if v.evidence == nil {
		return nil
	}
	e := &child.Evidence{Request: *v.evidence, JSON: v.Wish.JSON, Software: v.config.Evidence.Software}
	if key := v.config.Evidence.Key; key != nil {
		e.Key, _ = key.Public().(ed25519.PublicKey)
	}
	return e
}

// errNotABundle: a child wants something else signed than the evidence it was
// ordered to make.
var errNotABundle = errors.New("counter: not the bundle that was ordered")

// sign signs the bundle of this request, and nothing else that a child may say.
func (v *visit) sign(message []byte) ([]byte, error) {
	key := v.config.Evidence.Key
	if v.evidence == nil || key == nil {
		return nil, errNotABundle
	}
	public, _ := key.Public().(ed25519.PublicKey)
	if !evidence.Signable(message, *v.evidence, public) {
		return nil, errNotABundle
	}
	return key.Sign(rand.Reader, message, crypto.Hash(0))
}
