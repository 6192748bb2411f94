package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMatrix runs the cases as tests of their own.
func TestMatrix(t *testing.T) {
	for i, c := range cases() {
		if i%every != 0 {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, c.run(t.Context()).Failure)
		})
	}
}

func TestMatrixIsWhatWasPromised(t *testing.T) {
	const least = 150
	all := cases()
	assert.GreaterOrEqual(t, len(all), least)
	seen, families := map[string]bool{}, map[string]int{}
	for _, c := range all {
		assert.False(t, seen[c.ID], "twice: %s", c.ID)
		seen[c.ID] = true
		families[c.Family()]++
		assert.NotNil(t, c.Right, c.ID)
		assert.NotNil(t, c.Wrong, "no twin: %s", c.ID)
	}
	for family, n := range map[string]int{"pace": 141, "forbidden": 20, "ca": 56, "aa": 100, "sm": 20, "pa": 60, "quirk": 60} {
		assert.GreaterOrEqual(t, families[family], n, family)
	}
}

func TestFailuresAreTold(t *testing.T) {
	good := func(context.Context) error { return nil }
	bad := func(context.Context) error { return errors.New("some reason") }
	for name, tc := range map[string]struct {
		c    Case
		want string
	}{
		"passes":          {Case{"x/1", good, good}, "PASS x/1"},
		"fails":           {Case{"x/1", bad, good}, "FAIL x/1: some reason"},
		"twin unnoticed":  {Case{"x/1", good, bad}, "FAIL x/1: twin: some reason"},
		"twin is missing": {Case{"x/1", good, nil}, "FAIL x/1: twin: half of the case is missing"},
		"panics":          {Case{"x/1", func(context.Context) error { panic("alarm") }, good}, "FAIL x/1: panic: alarm"},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			s := runAll(t.Context(), []Case{tc.c, {"y/1", good, good}}, func(r Result) { lines = append(lines, r.String()) })
			assert.Equal(t, []string{tc.want, "PASS y/1"}, lines)
			assert.Equal(t, 2, s.Passed+s.Failed)
			assert.Equal(t, strings.HasPrefix(tc.want, "FAIL"), s.Failed == 1)
			assert.Contains(t, s.String(), "2 cases: ")
			assert.Contains(t, s.String(), "y 1/1)")
		})
	}
}

func TestCommand(t *testing.T) {
	command := func(args ...string) (int, string, string) {
		var out, trouble bytes.Buffer
		code := run(t.Context(), args, &out, &trouble)
		return code, out.String(), trouble.String()
	}
	const one = "^forbidden/ECDH-IM/P-224/3DES$"

	code, out, _ := command("--run", one)
	assert.Equal(t, exitPassed, code)
	assert.Regexp(t, `^PASS forbidden/ECDH-IM/P-224/3DES\n1 cases: 1 passed, 0 failed, \d+\.\d s \(forbidden 1/1\)\n$`, out)

	code, out, _ = command("--json", "--run", one)
	assert.Equal(t, exitPassed, code)
	var s Summary
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	assert.Equal(t, 1, s.Passed)
	assert.Equal(t, statusPass, s.Cases[0].Status)

	code, _, _ = command("--run", "no such case")
	assert.Equal(t, exitFailed, code, "nothing run is nothing shown")
	for _, wrong := range [][]string{{"--run", "("}, {"superfluous"}, {"--unknown"}} {
		code, _, trouble := command(wrong...)
		assert.Equal(t, exitUsage, code)
		assert.NotEmpty(t, trouble)
	}
}
