package script

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	s, err := Parse([]byte(`
title: everything
readers: [{listen: 0}, {vpcd: "127.0.0.1:35963"}]
link: 424,sleep
timeout: 2m
steps:
  - insert: mau
  - {insert: foreign:token, reader: 2, note: the second reader}
  - tear: DG2 40 %
  - wait: 200ms
  - start: [program, "two words"]
    name: one
  - until: {event: torn, text: DG2, file: DG2}
    timeout: 10s
  - finish: one
    expect: {exit: 5, stdout: x, stderr: y, json: {a.0.b: 1}}
  - run: program --flag ${card}
    expect: {exit: scenario, card: in, torn: false, access: PACE, read: [SOD], notRead: [DG3], unbroken: true, commands: {min: 1, max: 9}, text: x}
  - forEach: [mau, mau/t0]
    steps: [remove]
  - forEach: all scenarios of mau
    steps: [{expect: {card: out, broken: "§9.8.4"}}]
  - link: t1
  - save: trace.json
`))
	require.NoError(t, err)
	assert.Equal(t, "everything", s.Title)
	assert.Equal(t, 2*time.Minute, time.Duration(s.Timeout))
	require.Len(t, s.Steps, 12)
	assert.Equal(t, 7, s.Steps[0].line)
	assert.Equal(t, Words{"program", "two words"}, s.Steps[4].Start)
	assert.Equal(t, Words{"program", "--flag", "${card}"}, s.Steps[7].Run)
	assert.True(t, s.Steps[7].Expect.Exit.Scenario)
	assert.True(t, s.Steps[8].Steps[0].Remove)
	assert.Equal(t, "mau", s.Steps[9].ForEach.AllOf)
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"no YAML", "a: [", "did not find"},
		{"no steps", "title: x", "no steps"},
		{"an alias", "steps: &s [{forEach: [x], steps: *s}]", "line 1: aliases are not taken"},
		{"two documents", "steps: [remove]\n---\nsteps: [remove]", "more than one document"},
		{"unknown field", "stepz: [remove]", "stepz"},
		{"unknown step", "steps:\n- insert: mau\n- dance: 1", `line 3: "dance" is not known here`},
		{"unknown word", "steps: [pull]", "the word remove"},
		{"unknown expectation", "steps:\n- expect: {exitt: 1}", `line 2: "exitt"`},
		{"two things", "steps: [{insert: mau, wait: 1s}]", "line 1: two things at once: insert and wait"},
		{"nothing", "steps: [{reader: 1}]", "nothing to do"},
		{"a tear nowhere", "steps: [{tear: DG99}]", "no file"},
		{"a wrong link", "steps: [{link: warp}]", "no such link"},
		{"the script's link", "link: warp\nsteps: [remove]", "link"},
		{"no duration", "steps: [{wait: soon}]", "line 1"},
		{"negative", "steps: [{wait: -1s}]", "want a duration"},
		{"until nothing", "steps: [{until: {}}]", "until what"},
		{"no event", "steps: [{until: {event: dawn}}]", "no event"},
		{"start without name", "steps: [{start: x}]", "start and name"},
		{"started twice", "steps: [{start: x, name: a}, {start: x, name: a}]", "runs already"},
		{"never started", "steps: [{finish: a}]", "no program"},
		{"finished twice", "steps: [{start: x, name: a}, {finish: a}, {stop: a}]", "no program"},
		{"expect with insert", "steps: [{insert: mau, expect: {card: in}}]", "expect goes with"},
		{"exit of nothing", "steps: [{expect: {exit: 0}}]", "belong to run"},
		{"exit", "steps: [{run: x, expect: {exit: 256}}]", "want 0 to 255"},
		{"card", "steps: [{expect: {card: maybe}}]", "neither in nor out"},
		{"access", "steps: [{expect: {access: PIN}}]", "none of PACE"},
		{"file", "steps: [{expect: {read: [DG0]}}]", "no file"},
		{"forEach alone", "steps: [{forEach: [mau]}]", "belong together"},
		{"forEach word", "steps: [{forEach: everything, steps: [remove]}]", "all scenarios of PERSONA"},
		{"too deep", "steps: [{forEach: [a], steps: [{forEach: [a], steps: [{forEach: [a], steps: [remove]}]}]}]", "in steps in steps"},
		{"reader", "steps: [{insert: mau, reader: 17}]", "no reader 17"},
		{"two ways in one", "readers: [{vpcd: x, listen: y}]\nsteps: [remove]", "vpcd or listen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			require.ErrorIs(t, err, ErrScript)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := Parse([]byte("steps: [{tear: x}, {link: y}]"))
	assert.ErrorContains(t, err, "cannot tear")
	assert.ErrorContains(t, err, "no such link", "everything is said at once")
	_, err = Parse(make([]byte, maxFile+1))
	assert.ErrorIs(t, err, ErrScript)
}

func TestTheExamplesAreScripts(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = Parse(data)
		assert.NoError(t, err, file)
	}
}

func TestLookup(t *testing.T) {
	v := map[string]any{"a": []any{map[string]any{"b": 1.0}}, "n": nil}
	for path, want := range map[string]any{"a.0.b": 1.0, "n": nil} {
		got, ok := lookup(v, path)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	for _, path := range []string{"x", "a.1", "a.-1", "a.b", "n.x", "a.0.b.c"} {
		_, ok := lookup(v, path)
		assert.False(t, ok, path)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("steps: [remove, {run: x, expect: {exit: 0, json: {a: [1]}}}]"))
	f.Add([]byte("steps: [{forEach: all scenarios of mau, steps: [{insert: '${card}'}]}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("steps: &s [{forEach: [x], steps: *s}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err == nil && len(s.Steps) == 0 {
			t.Fatal("a script without steps")
		}
	})
}
