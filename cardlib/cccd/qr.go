package cccd

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chipid/cardlib/mrz"
)

// ErrQR: the text is not that of a card's QR code.
var ErrQR = errors.New("cccd: not the QR text of a card")

// Limits on a QR text; version 40 holds 4,296 characters.
const (
	maxQR       = 8 << 10
	maxQRFields = 32
)

// QR is the text of the QR code of a card. It is not signed and proves nothing: it
// is a key to the chip. Letters may have been mangled by a scanner that types them
// through a Vietnamese keyboard; only the number and the dates are relied upon.
type QR struct {
	Number Number
	// OldNumber is the CMND number of 9 digits, or empty.
	OldNumber string
	FullName  string
	Sex       Sex // SexUnknown if the word is mangled
	Residence string
	// DateOfBirth and DateOfIssue are zero if the text has none.
	DateOfBirth, DateOfIssue time.Time
	// Cancelled are further numbers of 9 or 12 digits, Others the remaining fields
	// of later cards, such as the parents' names of a child.
	Cancelled, Others []string
}

// ParseQR reads the text of either generation:
//
//	number|old number|name|ddmmyyyy|Nam or Nữ|residence|ddmmyyyy[|…]
//
// Only the first field must be there. The divider is whatever follows it, since
// keyboards turn | into other characters. Dates are recognised by their form,
// the first being that of birth; a scanner's prefix (]Q1) is passed over.
func ParseQR(text string) (QR, error) {
	text = strings.TrimFunc(strings.TrimPrefix(text, "\uFEFF"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	})
	if len(text) >= 3 && text[0] == ']' {
		text = text[3:]
	}
	switch {
	case len(text) > maxQR:
		return QR{}, fmt.Errorf("%w: %d bytes", ErrQR, len(text))
	case len(text) < 12 || !isDigits(text[:12]):
		return QR{}, fmt.Errorf("%w: does not begin with 12 digits", ErrQR)
	}
	q := QR{Number: Number(text[:12])}
	if len(text) == 12 {
		return q, nil
	}
	divider, size := utf8.DecodeRuneInString(text[12:])
	if divider >= '0' && divider <= '9' {
		return QR{}, fmt.Errorf("%w: begins with more than 12 digits", ErrQR)
	}
	q.takeFields(strings.SplitN(text[12+size:], text[12:12+size], maxQRFields))
	return q, nil
}

// takeFields sorts the fields after the number, by form and, for texts, by place.
func (q *QR) takeFields(fields []string) {
	for i, f := range fields {
		f = strings.TrimSpace(f)
		t, isDate := time.Time{}, false
		if len(f) == 8 && isDigits(f) {
			t, isDate = date(f[4:], f[2:4], f[:2])
		}
		switch {
		case f == "":
		case isDate && q.DateOfBirth.IsZero():
			q.DateOfBirth = t
		case isDate && q.DateOfIssue.IsZero() && t.After(q.DateOfBirth):
			q.DateOfIssue = t
		case isDigits(f) && len(f) == 9 && i == 0:
			q.OldNumber = f
		case isDigits(f) && (len(f) == 9 || len(f) == 12):
			q.Cancelled = append(q.Cancelled, f)
		case i == 1:
			q.FullName = Clean(f)
		case i == 3:
			q.Sex = parseSex(f)
		case i == 4:
			q.Residence = Clean(f)
		default:
			q.Others = append(q.Others, Clean(f))
		}
	}
}

// MRZKeys are the keys that the MRZ of the card may have, the likeliest first;
// none if a date is missing (see [Expiries]).
func (q QR) MRZKeys() []mrz.Key {
	if q.DateOfBirth.IsZero() || q.DateOfIssue.IsZero() {
		return nil
	}
	var keys []mrz.Key
	for _, expiry := range Expiries(q.DateOfBirth, q.DateOfIssue) {
		keys = append(keys, mrz.Key{
			DocumentNumber: q.Number.DocumentNumber(),
			DateOfBirth:    q.DateOfBirth.Format("060102"),
			DateOfExpiry:   expiry,
		})
	}
	return keys
}
