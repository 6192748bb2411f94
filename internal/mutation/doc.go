// Package mutation breaks the checks of reader and agent one at a time and asks
// whether a test notices. A check whose loss no test notices is not tested.
//
// Each mutation replaces one piece of one source file, by the compiler's
// overlay: the tree itself is never changed. The tests of the named packages
// must compile with it and must fail. Run it by `make mutations`.
//
// What may not live here: tests of anything else.
package mutation
