// Package vpcd plugs a mock card into pcscd as a real PC/SC reader's card: it is
// the card's side of the wire of vsmartcard's virtual reader driver vpcd.
//
// The card connects by TCP (slots on ports 35963 and 35964) and speaks package
// wire; a Slot is one of them. Several slots may run beside each other.
//
// What may not live here: what a card answers.
package vpcd
