package mrz

import "strings"

// ParseKey reads the key of a chip from whatever a person or a scanner gives of
// the MRZ:
//
//   - the whole zone, as [Parse] takes it, or only the first two lines of TD1;
//   - number, date of birth and date of expiry (yymmdd), divided by commas,
//     semicolons or white space, without check digits or all three with them;
//   - the MRZ information in one piece, with check digits (24 characters, more
//     if the number is long).
//
// Every check digit that is there must be right. Errors name the field.
func ParseKey(text string) (Key, error) {
	d, isZone, err := ParseTyped(text)
	switch {
	case isZone && err != nil:
		return Key{}, err
	case isZone:
		return d.Key(), nil
	}
	parts := typed(text)
	switch len(parts) {
	case 1:
		return parseInformation(parts[0])
	case 3:
		return parseFields(parts[0], parts[1], parts[2])
	case 6: // every check digit on its own
		return parseFields(parts[0]+parts[1], parts[2]+parts[3], parts[4]+parts[5])
	}
	return Key{}, ErrForm
}

// ParseTyped is [Parse] for what people type or scan: the third line of TD1 may be
// missing, and isZone is false if the text is not meant to be lines of an MRZ.
func ParseTyped(text string) (d Document, isZone bool, err error) {
	lines, isZone := zone(typed(text))
	if !isZone {
		return Document{}, false, ErrForm
	}
	d, err = Parse(strings.Join(lines, "\n"))
	return d, true, err
}

// typed splits what people type at white space, commas and semicolons.
func typed(text string) []string {
	return tokens(strings.NewReplacer(",", " ", ";", " ").Replace(text))
}

// longestDate is how long a date is that somebody typed in a wrong form.
const longestDate = 10

// zone tells whether the parts are lines of an MRZ. The third line of TD1, which
// is not needed for the key, may be missing.
func zone(parts []string) ([]string, bool) {
	td1 := layouts[0]
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	upper := length == 2*td1.width && len(parts[0])%td1.width == 0
	if upper && len(parts) <= 2 {
		whole := strings.Join(parts, "")
		return []string{whole[:td1.width], whole[td1.width:], pad("", td1.width)}, true
	}
	if (len(parts) == 2 || len(parts) == 3) && len(parts[1]) > longestDate {
		return parts, true
	}
	for _, l := range layouts {
		if len(parts) == 1 && length == l.lines*l.width {
			return parts, true
		}
	}
	return nil, false
}

// parseInformation takes the MRZ information apart from its end.
func parseInformation(s string) (Key, error) {
	const tail = 14 // two dates with their check digits
	if len(s) < 9+1+tail || len(s) > maxNumber+1+tail {
		return Key{}, &Error{Err: ErrLength}
	}
	n := len(s) - tail
	return parseFields(s[:n], s[n:n+7], s[n+7:])
}

// parseFields reads the three fields, with their check digits if the dates have seven
// characters. A number before its check digit is filled up to nine characters,
// or not.
func parseFields(number, birth, expiry string) (Key, error) {
	for i, field := range []string{number, birth, expiry} {
		if !inAlphabet(field) {
			return Key{}, &Error{Field: keyFields[i], Err: ErrCharacter}
		}
	}
	digits := len(birth) == 7
	switch {
	case len(birth) != 6 && len(birth) != 7:
		return Key{}, &Error{Field: FieldBirth, Err: ErrLength}
	case len(expiry) != len(birth):
		return Key{}, &Error{Field: FieldExpiry, Err: ErrLength}
	case digits && len(number) < 2:
		return Key{}, &Error{Field: FieldNumber, Err: ErrNumber}
	}
	var faults []Fault
	if digits {
		for i, field := range []*string{&number, &birth, &expiry} {
			last := len(*field) - 1
			text, digit := (*field)[:last], (*field)[last]
			if CheckDigit(text) != digit {
				faults = append(faults, Fault{Field: keyFields[i]})
			}
			*field = text
		}
	}
	k := Key{DocumentNumber: unfilled(number), DateOfBirth: birth, DateOfExpiry: expiry}
	if err := k.Check(); err != nil {
		return Key{}, err
	}
	if len(faults) > 0 {
		return Key{}, &CheckDigitError{Faults: faults}
	}
	return k, nil
}

// keyFields are the fields of a key in their order.
var keyFields = [3]Field{FieldNumber, FieldBirth, FieldExpiry}
