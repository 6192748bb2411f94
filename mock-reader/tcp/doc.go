// Package tcp is a reader reached over TCP: a mock card is played on one side
// ([Listen]) and read on the other ([New]), without pcscd, also between two
// computers or containers. The names of such readers begin with "tcp:".
//
// The wire is that of package wire with the roles of the connection turned round:
// the reader's side connects. That is what vpcd does too when its configuration
// names a host (DEVICENAME HOST:PORT), so that pcscd can reach a listening mock.
//
//   - A connection whose first message is the control Watch gets the state, at once
//     and after each change: eight bytes, how many cards have been put in, and the
//     answer to reset of the one that is in.
//   - Any other connection is one to the card. It is closed if no card is in, and
//     when the card is taken away. An empty message as answer means that the card is
//     mute; as answer to the control ATR, that another connection has held the card
//     for three seconds.
//
// There is no encryption and no authentication: the cards are synthetic, and so is
// all that is read over such a reader. Both sides keep to the loopback interface
// unless told otherwise ([Local] says which addresses lie there).
//
// What may not live here: what a card answers, and any trust in it.
package tcp
