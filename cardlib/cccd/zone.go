package cccd

import (
	"fmt"
	"strconv"

	"chipid/cardlib/mrz"
)

// state is the code of Viet Nam in Doc 9303-3 §5.
const state = "VNM"

// noExpiryMRZ stands in the MRZ of a card that does not expire.
const noExpiryMRZ = "991231"

// NumberOf returns the personal number that a Vietnamese TD1 bears in its first
// optional data: twelve digits, two fillers and the check digit over them. It
// reports false if the document is none or the check digit is wrong.
func NumberOf(d mrz.Document) (Number, bool) {
	n, digit := numberAndDigit(d)
	if n == "" || digit != mrz.CheckDigit(string(n)) {
		return "", false
	}
	return n, true
}

func numberAndDigit(d mrz.Document) (Number, byte) {
	data := d.OptionalData1
	if d.Format != mrz.TD1 || d.IssuingState != state || len(data) != 15 || data[12:14] != "<<" || !isDigits(data[:12]) {
		return "", 0
	}
	return Number(data[:12]), data[14]
}

// birthOf writes the date of birth of the MRZ with the century of the personal number;
// where the two disagree or a part is unknown, the raw text.
func birthOf(d mrz.Document, n Number) (iso, raw string) {
	yy := fmt.Sprintf("%02d", n.Year()%100)
	if n == "" || len(d.DateOfBirth) != 6 || d.DateOfBirth[:2] != yy {
		return "", d.DateOfBirth
	}
	iso, _ = isoDate(strconv.Itoa(n.Year()) + d.DateOfBirth[2:])
	if iso == "" {
		return "", d.DateOfBirth
	}
	return iso, ""
}

// hasNoExpiry: only Vietnamese documents write it so.
func hasNoExpiry(d mrz.Document) bool {
	return d.IssuingState == state && d.DateOfExpiry == noExpiryMRZ
}

// expiryOf writes the date of expiry: the first chip was issued in 2021, so that the
// century is known.
func expiryOf(d mrz.Document) (iso, raw string) {
	if iso, _ = isoDate("20" + d.DateOfExpiry); iso == "" {
		return "", d.DateOfExpiry
	}
	return iso, ""
}
