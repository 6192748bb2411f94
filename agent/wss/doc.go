// Package wss keeps what the agent serves wss:// with: the set of certificates
// of agent/localca in the state's folder, its authority in this user's trust
// stores (agent/truststores), and the change to a new authority before the last
// leaf ends ([Keeper.Renew]), when the old one goes out.
//
// Every authority is written down (authorities.pem) before it goes into any
// store and crossed out when it has gone from all, so that a crash in between
// leaves nothing that nobody takes out again.
//
// What may not live here: listeners, and the words for people.
package wss
