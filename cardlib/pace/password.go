package pace

import (
	"crypto/sha1"

	"chipid/cardlib/mrz"
)

// Password is a secret that opens a chip, with the kind the chip knows it by
// (tag 83 of MSE:Set AT, TR-03110-3 B.1).
type Password struct {
	reference byte
	name      string
	secret    []byte
}

// MRZ makes a password of the MRZ key: the SHA-1 of the MRZ information (Doc 9303-11 table 14).
func MRZ(key mrz.Key) Password {
	sum := sha1.Sum([]byte(key.Information()))
	return Password{reference: 1, name: "MRZ", secret: sum[:]}
}

// CAN makes a password of the card access number.
func CAN(can string) Password { return Password{reference: 2, name: "CAN", secret: []byte(can)} }

// PIN makes a password of the holder's PIN. A chip blocks it after a few wrong tries.
func PIN(pin string) Password { return Password{reference: 3, name: "PIN", secret: []byte(pin)} }

// PUK makes a password of the PUK, which unblocks the PIN.
func PUK(puk string) Password { return Password{reference: 4, name: "PUK", secret: []byte(puk)} }

// String names the kind of password, never the secret.
func (p Password) String() string { return p.name }

// GoString hides the secret from %#v.
func (p Password) GoString() string { return "pace.Password(" + p.name + ")" }
