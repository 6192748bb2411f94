package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample is a file of which profiles speak.
const sample = `package sample

import "errors"

func Passes(f func() error) error {
	if err := f(); err != nil {
		return err
	}
	return nil
}

func (s *Set) Hidden() {
	println("nobody comes here")
}

func refuses() error {
	return errors.New("malformed")
}
`

func written(t *testing.T, profiles ...string) (int, string, string) {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "cardlib", "sample"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "cardlib", "sample", "sample.go"), []byte(sample), 0o600))
	args := []string{filepath.Join(root, "coverage.md")}
	for i, p := range profiles {
		name := filepath.Join(root, string(rune('a'+i))+".out")
		require.NoError(t, os.WriteFile(name, []byte("mode: set\n"+p), 0o600))
		args = append(args, name)
	}
	var trouble bytes.Buffer
	code := run(args, root, &trouble)
	document, _ := os.ReadFile(args[0])
	return code, string(document), trouble.String()
}

const (
	passes  = "chipid/cardlib/sample/sample.go:6.34,6.50 1 1\nchipid/cardlib/sample/sample.go:6.30,8.3 1 0\nchipid/cardlib/sample/sample.go:9.2,9.12 1 1\n"
	hidden  = "chipid/cardlib/sample/sample.go:12.24,14.2 1 0\n"
	refused = "chipid/cardlib/sample/sample.go:16.22,18.2 1 0\n"
)

func TestExplained(t *testing.T) {
	code, document, trouble := written(t, passes+refused)
	assert.Equal(t, exitExplained, code, trouble)
	assert.Contains(t, document, "| `cardlib/sample` | 4 | 50.0 % |")
	assert.Contains(t, document, "### "+whyPassedOn+"\n\n- `cardlib/sample`: `Passes`\n")
	assert.Contains(t, document, "### "+whyRefused+"\n\n- `cardlib/sample`: `refuses`\n")
}

func TestUnexplained(t *testing.T) {
	code, _, trouble := written(t, passes+hidden)
	assert.Equal(t, exitUnexplained, code)
	assert.Contains(t, trouble, "cardlib/sample/sample.go:12: Set.Hidden: no test runs this and no reason is given")

	code, document, _ := written(t, passes+hidden, hidden[:len(hidden)-2]+"3\n")
	assert.Equal(t, exitExplained, code, "the second profile ran it")
	assert.Contains(t, document, "| all | 4 | 75.0 % |")
}

func TestUsage(t *testing.T) {
	var trouble bytes.Buffer
	assert.Equal(t, exitUsage, run([]string{"x"}, ".", &trouble))
	assert.Equal(t, exitUsage, run([]string{"x", "no such file"}, ".", &trouble))
	code, _, _ := written(t, "nonsense\n")
	assert.Equal(t, exitUsage, code)
	code, _, _ = written(t, "chipid/cardlib/sample/other.go:1.1,2.2 1 0\n")
	assert.Equal(t, exitUsage, code)
}

// TestReasonsAreOfSomething: a reason whose function is gone is a mistake.
func TestReasonsAreOfSomething(t *testing.T) {
	s := sources{root: "../..", files: map[string]*source{}}
	names := map[string]bool{}
	files, err := filepath.Glob("../../cardlib/*.go")
	require.NoError(t, err)
	for _, pattern := range []string{"*/*.go", "*/*/*.go"} {
		more, err := filepath.Glob("../../cardlib/" + pattern)
		require.NoError(t, err)
		files = append(files, more...)
	}
	for _, file := range files {
		name, err := filepath.Rel("../..", file)
		require.NoError(t, err)
		src, err := s.file(filepath.ToSlash(name))
		require.NoError(t, err)
		folder := filepath.ToSlash(filepath.Dir(name))
		names[folder] = true
		for _, f := range src.functions {
			names[folder+"."+f.name] = true
		}
	}
	for _, r := range reasons {
		assert.True(t, names[r.where], "%s is not there", r.where)
	}
}
