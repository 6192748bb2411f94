// Package doctor looks at everything that must be right on a counter's computer
// before a card can be read for a page, and says of each what is wrong and what
// this user can do about it ([Run]). [Zip] packs the findings for support.
//
// Nothing that doctor says or packs is about a person: no grant's words, no
// audit lines, no reader's log; names of users and folders of theirs are taken
// out. It changes nothing and sends nothing to a card.
//
// The words are in agent/catalogue (Finding). What may not live here: repairs,
// and how the findings are shown.
package doctor
