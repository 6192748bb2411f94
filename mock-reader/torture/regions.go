package torture

import (
	"bytes"

	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
)

// region is a stretch of EF.SOD that a signature covers, with the checks that
// cannot pass if it was changed. What lies outside of the regions (the version,
// the list of digest algorithms, how the signer is named) is not signed, and no
// verdict rests on it (RFC 5652 §5.1, §5.3).
type region struct {
	from, to int
	checks   []verdict.ID
}

// Tags in EF.SOD (RFC 5652 §5.1, Doc 9303-10 §4.6.2).
const (
	tagSOD      tlv.Tag = 0x77
	tagSequence tlv.Tag = 0x30
	tagSet      tlv.Tag = 0x31
	tagExplicit tlv.Tag = 0xA0
	tagOctets   tlv.Tag = 0x04
)

// regions finds the signed stretches of an EF.SOD that an issuer of ours wrote:
// content, certificate, signed attributes and signature.
func regions(sod []byte) []region {
	w := walker{file: sod}
	signedData := w.in(w.in(w.in(tlv.Element{Value: sod}, tagSOD), tagSequence), tagExplicit)
	signedData = w.in(signedData, tagSequence)
	content := w.in(w.in(w.in(signedData, tagSequence), tagExplicit), tagOctets)
	certificate := w.in(signedData, tagExplicit)
	signer := w.in(w.in(w.last(signedData), tagSequence), 0)
	attributes, signature := w.in(signer, tagExplicit), w.last(signer)
	if w.lost {
		return []region{{0, len(sod), []verdict.ID{verdict.Signature}}}
	}
	return []region{
		w.region(content, verdict.Signature),
		w.region(certificate, verdict.Anchor, verdict.Validity),
		w.region(attributes, verdict.Signature, verdict.Validity),
		w.region(signature, verdict.Signature),
	}
}

// walker goes down a file that was written by our own issuer.
type walker struct {
	file []byte
	lost bool
}

// in is the first child with a tag; tag 0 is the element itself.
func (w *walker) in(e tlv.Element, tag tlv.Tag) tlv.Element {
	if tag == 0 {
		return e
	}
	els, err := tlv.ParseAll(e.Value)
	found, ok := els.Find(tag)
	w.lost = w.lost || err != nil || !ok
	return found
}

// last is the last child.
func (w *walker) last(e tlv.Element) tlv.Element {
	els, err := tlv.ParseAll(e.Value)
	if err != nil || len(els) == 0 {
		w.lost = true
		return tlv.Element{}
	}
	return els[len(els)-1]
}

// region is where the value of an element stands in the file.
func (w *walker) region(e tlv.Element, checks ...verdict.ID) region {
	at := bytes.Index(w.file, e.Value)
	return region{at, at + len(e.Value), checks}
}

// spoilt are the checks that cannot pass where EF.SOD arrived as got instead of
// as it was signed.
func spoilt(signed, got []byte) []verdict.ID {
	if bytes.Equal(signed, got) {
		return nil
	}
	if len(signed) != len(got) {
		return []verdict.ID{verdict.Signature}
	}
	var checks []verdict.ID
	for _, r := range regions(signed) {
		if !bytes.Equal(signed[r.from:r.to], got[r.from:r.to]) {
			checks = append(checks, r.checks...)
		}
	}
	return checks
}
