// Package counter is what happens between a page's asking for a card and the
// result in its hands: the grant, the turn, the wait for the card, the officer's
// word where it is needed, the read, the audit, the delivery.
//
// The rules:
//
//   - A caller gets the fields that it asks for and was granted; the others are
//     not sent, and not read from the chip where they lie in a file of their own.
//   - One insertion of a card gives one delivered result; another read of it asks
//     the officer. What was decided is spent by a delivered result, not by a
//     failed try.
//   - One caller has the turn on a reader; another hears BUSY and nothing of whose
//     turn it is. A caller that waits for a card ends its wait after a minute, when
//     it disconnects, when the officer chooses another one that asks, and when a
//     card that was in is taken away: what a page asked for one person never meets
//     the next person's card.
//   - The line in the audit stands on the disk before the result goes out. A
//     result that nobody took is kept in memory for [KeepFor] at most, for the same
//     caller and its resume token, and wiped then.
//
// Callers named for one run of the agent (serve --origin) are the operator's own:
// they may read an insertion again, and read mock cards.
//
// What may not live here: sockets and messages (rpc), cards (reading), and where
// grants are kept (consent).
package counter
