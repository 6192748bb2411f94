// Package terminalauth is terminal authentication version 1, the reader's side
// (Doc 9303-11 §7.1, TR-03110-1 §3.5, commands TR-03110-3 B.3): a terminal shows
// a chain of card-verifiable certificates and signs a challenge, and the chip
// opens fingerprints (DG3) and irises (DG4) to it as far as the chain allows.
//
// It runs in the channel of chip authentication (or of PACE with chip
// authentication mapping), once in a session, and binds that channel: what is
// signed is ID_IC ‖ r_IC ‖ Comp(PK_IFD), where PK_IFD is the ephemeral key that
// opened it. The private key is any [crypto.Signer]: it may stay in hardware.
//
// It changes the chip. A chip has no clock: it takes the date of the newest
// certificate that it has seen, and a link certificate replaces the key that it
// trusts. Both stay. Whether to run it at all is the caller's decision.
//
// What may not live here: certificates themselves (cvc), the reading of data
// groups, and the decision to run.
package terminalauth
