package counter

import (
	"crypto"
	"slices"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
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
	for _, g := range v.Wish.Groups {
		for id := range Holds(g) {
			if !v.permission.Has(string(id)) {
				return nil, reading.Refuse(catalogue.GroupNotGranted)
			}
		}
		if len(Holds(g)) == 0 { // nobody could have granted what nobody can name
			return nil, reading.Refuse(catalogue.GroupNotGranted)
		}
	}
	r := &evidence.Request{Nonce: v.Wish.Nonce, Origin: v.Caller.String(), Purpose: v.Purpose, Groups: v.Wish.Groups}
	if r.Check() != nil {
		return nil, reading.Refuse(catalogue.EvidenceRequest)
	}
	return r, nil
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

// challenge is what the chip signs, nil for a random one; groups are read for
// the evidence beside those of the fields.
func (v *visit) challenge() (*[8]byte, []lds.Group) {
	if v.evidence == nil {
		return nil, nil
	}
	c := v.evidence.Challenge()
	return &c, slices.Clone(v.evidence.Groups)
}

// bundle makes the evidence of a read; nil if the chip gave too little, of which
// the report tells the reason.
func (v *visit) bundle(o *reading.Outcome) (*evidence.Bundle, error) {
	if v.evidence == nil || o.Document.ActiveAuth == nil {
		return nil, nil
	}
	read := evidence.Read{SOD: o.Document.SOD, Files: o.Document.Groups, Signature: o.Document.ActiveAuth.Signature}
	b, err := evidence.Collect(*v.evidence, false, read, v.config.Evidence.Software, time.Now())
	if err != nil {
		return nil, nil // incomplete: the page is told by null
	}
	if v.config.Evidence.Key == nil {
		return b, nil
	}
	return b, b.Sign(v.config.Evidence.Key)
}
