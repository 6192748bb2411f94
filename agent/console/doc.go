// Package console is the officer's page: readers and cards, the read under way,
// how the last ones ended, the questions that wait, who has a grant, what is
// trusted, and the state of this computer; Vietnamese first, English beside.
//
// It is a page of this computer and of this user alone. The port is another than
// that of web pages and is opened when the page is first asked for. The address is
// good for one visit within a minute: the part behind its # is a ticket that the
// page gives back over its WebSocket, once, for a token that it keeps in memory.
// The page's files hold nothing and need no ticket. Host and Origin are checked
// exactly, the peer's user where the system tells, and no other page may show
// this one in a frame (Content-Security-Policy frame-ancestors, CSP Level 3 §6.4.2).
//
// What lives here: the listener, tickets, the conversation with the page, the
// page's files (web/; no framework, no build step, embedded in the program).
//
// What may not live here: what an action does ([Agent], which main implements),
// anything of a citizen, and anything of the protocol of web pages.
package console
