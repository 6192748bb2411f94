// Package rooms keeps the documents true: its tests fail if a folder is missing
// in ARCHITECTURE.md, a package imports what its rules forbid, a dependency is
// not in docs/dependencies.md or, of what is in the agent, its licence not in the page
// «About», a decision is not in the list of docs/adr, or a
// link between documents leads nowhere.
//
// What may not live here: code that anything else uses.
package rooms
