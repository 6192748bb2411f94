// Package demo is what `chipid-agent demo` (and `make demo`) starts beside the
// agent: a one-stop-shop page, the form CT01, on an origin of its own, and a
// desk with the test reader on another, where a persona's card is put in and
// taken away.
//
// The three are kept apart as they are at a counter: the page knows the agent's
// address and what the officer types, never a persona's number; the desk shows
// the number as a card shows it, and knows nothing of the page.
//
// What lives here: the page's small web server and its files (web/portal; no
// framework, no build step, embedded in the program). The desk is that of
// mock-reader/desk. The client module for web pages is that of agent/sdk.
//
// The page's server (office) accepts a form only with evidence that a genuine
// chip answered the nonce that it issued (docs/evidence.md).
//
// What may not live here: anything of the protocol's server side or of reading.
package demo
