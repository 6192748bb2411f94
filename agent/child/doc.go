// Package child is a read in a process of its own, gone with the read: what a card
// says of a person, and the key that opened it, never become values of the agent
// that lives on.
//
// The border is apdu.Card. The agent ([Child]) has the reader, its lock, the tries,
// the officer and the record; it carries commands to the card and sees what secure
// messaging lets through. The child ([Serve]) gets the key, the fields that were
// granted and the trust store's folders; it opens and reads the card, judges it,
// makes the portrait a picture and the answer JSON. What comes back of a person is
// bytes, which are passed on as they are and overwritten; everything else that
// comes back is judged like a stranger's input: capped, typed, its codes known.
//
// The two speak over a pair of pipes, one question at a time. Who starts the child
// is a [Starter]: [Process] runs this program anew under [SubCommand]; [Goroutine]
// runs the same loop within the process, for commands that end with the read, and
// for tests.
//
// What may not live here: readers, grants, sockets, the record, and any key of the
// agent's own: what a bundle needs signed, the agent signs.
package child
