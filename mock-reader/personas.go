package main

import (
	"errors"
	"strings"

	"chipid/mock-reader/persona"
	"chipid/mock-reader/roster"
)

const personasHelp = "tệp YAML có thêm nhân vật, dùng được nhiều lần / a YAML file with more personas, repeatable"

// fileList is a flag that may be given several times.
type fileList []string

func (l *fileList) String() string { return strings.Join(*l, ", ") }

// Set adds a file.
func (l *fileList) Set(path string) error {
	*l = append(*l, path)
	return nil
}

// load reads the personas of all files. What is wrong in any of them is a usage
// error that names every line.
func (l fileList) load() ([]persona.Persona, error) {
	personas, err := roster.Load(l...)
	var problems roster.Problems
	if errors.As(err, &problems) {
		return nil, &usageError{err}
	}
	return personas, err
}
