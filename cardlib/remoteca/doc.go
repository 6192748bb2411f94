// Package remoteca is chip authentication driven by a back end (Doc 9303-11
// §6.2): the agent opens the chip and relays, the service agrees on keys with the
// chip and reads over a channel that nobody between them can read or write.
//
// The service's side is [Service] and [Session]: EF.SOD and DG14 come in, passive
// authentication is passed, and only then an ephemeral key goes out, in an
// [Order] that the service signs. After it the chip's answers are proof: whoever
// answers correctly holds the key of DG14. The keys and the counter of the channel
// are in the session and nowhere else; they are never handed out, for whoever has
// them can write the transcript.
//
// The agent's side is [Relay] with its [Gate]. The gate takes an order only if a
// key that is pinned for the page's origin signed it for that origin and this
// request, and lets through what serves the order: the commands of chip
// authentication with the signed key, inside the channel that the agent opened,
// and then protected READ BINARY of the groups that were granted. Headers of
// protected commands are in plain (ISO/IEC 7816-4 §10), so this can be checked
// without their keys.
//
// What both sides say to each other is [Down] and [Up], deterministic CBOR that a
// page carries without understanding it. docs/server-driven-ca.md has the whole flow.
//
// What may not live here: sockets, grants, storage, and opening the chip.
package remoteca
