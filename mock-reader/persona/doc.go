// Package persona holds the synthetic persons whose cards the mock reader
// plays: what is printed on the card (names, dates, the 12-digit number, the
// three lines of the MRZ, the QR text) and a portrait that is drawn by code.
//
// None of them exists: every number has the province code 000, which no
// province bears, every name says that it is a sample, and no portrait shows a
// face that anyone has. All of it is fixed: every process makes the same bytes.
//
// It implements the card side of Doc 9303-5 §4.2 (MRZ of TD1), Doc 9303-3 §4.9
// (check digits) and what is known of the Vietnamese card: the 12-digit number,
// the expiry rule and both forms of the QR text.
//
// What may not live here: keys, signatures, files of the chip (issuer), and
// anything of cardlib; the reader parses what is written here with code of its own.
package persona
