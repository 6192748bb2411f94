// Package prompt asks the officer in a small window of the desktop, over all
// others: may this new site ask for cards, may this card be read once more.
//
// The questions are those of a consent.Queue, where the officer's page and the
// command line answer them too: whoever answers first has answered, and the window
// goes. Closing a window decides nothing; the question goes on waiting.
//
// What lives here: when a window is shown (attendant.go), what it says (form.go),
// and how each system shows one. Windows: a dialog box of user32, whose controls
// screen readers know and the keyboard reaches (dialog_windows.go, template.go). Other
// systems: the program yad, where it is installed (yad.go). Where there is
// neither, the officer's page is opened in the browser (docs/adr/0014).
//
// What may not live here: what an answer does, and anything of a citizen.
package prompt
