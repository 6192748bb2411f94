// Package scenario is the catalogue of good, odd, broken and forged cards.
//
// A [Scenario] changes the card of a persona, before it is signed (what the
// issuer did) or after (what a forger or a fault did), and says what a good
// reader must make of it. Every scenario can be put on every persona.
//
// Cards are called by name: "mau" is the genuine card of the persona mau,
// "mau/dg2-changed" one with another's portrait, [ForeignToken] a card of
// another kind that any reader must leave alone.
//
// What may not live here: how the chip answers (chip) and how its files are
// made (issuer).
package scenario
