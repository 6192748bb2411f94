package mrz

import "strings"

// Encode writes the lines of a document with all check digits. It takes every
// field but Lines and NameTruncated; a name that does not fit must have been
// truncated before (Doc 9303-5 §4.2.3), and is an ErrTooLong here.
func Encode(d Document) ([]string, error) {
	l, ok := layoutOf(d.Format)
	if !ok {
		return nil, ErrForm
	}
	if err := d.Key().Check(); err != nil {
		return nil, err
	}
	w := writer{layout: l}
	for range l.lines {
		w.lines = append(w.lines, []byte(strings.Repeat("<", l.width)))
	}
	w.put(FieldCode, l.code, d.Code)
	w.put(FieldState, l.state, d.IssuingState)
	w.put(FieldNationality, l.nationality, d.Nationality)
	w.put(FieldSex, l.sex, d.Sex)
	w.put(FieldName, l.name, nameField(d))
	w.number(d)
	w.checked(FieldBirth, l.birth, d.DateOfBirth)
	w.checked(FieldExpiry, l.expiry, d.DateOfExpiry)
	if l.format == TD1 {
		w.put(FieldOptional, l.optional2, d.OptionalData2)
	}
	w.put(FieldComposite, l.composite, string(CheckDigit(l.compositeText(w.text()))))
	if w.err != nil {
		return nil, w.err
	}
	return w.text(), nil
}

// writer fills lines; the first error stays.
type writer struct {
	layout layout
	lines  [][]byte
	err    error
}

func (w *writer) text() []string {
	lines := make([]string, len(w.lines))
	for i, line := range w.lines {
		lines[i] = string(line)
	}
	return lines
}

func (w *writer) put(f Field, s span, text string) {
	switch {
	case w.err != nil:
	case len(text) > s.len():
		w.err = &Error{s.line + 1, f, ErrTooLong}
	case !inAlphabet(text):
		w.err = &Error{s.line + 1, f, ErrCharacter}
	default:
		copy(w.lines[s.line][s.from:s.to], text)
	}
}

// checked writes a field and its check digit.
func (w *writer) checked(f Field, s span, text string) {
	w.put(f, s, text)
	w.put(f, digitAfter(s), string(CheckDigit(text)))
}

// number writes the document number and the optional data beside it, into which
// a long number runs on.
func (w *writer) number(d Document) {
	l, optional := w.layout, d.OptionalData1
	if n := l.number.len(); len(d.DocumentNumber) > n && !l.optionalChecked {
		w.put(FieldNumber, l.number, d.DocumentNumber[:n])
		optional = withDigit(d.DocumentNumber)[n:]
		if d.OptionalData1 != "" {
			optional += "<" + d.OptionalData1
		}
	} else {
		w.checked(FieldNumber, l.number, d.DocumentNumber)
	}
	if l.optionalChecked {
		w.checked(FieldOptional, l.optional, optional)
		return
	}
	w.put(FieldOptional, l.optional, optional)
}

// nameField joins the identifiers with fillers.
func nameField(d Document) string {
	name := strings.ReplaceAll(d.PrimaryIdentifier, " ", "<")
	if d.SecondaryIdentifier != "" {
		name += "<<" + strings.ReplaceAll(d.SecondaryIdentifier, " ", "<")
	}
	return name
}
