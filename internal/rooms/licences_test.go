package rooms

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the list of licences anew")

// licencesFile is what the officer's page shows and the packages install.
const licencesFile = "agent/console/web/licences.txt"

// licensed is a module that is built into the agent, and where its text lies.
type licensed struct{ Path, Version, Dir string }

// builtIn returns the modules of others in the agent, for one system.
func builtIn(t *testing.T, system string) (all []licensed) {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-tags", "tray,pcsc", "-json=Module", "./agent")
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	require.NoError(t, err)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Module *struct {
				licensed
				Main bool
			}
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		if p.Module != nil && !p.Module.Main && !slices.Contains(all, p.Module.licensed) {
			all = append(all, p.Module.licensed)
		}
	}
}

// apacheEnd is where the Apache License ends; below it stands how it is applied.
const apacheEnd = "END OF TERMS AND CONDITIONS"

var (
	copyrightLine = regexp.MustCompile(`(?m)^\s*(Copyright .*[0-9]{4}.*)$`)
	blanks        = regexp.MustCompile(`\s+`)
)

// licenceOf returns the licence of a module, and what names the module's authors if they
// stand below it.
func licenceOf(t *testing.T, dir string) (text, authors string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "LICENSE"))
	require.NoError(t, err)
	text, below, apache := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), apacheEnd)
	if apache {
		text += apacheEnd
		if m := copyrightLine.FindStringSubmatch(below); m != nil {
			authors = " (" + strings.TrimSpace(m[1]) + ")"
		}
	}
	return strings.TrimSpace(text), authors
}

// Whoever gets the program gets the licences of what is in it: their authors ask for
// that, and an administrator can look.
func TestTheLicencesOfWhatIsBuiltIn(t *testing.T) {
	all := []licensed{{"chipid", "", top}}
	for _, system := range []string{"linux", "windows", "darwin"} {
		for _, m := range builtIn(t, system) {
			if !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	require.Greater(t, len(all), 10)
	slices.SortStableFunc(all[1:], func(a, b licensed) int { return strings.Compare(a.Path, b.Path) })
	whose, texts := map[string][]string{}, []string{}
	for _, m := range all {
		text, authors := licenceOf(t, m.Dir)
		same := slices.IndexFunc(texts, func(other string) bool {
			return blanks.ReplaceAllString(other, "") == blanks.ReplaceAllString(text, "")
		})
		if same < 0 {
			texts = append(texts, text)
		} else {
			text = texts[same]
		}
		whose[text] = append(whose[text], m.Path+authors)
		if m.Path == "golang.org/x/sys" { // of the same authors, with the same licence
			whose[text] = append(whose[text], "Go")
		}
	}
	var file strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&file, "%s\n\n%s\n\n%s\n\n", strings.Repeat("=", 78), strings.Join(whose[text], "\n"), text)
	}
	path := filepath.Join(top, licencesFile)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(file.String()), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, strings.ReplaceAll(string(got), "\r\n", "\n") == file.String(), "run: go test ./internal/rooms -run Licences -update")
}
