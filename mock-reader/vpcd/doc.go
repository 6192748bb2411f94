// Package vpcd plugs a mock card into pcscd as a real PC/SC reader's card: it is
// the card's side of the wire of vsmartcard's virtual reader driver vpcd.
//
// The card connects by TCP (slots on ports 35963 and 35964). Each message is a
// length of two bytes, big-endian, and so many bytes. From the reader a message
// of one byte is a control (power off, power on, reset, give the ATR), a longer
// one a command APDU, answered by a message with the response. Closing the
// connection takes the card out of the reader, opening it puts the card in.
//
// What may not live here: what a card answers.
package vpcd
