package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"chipid/mock-reader/persona"
	"chipid/mock-reader/roster"
)

// newFlags are the flags of `new`.
type newFlags struct {
	out, seed, photo string
	count            int
	force            bool
	values           map[string]*string // by the keys of files
}

// flagNames are the flags of the values that are not called like their keys.
var flagNames = map[string]string{
	"fullName": "full-name", "dateOfBirth": "birth", "dateOfIssue": "issued", "dateOfExpiry": "expires",
	"placeOfOrigin": "origin", "placeOfResidence": "residence", "identifyingMarks": "marks", "oldNumber": "old-number",
	"chipSerial": "chip-serial", "activeAuth": "active-auth", "emptyFields": "empty-fields",
}

func flagName(key string) string {
	if name, ok := flagNames[key]; ok {
		return name
	}
	return key
}

func (f *newFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.out, "out", "", "tệp YAML được ghi; không có thì in ra màn hình / the YAML file to write; standard output if absent")
	flags.BoolVar(&f.force, "force", false, "ghi đè tệp đã có / overwrite a file that exists")
	flags.IntVar(&f.count, "count", 0, "tạo N người giả lập khác nhau / make up N different persons")
	flags.StringVar(&f.seed, "seed", "1", "hạt giống: cùng hạt giống thì cùng người / the same seed gives the same persons")
	flags.StringVar(&f.photo, "portrait", "", "tệp ảnh JPEG hoặc JPEG 2000, cạnh tệp YAML / a JPEG or JPEG 2000 image beside the YAML file")
	f.values = map[string]*string{}
	for _, key := range roster.Keys() {
		f.values[key.Name] = flags.String(flagName(key.Name), "", key.Name)
	}
}

func runNew(_ context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	var f newFlags
	f.register(flags)
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if f.count < 0 || f.count > roster.MaxPersonas {
		return &usageError{fmt.Errorf("--count: từ 1 đến / from 1 to %d", roster.MaxPersonas)}
	}
	if err := f.placeIsFree(); err != nil {
		return err
	}
	personas, photos, err := f.make(flags, io)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := roster.Write(&text, personas, photos); err != nil {
		return err
	}
	if f.out == "" {
		_, err := io.out.Write(text.Bytes())
		return err
	}
	if err := writeWhole(f.out, text.Bytes()); err != nil {
		return fmt.Errorf("không ghi được tệp / cannot write the file: %w", err)
	}
	fmt.Fprintf(io.out, "%s: %d\nmock-reader list --personas %s\n", f.out, len(personas), strconv.Quote(f.out))
	return nil
}

// placeIsFree refuses to overwrite before anything is asked.
func (f *newFlags) placeIsFree() error {
	if f.out == "" || f.force {
		return nil
	}
	if _, err := os.Stat(f.out); err == nil {
		return &usageError{fmt.Errorf("tệp đã có, thêm --force để ghi đè / the file exists, --force overwrites it: %s", f.out)}
	}
	return nil
}

// make makes up as many as wanted, or the one that flags and answers describe.
func (f *newFlags) make(flags *flag.FlagSet, io streams) ([]persona.Persona, map[string]string, error) {
	if f.count > 0 {
		return roster.MakeUp(f.seed, f.count), nil, nil
	}
	values := map[string]string{}
	flags.Visit(func(set *flag.Flag) {
		for key, value := range f.values {
			if flagName(key) == set.Name {
				values[key] = *value
			}
		}
	})
	p, err := f.ask(values, io)
	if err != nil {
		return nil, nil, err
	}
	photos := map[string]string{}
	if f.photo != "" {
		photos[p.Name] = f.photo
	}
	return []persona.Persona{p}, photos, nil
}

// writeWhole writes a file all at once: nothing is left half-written.
func writeWhole(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".mock-reader-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return os.Chmod(path, 0o644)
}
