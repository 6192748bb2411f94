package mrz

// Key is what of the MRZ opens a chip (Doc 9303-11 §9.7.2, Doc 9303-3 §4.9).
type Key struct {
	// DocumentNumber is the document number without check digit, up to 9
	// characters (longer for TD1 numbers that run on in the optional data).
	DocumentNumber string
	// DateOfBirth and DateOfExpiry are written yymmdd as in the MRZ.
	DateOfBirth, DateOfExpiry string
}
