// Package durable keeps small files through crashes: a file is replaced whole or
// not at all, a line that was appended is on the disk when the call returns, and
// a lock keeps two processes of one user (the agent and a command) from writing
// at the same time.
//
// Files are readable by their owner alone (0600, folders 0700; on Windows the
// user's profile keeps others out).
//
// What may not live here: what stands in the files.
package durable
