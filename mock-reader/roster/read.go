package roster

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"chipid/mock-reader/persona"
)

// Limits of a file.
const (
	// MaxFile is its longest, in bytes; MaxPersonas how many it may hold.
	MaxFile     = 32 << 20
	MaxPersonas = 20000
)

// Load reads files of personas, whose names and numbers must all differ.
// Portraits are looked for in each file's folder and below. The error is a
// Problems, or says why a file cannot be opened.
func Load(paths ...string) ([]persona.Persona, error) {
	r := newReader()
	for _, path := range paths {
		if err := r.load(path); err != nil {
			return nil, err
		}
	}
	return r.result()
}

func (r *reader) load(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("không mở được tệp / cannot open the file: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return fmt.Errorf("không đọc được tệp / cannot read the file: %w", err)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("không mở được thư mục / cannot open the folder: %w", err)
	}
	defer func() { _ = root.Close() }()
	r.read(path, data, root.FS())
	return nil
}

// Parse reads the content of a file called name; photos are opened in files,
// which may be nil. It returns all personas, or none and a Problems.
func Parse(name string, data []byte, files fs.FS) ([]persona.Persona, error) {
	r := newReader()
	r.read(name, data, files)
	return r.result()
}

func newReader() *reader {
	r := &reader{seen: map[string]string{}}
	for _, p := range persona.All() {
		r.seen["name "+p.Name], r.seen["number "+p.Number] = builtIn, builtIn
	}
	return r
}

// read reads one file's content.
func (r *reader) read(name string, data []byte, files fs.FS) {
	r.file, r.files = name, files
	personas, problems := len(r.personas), len(r.problems)
	if len(data) > MaxFile {
		r.say(0, "", wrongf("tệp dài hơn %d byte", "the file is longer than %d bytes", MaxFile))
		return
	}
	r.documents(data)
	if len(r.personas) == personas && len(r.problems) == problems {
		r.say(0, "", wrong("tệp không có nhân vật nào", "the file holds no persona"))
	}
	slices.SortStableFunc(r.problems[problems:], func(a, b Problem) int { return a.Line - b.Line })
}

// result is all personas, or all problems.
func (r *reader) result() ([]persona.Persona, error) {
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.personas, nil
}

// builtIn stands for the place of what the catalogue holds.
const builtIn = "built in"

// reader reads files.
type reader struct {
	file     string
	files    fs.FS
	personas []persona.Persona
	problems Problems
	// seen are the names and numbers that are taken, with their places.
	seen map[string]string
}

func (r *reader) say(line int, field string, err error) {
	if len(r.problems) < maxProblems {
		vi, en := texts(err)
		r.problems = append(r.problems, Problem{r.file, line, field, vi, en})
	}
}

// documents reads the stream, a persona a document.
func (r *reader) documents(data []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil: // it names its line itself
			r.say(0, "", &fault{"không phải YAML: " + err.Error(), "not YAML: " + err.Error()})
			return
		case len(r.personas) == MaxPersonas:
			r.say(doc.Line, "", wrongf("quá %d nhân vật", "more than %d personas", MaxPersonas))
			return
		}
		if len(doc.Content) == 1 && !isNull(doc.Content[0]) {
			r.persona(doc.Content[0])
		}
		if len(r.problems) >= maxProblems {
			return
		}
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// persona reads one document.
func (r *reader) persona(n *yaml.Node) {
	d := &draft{reader: r, line: n.Line, lines: map[string]int{}}
	before := len(r.problems)
	d.fields(n)
	if len(r.problems) == before { // what follows builds on single values that are right
		d.complete()
		d.check()
	}
	r.personas = append(r.personas, d.p)
}
