// Package readers says what every source of card readers offers: the state of
// its readers, told anew at each change, and connections to their cards. PC/SC
// and the in-process mock readers are Sources; [Join] makes one of several.
//
// A Source tells its whole state, never a difference: whoever missed one call
// is right again after the next.
//
// What may not live here: PC/SC, and what is done with a card.
package readers
