package mrz

import "strings"

// maxText is the longest input that is looked at, in bytes.
const maxText = 1024

// Parse reads an MRZ of two or three lines, divided by line ends, by spaces or
// not at all (90, 72 or 88 characters). Small letters and white space around the
// lines are accepted. If only check digits are wrong, or a date or the sex, the
// document is returned whole together with the error (*CheckDigitError, *Error).
func Parse(text string) (Document, error) {
	lines, err := cut(tokens(text))
	if err != nil {
		return Document{}, err
	}
	l, err := match(lines)
	if err != nil {
		return Document{}, err
	}
	d := l.read(lines)
	if err := l.checkValues(lines); err != nil {
		return d, err
	}
	if faults := l.checkDigits(lines); len(faults) > 0 {
		return d, &CheckDigitError{Faults: faults}
	}
	return d, nil
}

// tokens splits text at white space, in capitals. A line end that was written
// as backslash and letter, as JSON and shells do, counts as one.
func tokens(text string) []string {
	if len(text) > maxText {
		return nil
	}
	text = strings.NewReplacer(`\r`, "\n", `\n`, "\n").Replace(text)
	return strings.Fields(strings.ToUpper(text))
}

// cut divides a zone that came without line ends.
func cut(parts []string) ([]string, error) {
	if len(parts) != 1 {
		return parts, nil
	}
	whole := parts[0]
	for _, l := range layouts {
		if len(whole) != l.lines*l.width {
			continue
		}
		lines := make([]string, l.lines)
		for i := range lines {
			lines[i] = whole[i*l.width : (i+1)*l.width]
		}
		return lines, nil
	}
	return nil, &Error{Err: ErrLength}
}

// match finds the layout of the lines and checks their alphabet.
func match(lines []string) (layout, error) {
	var l layout
	switch {
	case len(lines) == 3:
		l = layouts[0]
	case len(lines) == 2 && len(lines[0]) == layouts[2].width:
		l = layouts[2]
	case len(lines) == 2:
		l = layouts[1]
	default:
		return layout{}, ErrForm
	}
	for i, line := range lines {
		if len(line) != l.width {
			return layout{}, &Error{Line: i + 1, Err: ErrLength}
		}
		if !inAlphabet(line) {
			return layout{}, &Error{Line: i + 1, Err: ErrCharacter}
		}
	}
	return l, nil
}

// read takes the fields out of lines that fit the layout.
func (l layout) read(lines []string) Document {
	d := Document{
		Format: l.format, Lines: lines,
		Code:         unfilled(l.code.of(lines)),
		IssuingState: unfilled(l.state.of(lines)),
		Nationality:  unfilled(l.nationality.of(lines)),
		DateOfBirth:  l.birth.of(lines),
		DateOfExpiry: l.expiry.of(lines),
	}
	d.DocumentNumber, _, d.OptionalData1 = l.documentNumber(lines)
	if l.format == TD1 {
		d.OptionalData2 = unfilled(l.optional2.of(lines))
	}
	if sex := l.sex.of(lines); sex == "M" || sex == "F" {
		d.Sex = sex
	}
	name := l.name.of(lines)
	d.PrimaryIdentifier, d.SecondaryIdentifier = splitName(name)
	d.NameTruncated = name[len(name)-1] != '<'
	return d
}

// documentNumber returns the number, its check digit and what else stands in the
// optional data. A filler in place of the check digit says that the number goes
// on there, followed by its check digit and a filler (Doc 9303-5 §4.2.2 note j,
// Doc 9303-6 §4.2.2 note j); passports have no long numbers.
func (l layout) documentNumber(lines []string) (number string, digit byte, optional string) {
	number, digit, optional = l.number.of(lines), digitAfter(l.number).of(lines)[0], l.optional.of(lines)
	if digit == '<' && !l.optionalChecked {
		head, tail, _ := strings.Cut(optional, "<")
		if n := len(head) - 1; n >= 1 {
			return number + head[:n], head[n], unfilled(tail)
		}
	}
	return unfilled(number), digit, unfilled(optional)
}
