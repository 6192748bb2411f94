// Package examples has a portal's back end in three languages, each under a
// hundred lines and without a framework: a card check (kiểm tra thẻ) against the
// verification service, and then a second factor, since a card proves neither who
// holds it nor that they agree. README.md tells what they share.
//
// What may not live here: anything that a program of the project uses.
package examples
