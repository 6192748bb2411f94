// Package consent says who may speak to the agent, what they may ask for and
// until when, and asks the officer where nobody has decided yet.
//
// A page is known by its origin (RFC 6454): scheme, host and port, compared as
// a whole and exactly; there are no patterns. A program without a browser is
// known by the token that the officer made for it, never by the lack of an
// origin. Both are a [Caller].
//
// What a [Caller] may is a [Permission]. It comes, the strongest first, from the
// administrator's signed grants ([Admin]), from those named for one run of the
// agent ([Run]: `serve --origin`, the administrator's policy), or from the user's own grants ([Store]), which
// the officer gives when pairing or by `origins grant`. [Book] puts the three
// together. Grants are read anew whenever their file was replaced, so that a
// command and the running agent agree.
//
// The officer's decisions are asked for through a [Prompter]; [Queue] is the one
// without a window.
//
// What may not live here: sockets, how a pairing is carried out (pairing), and
// what an admitted page then asks (counter).
package consent
