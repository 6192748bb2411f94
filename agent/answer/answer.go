package answer

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/verdict"
)

// Answer is a read in JSON.
type Answer struct {
	Reader    string `json:"reader"`
	Synthetic bool   `json:"synthetic"`
	// Citizen has every asked field: text, null, noExpiry as bool, extra as lists
	// by field number, portrait as Portrait.
	Citizen  map[cccd.FieldID]any `json:"citizen"`
	Document Document             `json:"document"`
	Report   Report               `json:"report"`
	Timing   Timing               `json:"timing"`
}

// Portrait is the photo as browsers show it; Data is base64 in JSON.
type Portrait struct {
	MIME   string `json:"mime"`
	Data   []byte `json:"data"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Document is what is known of the card itself.
type Document struct {
	// DocumentNumber and MRZ are there only if asked for.
	DocumentNumber *string `json:"documentNumber,omitempty"`
	MRZ            *string `json:"mrz,omitempty"`

	Type         string          `json:"type,omitempty"` // "TD1"
	Code         string          `json:"documentCode,omitempty"`
	IssuingState string          `json:"issuingState,omitempty"`
	Generation   cccd.Generation `json:"generation,omitempty"`
	// Access is the way into the chip: "PACE-CAN", "PACE-MRZ", "BAC".
	Access string `json:"access"`
	// Groups are the data groups that were read, Broken files that could not be
	// read or parsed.
	Groups []string `json:"groups"`
	Broken []string `json:"broken"`
	Signer *Signer  `json:"signer,omitempty"`
	// Labels are the words for the asked fields as this card's generation has them.
	Labels map[cccd.FieldID]catalogue.Text `json:"labels"`
}

// Signer is who signed the card's data.
type Signer struct {
	Subject     string `json:"subject"`
	Issuer      string `json:"issuer"`
	SigningTime string `json:"signingTime,omitempty"` // only if dateOfIssue was asked for
	Anchor      string `json:"anchor,omitempty"`
}

// Timing is in milliseconds from the start of the read.
type Timing struct {
	Access   int64 `json:"accessMs"`
	Text     int64 `json:"textMs"`
	Portrait int64 `json:"portraitMs,omitempty"`
	Total    int64 `json:"totalMs"`
	APDUs    int   `json:"apdus"`
	Sent     int   `json:"bytesSent"`
	Received int   `json:"bytesReceived"`
}

// New makes the answer of a read over the named reader. The portrait shares the
// result's memory: encode the answer before wiping the result.
func New(r *cardlib.Result, reader string, w Wanted) Answer {
	return Answer{
		Reader: reader, Synthetic: r.Report.Synthetic,
		Citizen: Citizen(&r.Document, w), Document: document(&r.Document, w),
		Report: NewReport(r.Report), Timing: timing(r),
	}
}

// Citizen returns the asked fields of a document.
func Citizen(d *cardlib.Document, w Wanted) map[cccd.FieldID]any {
	said := map[cccd.FieldID]any{}
	b, err := json.Marshal(d.Citizen.Only(w.ids()...))
	if err == nil {
		err = json.Unmarshal(b, &said)
	}
	clear(b)
	if err != nil {
		said = map[cccd.FieldID]any{}
	}
	for _, id := range w.ids() {
		if _, there := said[id]; !there {
			said[id] = nil
		}
	}
	if w[cccd.FieldNoExpiry] || w[cccd.FieldDateOfExpiry] {
		said[cccd.FieldNoExpiry] = d.Citizen.NoExpiry
	}
	if w[cccd.FieldPortrait] {
		said[cccd.FieldPortrait] = portrait(d.Portrait)
	}
	return said
}

// portrait returns an untyped nil for no portrait, which is null in JSON.
func portrait(p *cardlib.Portrait) any {
	if p == nil {
		return nil
	}
	return Portrait{p.MIME, p.Data, p.Width, p.Height}
}

func document(d *cardlib.Document, w Wanted) Document {
	out := Document{
		Generation: cccd.GenerationOf(d.Citizen.DateOfIssue), Access: d.Access,
		Groups: groups(d), Broken: append([]string{}, d.Broken...), Labels: labels(d.Citizen.DateOfIssue, w),
	}
	if d.MRZ != nil {
		out.Type, out.Code, out.IssuingState = d.MRZ.Format.String(), d.MRZ.Code, d.MRZ.IssuingState
		if w[FieldDocumentNumber] {
			out.DocumentNumber = &d.MRZ.DocumentNumber
		}
		if w[FieldMRZ] {
			lines := strings.Join(d.MRZ.Lines, "\n")
			out.MRZ = &lines
		}
	}
	if s := d.Signer; s != nil {
		out.Signer = &Signer{Subject: s.Subject, Issuer: s.Issuer, Anchor: s.Anchor}
		// A card is signed when it is made: the time tells the date of issue.
		if !s.SigningTime.IsZero() && w[cccd.FieldDateOfIssue] {
			out.Signer.SigningTime = s.SigningTime.UTC().Format(time.RFC3339)
		}
	}
	return out
}

func groups(d *cardlib.Document) []string {
	names := []string{}
	for _, g := range slices.Sorted(maps.Keys(d.Groups)) {
		names = append(names, g.String())
	}
	return names
}

func labels(dateOfIssue string, w Wanted) map[cccd.FieldID]catalogue.Text {
	out := map[cccd.FieldID]catalogue.Text{}
	for _, f := range Fields() {
		if !w[f.ID] {
			continue
		}
		out[f.ID] = f.Label
		if known, ok := cccd.FieldByID(f.ID); ok {
			vi, en := known.LabelsAt(dateOfIssue)
			out[f.ID] = catalogue.Text{Vi: vi, En: en}
		}
	}
	return out
}

func timing(r *cardlib.Result) Timing {
	return Timing{
		Access: r.Timing.Access.Milliseconds(), Text: r.Timing.Text.Milliseconds(),
		Portrait: r.Timing.Portrait.Milliseconds(), Total: r.Timing.Total.Milliseconds(),
		APDUs: r.Stats.APDUs, Sent: r.Stats.Sent, Received: r.Stats.Received,
	}
}

// Exit is the exit code of a read with that report.
func Exit(r verdict.Report) int {
	switch r.Outcome {
	case verdict.Genuine:
		return catalogue.ExitGenuine
	case verdict.Failure:
		return catalogue.ExitFailed
	}
	return catalogue.ExitUnproven
}
