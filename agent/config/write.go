package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"

	"github.com/pelletier/go-toml/v2"

	"chipid/agent/durable"
)

// tableLine begins a table: what follows is no longer of the top.
var tableLine = regexp.MustCompile(`(?m)^[ \t]*\[`)

// SetText writes a setting of the user's file that stands at its top, and leaves every
// other line as it is, comments too. The file and its folder are made if they are
// missing. Errors: [ErrInvalid], also where the file is written in a way that this
// cannot change; those of the file system.
func SetText(file, name, value string) error {
	key, known := keyOf(name)
	if !known || key.Kind != Text {
		return unknown(name, file)
	}
	if _, err := key.fit(value); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real // a link goes on being one
	}
	before, err := durable.Read(file, maxFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	after := edited(before, name, value)
	if err := onlyChanged(before, after, name, value); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInvalid, file, err)
	}
	if err := durable.Dir(filepath.Dir(file)); err != nil {
		return err
	}
	return durable.Write(file, after)
}

// edited is a file with the line of a setting replaced, or put first.
func edited(file []byte, name, value string) []byte {
	line := fmt.Appendf(nil, "%s = %q", name, value)
	top := len(file)
	if at := tableLine.FindIndex(file); at != nil {
		top = at[0]
	}
	old := regexp.MustCompile(`(?m)^[ \t]*` + regexp.QuoteMeta(name) + `[ \t]*=[^\r\n]*`).FindIndex(file[:top])
	if old == nil {
		return append(append(line, '\n'), file...)
	}
	return bytes.Join([][]byte{file[:old[0]], line, file[old[1]:]}, nil)
}

// onlyChanged asks whether two files differ in that setting alone: what looks like its
// line may be part of a longer text.
func onlyChanged(before, after []byte, name, value string) error {
	var old, changed map[string]any
	if err := errors.Join(toml.Unmarshal(before, &old), toml.Unmarshal(after, &changed)); err != nil {
		return err
	}
	if old == nil {
		old = map[string]any{}
	}
	old[name] = value
	if !reflect.DeepEqual(old, changed) {
		return errors.New("the line of the setting is not found")
	}
	return nil
}
