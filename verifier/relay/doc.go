// Package relay answers requests by chip authentication that the service drives
// itself (cardlib/remoteca): the back end hands the agent's messages in and gets
// the next ones for it, until the outcome is written down.
//
// A session with a chip lives in one process. The first message gives the request
// to this replica, in the database, for good; a message that reaches another
// replica changes nothing and is told PROOF_ELSEWHERE, with the holder's name in
// the header Chipid-Replica, by which a balancer routes. When the holder is gone,
// whichever replica is asked ends the request with PROOF_LOST: nothing but a new
// request helps, for its keys are gone with it.
//
// What may not live here: the protocol with the chip, SQL, who may call.
package relay
