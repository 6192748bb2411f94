package main

import (
	"fmt"
	"strings"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib/cccd"
)

// words of the readable report that no other room has.
var words = struct {
	synthetic, checks, document, portrait, notRead, notOnCard, savedTo, notSaved, noExpiry, remark, access, signer, anchor, noAnchor, time catalogue.Text
}{
	synthetic: catalogue.Text{Vi: "*** THẺ MÔ PHỎNG — KHÔNG PHẢI THẺ THẬT ***", En: "*** SYNTHETIC CARD — NOT A REAL ONE ***"},
	checks:    catalogue.Text{Vi: "Các mục kiểm tra thẻ", En: "Checks"},
	document:  catalogue.Text{Vi: "Thẻ", En: "Card"},
	portrait:  catalogue.Text{Vi: "Ảnh chân dung", En: "Portrait"},
	notRead:   catalogue.Text{Vi: "không có trên thẻ hoặc không đọc được", En: "not on the card, or not readable"},
	notOnCard: catalogue.Text{Vi: "(không có)", En: "(none)"},
	savedTo:   catalogue.Text{Vi: "đã ghi vào", En: "written to"},
	notSaved:  catalogue.Text{Vi: "không ghi ra tệp (dùng --portrait TỆP)", En: "not written to a file (use --portrait FILE)"},
	noExpiry:  catalogue.Text{Vi: "Không thời hạn", En: "No expiry"},
	remark:    catalogue.Text{Vi: "ghi chú", En: "remark"},
	access:    catalogue.Text{Vi: "Cách mở chip", En: "Way into the chip"},
	signer:    catalogue.Text{Vi: "Người ký dữ liệu", En: "Signer of the data"},
	anchor:    catalogue.Text{Vi: "Chứng thư gốc", En: "Root certificate"},
	noAnchor:  catalogue.Text{Vi: "chưa có", En: "none"},
	time:      catalogue.Text{Vi: "Thời gian đọc", En: "Time of the read"},
}

// show writes the readable report.
func (c console) show(a answer.Answer, photo *answer.Portrait, o readOptions) {
	lang := o.lang
	if a.Synthetic {
		fmt.Fprintf(c.out, "%s\n\n", words.synthetic.In(lang))
	}
	c.showOutcome(a.Report, lang)
	c.showCitizen(a, photo, o)
	c.showChecks(a.Report, lang)
	fmt.Fprintf(c.out, "\n%s\n", words.document.In(lang))
	c.line(words.access.In(lang), a.Document.Access)
	if s := a.Document.Signer; s != nil {
		c.line(words.signer.In(lang), s.Subject)
		anchor := s.Anchor
		if anchor == "" {
			anchor = words.noAnchor.In(lang)
		}
		c.line(words.anchor.In(lang), anchor)
	}
	c.line(words.time.In(lang), fmt.Sprintf("%.1f s, %d APDU", float64(a.Timing.Total)/1000, a.Timing.APDUs))
}

func (c console) showOutcome(r answer.Report, lang string) {
	fmt.Fprintf(c.out, "%s\n→ %s\n\n", r.Text.In(lang), r.Remedy.In(lang))
}

func (c console) showChecks(r answer.Report, lang string) {
	fmt.Fprintf(c.out, "\n%s\n", words.checks.In(lang))
	for _, check := range r.Checks {
		c.showCheck(check, lang)
	}
}

// showReport writes a report that comes without a card: that of evidence.
func (c console) showReport(r answer.Report, lang string) {
	if r.Synthetic {
		fmt.Fprintf(c.out, "%s\n\n", words.synthetic.In(lang))
	}
	c.showOutcome(r, lang)
	c.showChecks(r, lang)
}

// showCitizen writes the asked fields in the order of forms.
func (c console) showCitizen(a answer.Answer, photo *answer.Portrait, o readOptions) {
	for _, f := range answer.Fields() {
		if !o.wanted[f.ID] || f.ID == cccd.FieldNoExpiry {
			continue
		}
		label := a.Document.Labels[f.ID].In(o.lang)
		switch f.ID {
		case cccd.FieldPortrait:
			c.line(label, portraitLine(photo, o))
		case answer.FieldDocumentNumber:
			c.line(label, or(a.Document.DocumentNumber, o.lang))
		case answer.FieldMRZ:
			c.line(label, strings.ReplaceAll(or(a.Document.MRZ, o.lang), "\n", "\n"+strings.Repeat(" ", labelWidth+4)))
		case cccd.FieldExtra:
			if extra, ok := a.Citizen[f.ID].(map[string]any); ok {
				c.line(label, fmt.Sprint(len(extra)))
			}
		default:
			c.line(label, fieldText(a.Citizen, f.ID, o.lang))
		}
	}
}

// fieldText writes a field as people read it: dates by day, texts of the chip
// where there is no date.
func fieldText(citizen map[cccd.FieldID]any, id cccd.FieldID, lang string) string {
	if id == cccd.FieldDateOfExpiry && citizen[cccd.FieldNoExpiry] == true {
		return words.noExpiry.In(lang)
	}
	for _, key := range []cccd.FieldID{id + "Text", id} {
		if text, ok := citizen[key].(string); ok && text != "" {
			return dayFirst(text)
		}
	}
	return words.notOnCard.In(lang)
}

// dayFirst writes yyyy-mm-dd as dd/mm/yyyy.
func dayFirst(text string) string {
	if len(text) == 10 && text[4] == '-' && text[7] == '-' {
		return text[8:] + "/" + text[5:7] + "/" + text[:4]
	}
	return text
}

func or(text *string, lang string) string {
	if text == nil || *text == "" {
		return words.notOnCard.In(lang)
	}
	return *text
}

// portraitLine names the photo's place.
func portraitLine(p *answer.Portrait, o readOptions) string {
	if p == nil {
		return words.notRead.In(o.lang)
	}
	what := fmt.Sprintf("DG2, %s, %d×%d, %d byte", p.MIME, p.Width, p.Height, len(p.Data))
	if o.portrait == "" {
		return what + "; " + words.notSaved.In(o.lang)
	}
	return what + "; " + words.savedTo.In(o.lang) + " " + o.portrait
}

var marks = map[catalogue.Tone]string{catalogue.Good: "✓", catalogue.Alarm: "✗", catalogue.Note: "!", catalogue.Neutral: "–"}

func (c console) showCheck(check answer.Check, lang string) {
	fmt.Fprintf(c.out, "  %s %s: %s\n", marks[check.Tone], check.Title.In(lang), check.StatusText.In(lang))
	if check.Remedy != nil {
		groups := ""
		if len(check.Groups) > 0 {
			groups = " [" + strings.Join(check.Groups, ", ") + "]"
		}
		fmt.Fprintf(c.out, "      %s (%s)%s\n      → %s\n", check.Text.In(lang), check.Reason, groups, check.Remedy.In(lang))
	}
	for _, r := range check.Remarks {
		fmt.Fprintf(c.out, "      %s: %s (%s)\n", words.remark.In(lang), r.Text.In(lang), r.Reason)
	}
}

// labelWidth is the column of values, in letters.
const labelWidth = 24

func (c console) line(label, value string) {
	pad := max(0, labelWidth-len([]rune(label)))
	fmt.Fprintf(c.out, "  %s%s  %s\n", label, strings.Repeat(" ", pad), value)
}
