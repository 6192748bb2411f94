// Package rack holds the readers of one mock: which card lies in which, over what
// link, and when it is to be torn away. A tester's page, a script and the
// terminal all work on a [Rack]; the ways in (inproc, vpcd, tcp) take the cards
// from it. Whatever a reader says to a card stands on the rack's tape.
//
// A card in a reader is a [Played] card: the scenario's chip behind a link model,
// logged, and taken away in the middle of a file if that was asked for.
//
// What may not live here: what a chip answers, sockets, pages.
package rack
