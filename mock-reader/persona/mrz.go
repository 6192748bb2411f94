package persona

import (
	"fmt"
	"strings"
)

// lineLen is the length of a line of a TD1 MRZ in characters (Doc 9303-5 §4.2.2).
const lineLen = 30

// MRZ returns the three lines, joined by a newline (Doc 9303-5 §4.2.2). As on
// the issued cards the document number is the last nine digits of the personal
// number, and the whole number with a check digit of its own stands in the
// first optional data.
func (p Persona) MRZ() string {
	doc := p.DocumentNumber()
	optional := p.Number + "<<" + CheckDigit(p.Number)
	line1 := "IDVNM" + doc + CheckDigit(doc) + optional
	birth, expiry := p.Birth.MRZ(), p.expiryMRZ()
	birth += CheckDigit(birth)
	expiry += CheckDigit(expiry)
	line2 := birth + p.Sex.mrz() + expiry + "VNM" + strings.Repeat("<", 11)
	// The composite takes the upper line from position 6 on and the dates with
	// their check digits and the optional data of the middle line.
	line2 += CheckDigit(line1[5:] + birth + expiry + line2[18:])
	return line1 + "\n" + line2 + "\n" + nameLine(p.FullName)
}

// MRZInformation is what the MRZ key is made of (Doc 9303-11 §9.7.2): number,
// birth and expiry, each with its check digit.
func (p Persona) MRZInformation() string {
	doc, birth, expiry := p.DocumentNumber(), p.Birth.MRZ(), p.expiryMRZ()
	return doc + CheckDigit(doc) + birth + CheckDigit(birth) + expiry + CheckDigit(expiry)
}

// CheckDigit is the check digit of Doc 9303-3 §4.9: weights 7, 3, 1; letters
// count 10 to 35 and the filler nothing.
func CheckDigit(s string) string {
	weights := [3]int{7, 3, 1}
	sum := 0
	for i, c := range []byte(s) {
		value := 0
		switch {
		case c >= '0' && c <= '9':
			value = int(c - '0')
		case c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		}
		sum += value * weights[i%3]
	}
	return fmt.Sprint(sum % 10)
}

// nameLine is the lower line: the family name is the first word of a Vietnamese
// name. Names that do not fit are cut from the end, and the last character is a
// letter then, to show that something was cut (Doc 9303-3 §4.6).
func nameLine(fullName string) string {
	words := strings.Fields(Transliterate(fullName))
	if len(words) == 0 {
		return strings.Repeat("<", lineLen)
	}
	line := words[0] + "<<" + strings.Join(words[1:], "<")
	switch {
	case len(line) <= lineLen:
		return line + strings.Repeat("<", lineLen-len(line))
	case line[lineLen-1] != '<':
		return line[:lineLen]
	}
	// The cut falls between two words: the word before gives up a letter, so
	// that the next one begins.
	return line[:lineLen-2] + line[lineLen-1:lineLen+1]
}
