package main

import (
	"embed"
	"fmt"
	"io"
)

//go:embed help/*.txt
var helpTexts embed.FS

// showHelp writes the help of a command, or the overview if there is none, in
// Vietnamese and English.
func showHelp(w io.Writer, command string) {
	text, err := helpTexts.ReadFile("help/" + command + ".txt")
	if err != nil {
		text, err = helpTexts.ReadFile("help/overview.txt")
	}
	if err != nil {
		return
	}
	fmt.Fprintf(w, "%s", text)
}
