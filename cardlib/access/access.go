package access

import "chipid/cardlib/mrz"

// MaxTries is how many passwords are tried on one insertion of a card.
const MaxTries = 3

// Keys are what the reader was given; at least one must be there.
type Keys struct {
	// CAN is the card access number, six digits; empty if not known. It is never guessed.
	CAN string
	// MRZ are candidates for the MRZ key, the likeliest first (from a QR the
	// expiry date is not known for certain); tried until one opens the chip.
	MRZ []mrz.Key
	// PIN and PUK are secrets of the holder that some chips take for PACE. A chip
	// blocks a PIN after a few wrong tries: they are never guessed, and a chip that
	// says that one try is left gets none.
	PIN, PUK string
	// Number is the 12-digit personal number that the keys were made from, or
	// empty. The card that is read is compared with it.
	Number string
}

// Empty tells whether there is no key at all.
func (k Keys) Empty() bool { return k.CAN == "" && len(k.MRZ) == 0 && k.PIN == "" && k.PUK == "" }
