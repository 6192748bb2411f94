package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Places are where the files of one user's agent lie.
type Places struct {
	// File is the configuration; Required if somebody named it.
	File     string
	Required bool
	// State is the folder of everything that the agent writes.
	State string
}

// ErrNoHome: the system does not say where this user's files belong.
var ErrNoHome = errors.New("config: no home folder; give --config and --state")

// Locate finds the places; file and state are what the command line says, if it
// says anything.
func Locate(file, state string) (Places, error) {
	p := Places{File: file, Required: file != "", State: state}
	if file == "" {
		dir, err := configHome()
		if err != nil && state == "" {
			return p, fmt.Errorf("%w: %w", ErrNoHome, err)
		}
		if err == nil {
			p.File = filepath.Join(dir, "chipid", "config.toml")
		}
	}
	if state == "" {
		dir, err := stateHome()
		if err != nil {
			return p, fmt.Errorf("%w: %w", ErrNoHome, err)
		}
		p.State = filepath.Join(dir, "chipid")
	}
	var err error
	p.State, err = filepath.Abs(p.State)
	return p, err
}

// In returns the path of a file of the state.
func (p Places) In(names ...string) string {
	return filepath.Join(append([]string{p.State}, names...)...)
}

// fromEnv returns the folder that a variable of the XDG Base Directory
// Specification names; relative ones are to be ignored.
func fromEnv(name string) (string, bool) {
	dir := os.Getenv(name)
	return dir, filepath.IsAbs(dir)
}
