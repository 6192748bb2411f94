// Package reading is the counter with its readers: it watches them, finds out
// once per insertion whether a card is a citizen's, and runs one read at a time
// on each reader.
//
// A [Desk] keeps the whole state and tells only that it changed; whoever
// listens takes the new state and compares it with the one seen last ([Diff]).
// So nobody can miss an event for good, and nothing piles up for a slow
// listener.
//
// Rules that it keeps: a card whose eMRTD application does not answer SELECT is
// never sent a key and never reset; no more than access.MaxTries wrong keys go
// to a card between insertion and removal, over all jobs together; a job ends
// when its card goes, its time is over or its caller gives up; nothing that was
// read is kept. What is said to a card is said by the child of the read
// (agent/child): the desk has the connection and carries commands.
//
// What may not live here: PC/SC, sockets, JSON, keys, and the words of errors.
package reading
