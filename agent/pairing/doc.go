// Package pairing makes a page and the agent known to each other: the page asks
// for a grant, the officer compares a short code, and the page keeps the agent's
// public key.
//
// Both sides first commit to a nonce, then show it; the code is made of both
// nonces, the agent's key and the origin. Whoever stands in between would have to
// guess it before either side has shown anything, once in ten million, and has
// three tries. The officer enters the code that the page shows, so that it is
// really compared.
//
// The agent's identity is a key (Ed25519) made once for each user. A page sends a
// challenge with every initialize; the answer is signed over challenge, origin
// and port. Another program on the port cannot sign, and one that passes the
// challenge on to the agent on another port gets that port signed.
//
// What may not live here: sockets, messages (rpc), and the questions to the
// officer (consent).
package pairing
