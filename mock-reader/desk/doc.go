// Package desk is the tester's room: a local page, and the same by HTTP and JSON,
// where cards are put into the readers of a rack, pulled, swapped and torn away,
// and where every command that a reader sends is seen as it passes.
//
// openapi.yaml describes the interface; a test holds it against the handlers.
// The page (web/) has no framework and no build step and is embedded in the
// program. It is used by `mock-reader serve --web`, by `chipid-agent serve --mock
// --desk` and by `chipid-agent demo`.
//
// Whoever reaches the room can change what a program under test reads, so that it
// keeps to itself: it answers under its own Host only, pages of other origins get
// nothing, and whatever tells or changes something wants a token, which is drawn
// anew at each start and stands behind the # of the address that is printed.
//
// What may not live here: what a card answers ([rack] and below), and any real
// person's data: there is none.
package desk
