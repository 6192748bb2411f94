// Command mock-reader plays synthetic chip cards: it lists its personas and
// scenarios, writes the test CSCA that signed their cards, and serves a card to
// the virtual reader of pcscd.
//
// It is a tester's tool. Its cards are synthetic, their issuer's keys are
// published, and nothing that it signs may be trusted.
package main
