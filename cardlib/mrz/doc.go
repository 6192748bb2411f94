// Package mrz reads and writes the machine-readable zone of travel documents:
// the three sizes TD1, TD2 and TD3, their check digits, and the key that opens
// a chip with them (ICAO Doc 9303-3 §4, Doc 9303-4 §4.2, Doc 9303-5 §4.2,
// Doc 9303-6 §4.2; the key: Doc 9303-11 §4.3.2 and §9.7.2).
//
// [Parse] takes the whole zone, as a chip, a scanner or a person gives it;
// [ParseKey] takes as little as number, date of birth and date of expiry.
// Every check digit is checked. Errors name the line and the field, never what
// stands there: it is personal.
//
// What may not live here: what only one State does with its zone (cccd does
// that for Vietnam) and cryptography.
package mrz
