// Package answer says in JSON what a read came to: the asked fields, what is
// known of the document, the report with its words, and the times. The
// WebSocket result of card.read and the output of `chipid-agent read --json`
// are this one form.
//
// Only asked fields are in it. A field that was asked and is not on the card is
// null. What tells of the card and not of its holder (kind, issuing State,
// signer) is always there.
//
// What may not live here: reading, sockets, and the words themselves (catalogue).
package answer
