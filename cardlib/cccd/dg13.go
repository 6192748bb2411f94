package cccd

import (
	"errors"
	"fmt"
	"time"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// ErrDG13: the file is not built as any known DG13. Errors of package tlv are
// passed through beside it.
var ErrDG13 = errors.New("cccd: malformed DG13")

// Limits on DG13; the cards seen have 350 to 600 bytes and 16 fields.
const (
	MaxDG13   = 64 << 10 // bytes of the file
	maxFields = 256      // fields
	maxValues = 64       // values of one field
	maxNested = 8        // levels inside the file
)

// DG13 is the citizen data of the chip as it stands there, in Unicode NFC. An
// absent field and one without a value are both empty.
type DG13 struct {
	PersonalNumber   string // 1, số định danh cá nhân
	FullName         string // 2, họ, chữ đệm và tên
	DateOfBirth      string // 3
	Sex              string // 4
	Nationality      string // 5
	Ethnicity        string // 6, dân tộc
	Religion         string // 7, tôn giáo
	PlaceOfOrigin    string // 8, quê quán or nơi đăng ký khai sinh
	PlaceOfResidence string // 9, nơi thường trú or nơi cư trú
	IdentifyingMarks string // 10, đặc điểm nhận dạng
	DateOfIssue      string // 11
	DateOfExpiry     string // 12, a date or a text such as "Không thời hạn"
	Father, Mother   string // 13
	Spouses          []string
	OldNumber        string // 15, số CMND cũ
	ChipSerial       string // 16, meaning unconfirmed
	// Extra are the values of unknown field numbers, and those that known fields
	// have beyond their due.
	Extra map[int][]string
}

// IssueDate is field 11 as a date.
func (d DG13) IssueDate() (time.Time, bool) { return ParseDate(d.DateOfIssue) }

// ParseDG13 reads DG13: fields SEQUENCE { INTEGER number, value… } under 6D,
// directly or inside any wrapper such as SEQUENCE { INTEGER, OID, SET OF }. The
// order of the fields does not matter.
func ParseDG13(file []byte) (DG13, error) {
	if len(file) > MaxDG13 {
		return DG13{}, fmt.Errorf("%w: %d bytes", ErrDG13, len(file))
	}
	outer, err := tlv.ReadTag(file, lds.DG13.Tag())
	if err != nil {
		return DG13{}, fmt.Errorf("%w: %w", ErrDG13, err)
	}
	var d DG13
	found := 0
	if err := eachField(outer.Value, maxNested, func(f field) error {
		if found++; found > maxFields {
			return errors.New("too many fields")
		}
		return d.take(f)
	}); err != nil {
		return DG13{}, fmt.Errorf("%w: %w", ErrDG13, err)
	}
	if found == 0 {
		return DG13{}, fmt.Errorf("%w: no field", ErrDG13)
	}
	return d, nil
}

// take puts the values of a field where they belong. Of a field that comes twice
// the first value counts.
func (d *DG13) take(f field) error {
	values, err := f.values()
	if err != nil {
		return err
	}
	switch f.number {
	case 13:
		for _, to := range []*string{&d.Father, &d.Mother} {
			if len(values) > 0 && *to == "" {
				*to, values = values[0], values[1:]
			}
		}
	case 14:
		d.Spouses, values = append(d.Spouses, filled(values)...), nil
	default:
		values = filled(values)
		if to := d.single(f.number); to != nil && *to == "" && len(values) > 0 {
			*to, values = values[0], values[1:]
		}
	}
	if values = filled(values); len(values) > 0 {
		if d.Extra == nil {
			d.Extra = map[int][]string{}
		}
		d.Extra[f.number] = append(d.Extra[f.number], values...)
	}
	return nil
}

// single is the place of a field that has one value; nil for other numbers.
func (d *DG13) single(number int) *string {
	places := [...]*string{
		1: &d.PersonalNumber, 2: &d.FullName, 3: &d.DateOfBirth, 4: &d.Sex, 5: &d.Nationality,
		6: &d.Ethnicity, 7: &d.Religion, 8: &d.PlaceOfOrigin, 9: &d.PlaceOfResidence,
		10: &d.IdentifyingMarks, 11: &d.DateOfIssue, 12: &d.DateOfExpiry,
		15: &d.OldNumber, 16: &d.ChipSerial,
	}
	if number < 0 || number >= len(places) {
		return nil
	}
	return places[number]
}

func filled(values []string) []string {
	var some []string
	for _, v := range values {
		if v != "" {
			some = append(some, v)
		}
	}
	return some
}
