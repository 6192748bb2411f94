package cccd

import (
	"errors"
	"fmt"
	"strings"

	"chipid/cardlib/access"
	"chipid/cardlib/mrz"
)

// Errors of an officer's input, beside ErrNumber and ErrQR.
var (
	ErrCAN = errors.New("cccd: not a card access number of six digits")
	ErrMRZ = errors.New("cccd: not an MRZ") // wraps the error of package mrz
)

// KeysFromNumber makes keys of the 12-digit personal number: the CAN is its last
// six digits. It has no MRZ key, for which the dates are missing.
func KeysFromNumber(text string) (access.Keys, error) {
	n, err := ParseNumber(text)
	if err != nil {
		return access.Keys{}, err
	}
	return access.Keys{CAN: n.CAN(), Number: string(n)}, nil
}

// KeysFromQR makes keys of the text of the QR code: the CAN, and up to three MRZ
// keys for chips that do not speak PACE.
func KeysFromQR(text string) (access.Keys, error) {
	q, err := ParseQR(text)
	if err != nil {
		return access.Keys{}, err
	}
	return access.Keys{CAN: q.Number.CAN(), Number: string(q.Number), MRZ: q.MRZKeys()}, nil
}

// KeysFromCAN makes a key of the six digits printed on the card, or the last six
// of its number.
func KeysFromCAN(text string) (access.Keys, error) {
	digits, ok := onlyDigits(text)
	if !ok || len(digits) != 6 {
		return access.Keys{}, ErrCAN
	}
	return access.Keys{CAN: digits}, nil
}

// KeysFromMRZ makes keys of an MRZ or of its key fields (see [mrz.ParseKey]). The
// whole MRZ of a Vietnamese card, whose check digits are all right, also gives
// the personal number and so the CAN. In key fields the 12-digit number may stand in
// place of the document number, if it agrees with the date of birth. From
// another document no CAN is made: that would be a guess.
func KeysFromMRZ(text string) (access.Keys, error) {
	key, err := mrz.ParseKey(text)
	if err != nil {
		return access.Keys{}, fmt.Errorf("%w: %w", ErrMRZ, err)
	}
	keys := access.Keys{MRZ: []mrz.Key{key}}
	n := Number("")
	if d, isZone, _ := mrz.ParseTyped(text); isZone {
		n, _ = NumberOf(d)
	} else if typed, err := ParseNumber(key.DocumentNumber); err == nil && isYear(typed, key.DateOfBirth) {
		n = typed
		keys.MRZ[0].DocumentNumber = n.DocumentNumber()
	}
	if n != "" {
		keys.CAN, keys.Number = n.CAN(), string(n)
	}
	return keys, nil
}

// isYear tells whether the number was given to somebody born in that year.
func isYear(n Number, yymmdd string) bool {
	return fmt.Sprintf("%02d", n.Year()%100) == yymmdd[:2]
}

// KeysFromText makes keys of input whose kind is not known: six digits are a CAN,
// twelve a number, text that goes on after twelve digits and a divider a QR, all
// else an MRZ. The error is that of the likeliest kind.
func KeysFromText(text string) (access.Keys, error) {
	digits, numeric := onlyDigits(text)
	trimmed := strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF"))
	switch {
	case numeric && len(digits) == 6:
		return KeysFromCAN(text)
	case numeric && len(digits) < 16:
		return KeysFromNumber(text)
	case strings.HasPrefix(trimmed, "]"), strings.Contains(text, "|"):
		return KeysFromQR(text)
	}
	keys, err := KeysFromMRZ(text)
	if err != nil && len(trimmed) > 12 && isDigits(trimmed[:12]) {
		if q, qrErr := KeysFromQR(text); qrErr == nil { // a keyboard changed the dividers
			return q, nil
		}
	}
	return keys, err
}
