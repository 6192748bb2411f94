// Package pcsc is the way to real card readers: a readers.Source over the
// PC/SC service of the system (winscard on Windows, pcscd on Linux, the
// smart-card service of macOS), as the PC/SC Workgroup's "Interoperability
// Specification for ICCs and Personal Computer Systems", part 5, names its
// calls. It is the only room that imports github.com/ebfe/scard.
//
// Watching blocks in SCardGetStatusChange; nothing is polled. Each wake-up is
// only a doorbell: what is told is a fresh look at all readers, so a missed
// event cannot leave a wrong picture behind.
//
// A connection is shared. While commands follow each other it holds a PC/SC
// transaction, so that other programs cannot speak in between; one second
// without a command ends it (Windows resets a card whose transaction idles for
// five). A call that does not return within its limit is abandoned, counted by
// [Source.Abandoned], and its reader is marked stuck.
//
// Windows builds need no cgo; Linux and macOS builds do. Without it every call
// answers readers.ErrNotBuilt.
//
// What may not live here: what a command means, and what is done with a card.
package pcsc
