package mrz

// checkValues checks what is not arithmetic: dates, sex, code and number.
func (l layout) checkValues(lines []string) error {
	if c := l.code.of(lines)[0]; c < 'A' || c > 'Z' || c == 'V' { // visas have another zone, and no chip
		return &Error{l.code.line + 1, FieldCode, ErrValue}
	}
	if number, _, _ := l.documentNumber(lines); number == "" {
		return &Error{l.number.line + 1, FieldNumber, ErrNumber}
	}
	if !isDate(l.birth.of(lines)) {
		return &Error{l.birth.line + 1, FieldBirth, ErrDate}
	}
	if !isDate(l.expiry.of(lines)) {
		return &Error{l.expiry.line + 1, FieldExpiry, ErrDate}
	}
	switch l.sex.of(lines) {
	case "M", "F", "<", "X": // X belongs to the visual zone, but is printed here too
		return nil
	}
	return &Error{l.sex.line + 1, FieldSex, ErrValue}
}

// checkDigits returns every check digit that is wrong.
func (l layout) checkDigits(lines []string) []Fault {
	var faults []Fault
	check := func(f Field, s span, text string, digit byte) {
		if CheckDigit(text) != digit {
			faults = append(faults, Fault{s.line + 1, f})
		}
	}
	number, digit, _ := l.documentNumber(lines)
	check(FieldNumber, l.number, number, digit)
	check(FieldBirth, l.birth, l.birth.of(lines), digitAfter(l.birth).of(lines)[0])
	check(FieldExpiry, l.expiry, l.expiry.of(lines), digitAfter(l.expiry).of(lines)[0])
	if l.optionalChecked {
		text, digit := l.optional.of(lines), digitAfter(l.optional).of(lines)[0]
		if digit != '<' || unfilled(text) != "" { // no data: 0 or a filler (Doc 9303-4 §4.2.2.2)
			check(FieldOptional, l.optional, text, digit)
		}
	}
	check(FieldComposite, l.composite, l.compositeText(lines), l.composite.of(lines)[0])
	return faults
}
