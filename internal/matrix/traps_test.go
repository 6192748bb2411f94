package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/scenario"
)

// TestTrapsAreShown: every case, scenario and test that docs/traps.md names exists.
func TestTrapsAreShown(t *testing.T) {
	document, err := os.ReadFile("../../docs/traps.md")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, c := range cases() {
		known[c.ID] = true
	}
	for _, s := range scenario.All() {
		known[s.Name] = true
	}
	rows := regexp.MustCompile(`(?m)^\|[^|\n]+\|[^|\n]+\|([^|\n]+)\|$`).FindAllSubmatch(document, -1)
	name, test := regexp.MustCompile("`([^`]+)`"), regexp.MustCompile(`^Test[A-Z]`)
	tests := testsOfTheModule(t)
	shown := 0
	for _, row := range rows {
		for _, m := range name.FindAllStringSubmatch(string(row[1]), -1) {
			shown++
			if test.MatchString(m[1]) {
				assert.True(t, tests[m[1]], "no test %s", m[1])
			} else {
				assert.True(t, known[m[1]], "no case and no scenario %s", m[1])
			}
		}
	}
	assert.Greater(t, shown, 80)
}

// testsOfTheModule are the names of all tests under version control.
func testsOfTheModule(t *testing.T) map[string]bool {
	t.Helper()
	cmd := exec.Command("git", "grep", "-h", "--untracked", "-o", "-E", `^func Test[A-Za-z0-9_]+`, "--", "*_test.go")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, line := range bytes.Fields(out) {
		names[string(line)] = true
	}
	return names
}
