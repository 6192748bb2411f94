// Package rpc is the agent's protocol, JSON-RPC 2.0 in text frames of the
// sub-protocol chipid.v1 (docs/protocol.md).
//
// The JSON Schemas (2020-12) in schema/ are the one description of every
// message. What comes in is always validated with them; what goes out is in
// tests. A page first calls initialize, is then told of every reader and card,
// and may ask for readers.list and card.read; a read tells its progress and can
// be cancelled. Batches, messages in binary frames and ids that are in use are
// refused. Unknown members are ignored, so that later versions can add some.
//
// The key is cut out of a message before anything parses it, and what was read is
// JSON that a read's child has made: neither becomes a value here, and both are
// overwritten once they were passed on (docs/threat-model.md, «What stays in memory»).
//
// Whatever comes from a mock reader says synthetic: true. There is no switch.
//
// What may not live here: sockets (gateway), reading (reading), and words
// (catalogue).
package rpc
