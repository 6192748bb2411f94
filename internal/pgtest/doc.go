// Package pgtest runs a PostgreSQL of a test's own, in a folder of its own,
// reached by a socket in it: nothing listens on a port, and nothing is left.
// PostgreSQL refuses root, so as root it runs as the user postgres that Debian's
// package makes.
//
// What may not live here: anything of what is tested.
package pgtest
