// Package gateway is the agent's only door: a WebSocket on 127.0.0.1 and [::1],
// behind a gate that refuses whoever it does not know before the upgrade.
//
// The gate asks, in this order ([Refusals] is the table): is the peer on this
// computer; is the request target a plain path; is Host exactly one of this
// agent's three names with its port (a page that rebinds DNS fails here); is
// there such a path; is the method GET; is Origin exactly one that
// [consent.Admitter] admits; is it an upgrade; is the sub-protocol chipid.v1.
// The upgrade library's own origin check accepts any Origin that equals Host,
// which DNS rebinding passes; it is replaced, not extended.
//
// With [Server.Secure] the same gate stands behind TLS on a port of its own, for
// browsers that need wss://.
//
// There is no option that widens the listeners. Every limit is in [Limits].
//
// It implements the server's side of RFC 6455 through gorilla/websocket, and
// the HTTP part of docs/protocol.md. What may not live here: what messages mean.
package gateway
