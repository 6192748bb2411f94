// Package control is how a command of the same user speaks to the running agent:
// open pairing, list and answer the questions that wait for the officer, say that
// grants were changed. It is a Unix socket in the state's folder, which only that
// user can enter; web pages cannot reach it, and nothing else listens for it.
//
// One request and one answer, each a line of JSON, on each connection.
//
// What may not live here: what the requests do.
package control
