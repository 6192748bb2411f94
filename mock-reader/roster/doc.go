// Package roster keeps personas in YAML files: it reads and checks them, writes
// them, and makes up as many as a load test wants.
//
// A file is a stream of YAML documents, one persona each. Everything in it is
// checked before any of it is used, and everything that is wrong is said at once,
// each with its line. Only synthetic persons are taken: the province code of the
// number must be 000, which no province bears.
//
// What may not live here: how a card is made of a persona (issuer), and what is
// printed on it (persona).
package roster
