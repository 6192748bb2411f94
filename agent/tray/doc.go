// Package tray is the small picture beside the clock: it says in a line how things
// stand, and its menu opens the officer's page, lets a new page ask for two minutes,
// and ends the program. It informs and starts; it decides nothing.
//
// Windows and Linux (StatusNotifierItem over D-Bus) are reached without cgo. On
// macOS the library needs cgo: there the tray is behind the build tag tray. Where
// a desktop has none, Run just waits.
//
// What may not live here: questions to the officer (package prompt and the page),
// and anything of a citizen.
package tray
