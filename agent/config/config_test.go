package config

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the documents anew")

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestTheStrongerSourceWins(t *testing.T) {
	in := Inputs{
		File: written(t, "port = 1111\nlanguage = 'en'\nmock = true\n[log]\nlevel = 'info'\n[audit]\nmaxMiB = 2\n"),
		Env: []string{"CHIPID_PORT=2222", "CHIPID_LOG_LEVEL=warn", "CHIPID_TRUST=/a; /b", "CHIPID_READ_WAIT_SECONDS=7", "CHIPID_ADMIN_GRANTS=",
			"PATH=/bin", "CHIPID_VERIFIER_DATABASE=another program's", "CHIPID_HOST=another's too"},
		Flags:  map[string]any{Port: int64(3333)},
		Policy: Trusted{Text: []byte("mock = false\nport = 4444"), Where: "/etc/chipid/policy.toml"},
	}
	c, err := Load(in)
	require.NoError(t, err)
	assert.Equal(t, 4444, c.Int(Port))
	assert.Equal(t, FromPolicy, c.Source(Port))
	assert.False(t, c.Bool(Mock))
	assert.Equal(t, "en", c.Text(Language))
	assert.Equal(t, FromFile, c.Source(Language))
	assert.Equal(t, FromEnv, c.Source(LogLevel))
	assert.Equal(t, []string{"/a", "/b"}, c.List(Trust))
	assert.Equal(t, 7, c.Int(WaitSeconds))
	assert.Equal(t, FromDefault, c.Source(Pairing))
	in.Policy = Trusted{}
	c, err = Load(in)
	require.NoError(t, err)
	assert.Equal(t, 3333, c.Int(Port))
	assert.Equal(t, FromFlag, c.Source(Port))
	assert.Len(t, c.Values(), len(Keys()))
}

func TestInvalidSettings(t *testing.T) {
	cases := map[string]struct{ text, says string }{
		"unknown, near":       {"prot = 1", `did you mean "port"`},
		"unknown in a table":  {"[log]\nlevle = 'info'", `did you mean "log.level"`},
		"other case":          {"[read]\nwaitseconds = 3", `did you mean "read.waitSeconds"`},
		"unknown, not near":   {"colour = 'red'", `no setting "colour"`},
		"wrong type":          {"port = 'x'", "of type integer"},
		"out of bounds":       {"port = 70000", "between 0 and 65535"},
		"another word":        {"language = 'fr'", "one of: vi, en"},
		"list with a number":  {"trust = ['a', 1]", "texts alone"},
		"list that is none":   {"trust = 'a'", "of type array"},
		"a table for a value": {"[port]\nx = 1", `no setting "port.x"`},
		"no TOML":             {"port = = 1", "config.toml"},
		"twice":               {"port = 1\nport = 2", "config.toml"},
		"switch":              {"mock = 1", "of type boolean"},
		"an empty table":      {"[lgo]", `did you mean "log"?`},
		"letters swapped":     {"[read]\nwaitSecnods = 3", `did you mean "read.waitSeconds"`},
		"array of tables":     {"[[log]]\nlevel = 'info'", `no setting "log"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Load(Inputs{File: written(t, tc.text)})
			require.ErrorIs(t, err, ErrInvalid)
			assert.Contains(t, err.Error(), tc.says)
			_, err = Load(Inputs{File: "/nowhere", Policy: Trusted{Text: []byte(tc.text), Where: "config.toml"}})
			assert.ErrorIs(t, err, ErrInvalid, "a policy is judged as strictly")
		})
	}
	for variable, says := range map[string]string{
		"CHIPID_PORT=x": "number", "CHIPID_MOCK=maybe": "true or false", "CHIPID_LANGUAGE=fr": "one of", "CHIPID_READ_WAIT_SECONDS=61": "between",
		"CHIPID_PROT=1": "did you mean CHIPID_PORT?", "CHIPID_LOG_LEVL=info": "did you mean CHIPID_LOG_LEVEL?", "CHIPID_PARING_ALLOWED=0": "did you mean CHIPID_PAIRING_ALLOWED?",
	} {
		_, err := Load(Inputs{Env: []string{variable}})
		require.ErrorIs(t, err, ErrInvalid, variable)
		assert.Contains(t, err.Error(), says)
	}
}

// TestAnEmptyTableOfOurs says nothing and is no mistake.
func TestAnEmptyTableOfOurs(t *testing.T) {
	_, err := Load(Inputs{File: written(t, "[log]\n[read]\n")})
	assert.NoError(t, err)
}

// TestAFaultNamesItsSource, so that the rest can be used without it.
func TestAFaultNamesItsSource(t *testing.T) {
	const wrong = "prot = 1"
	for source, in := range map[Source]Inputs{
		FromFile:   {File: written(t, wrong)},
		FromEnv:    {Env: []string{"CHIPID_PORT=x"}},
		FromPolicy: {Policy: Trusted{Text: []byte(wrong), Where: "policy"}},
	} {
		_, err := Load(in)
		var fault *Fault
		require.ErrorAs(t, err, &fault)
		assert.Equal(t, source, fault.Source)
	}
}

func TestMissingFile(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "config.toml")
	c, err := Load(Inputs{File: missing})
	require.NoError(t, err)
	assert.Equal(t, 9590, c.Int(Port))
	_, err = Load(Inputs{File: missing, Required: true})
	assert.ErrorIs(t, err, ErrInvalid, "somebody named it")
	_, err = Load(Inputs{File: written(t, strings.Repeat("#\n", maxFile))})
	assert.ErrorIs(t, err, ErrInvalid, "too large")
}

func TestLocate(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "/c")
	t.Setenv("XDG_STATE_HOME", "/s")
	p, err := Locate("", "")
	require.NoError(t, err)
	assert.Equal(t, Places{File: filepath.Join("/c", "chipid", "config.toml"), State: filepath.Join("/s", "chipid")}, p)
	p, err = Locate("/x/f.toml", "/y")
	require.NoError(t, err)
	assert.Equal(t, Places{File: "/x/f.toml", Required: true, State: "/y"}, p)
	assert.Equal(t, filepath.Join("/y", "a", "b"), p.In("a", "b"))
	t.Setenv("XDG_STATE_HOME", "relative")
	p, err = Locate("", "")
	require.NoError(t, err)
	assert.NotContains(t, p.State, "relative", "relative folders are ignored")
}

// watching tells of changes of the paths until the test ends. It returns when the
// watch has begun.
func watching(t *testing.T, paths ...string) (told chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	told, done := make(chan struct{}, 100), make(chan error, 1)
	go func() { done <- Watch(ctx, func() []string { return paths }, func() { told <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	hears(t, told) // at once
	return told
}

// hears waits until the watch tells of a change, and until it says no more.
func hears(t *testing.T, told chan struct{}) {
	t.Helper()
	select {
	case <-told:
	case <-time.After(10 * time.Second):
		t.Fatal("not told")
	}
	for {
		select {
		case <-told:
		case <-time.After(2 * settle):
			return
		}
	}
}

func TestWatch(t *testing.T) {
	path, link := written(t, "port = 1"), filepath.Join(t.TempDir(), "config.toml")
	missing, folder := filepath.Join(t.TempDir(), "not", "yet", "policy.toml"), t.TempDir()
	require.NoError(t, os.Symlink(written(t, "port = 1"), link))
	target, err := os.Readlink(link)
	require.NoError(t, err)
	t.Chdir(filepath.Dir(path))
	told := watching(t, "./"+filepath.Base(path), link, missing, folder)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"replaced", func() error {
			return errors.Join(os.WriteFile(path+".new", []byte("port = 2"), 0o600), os.Rename(path+".new", path))
		}},
		{"written through a link", func() error { return os.WriteFile(target, []byte("port = 2"), 0o600) }},
		{"a file in a folder", func() error { return os.WriteFile(filepath.Join(folder, "root.pem"), nil, 0o600) }},
		{"a folder that was missing", func() error { return os.MkdirAll(filepath.Dir(missing), 0o700) }},
		{"a file in it", func() error { return os.WriteFile(missing, nil, 0o600) }},
		{"the folder goes", func() error { return os.RemoveAll(filepath.Dir(filepath.Dir(missing))) }},
		{"and comes back", func() error {
			return errors.Join(os.MkdirAll(filepath.Dir(missing), 0o700), os.WriteFile(missing, nil, 0o600))
		}},
		{"removed", func() error { return os.Remove(path) }},
	} {
		t.Log(step.name)
		require.NoError(t, step.do())
		hears(t, told)
	}
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "another.toml"), nil, 0o600))
	select {
	case <-told:
		t.Error("another file is none of ours")
	case <-time.After(3 * settle):
	}
}

func TestDocuments(t *testing.T) {
	schema, err := Schema()
	require.NoError(t, err)
	docs := filepath.Join("..", "..", "docs")
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join(docs, "config.schema.json"), schema, 0o644))
	}
	got, err := os.ReadFile(filepath.Join(docs, "config.schema.json"))
	require.NoError(t, err, "run: go generate ./agent/config")
	assert.Equal(t, string(schema), strings.ReplaceAll(string(got), "\r\n", "\n"), "run: go generate ./agent/config")
	text, err := os.ReadFile(filepath.Join(docs, "configuration.md"))
	require.NoError(t, err)
	assert.Contains(t, strings.ReplaceAll(string(text), "\r\n", "\n"), Markdown(), "docs/configuration.md is to have exactly this table")

	compiler := jsonschema.NewCompiler()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(schema)))
	require.NoError(t, err)
	require.NoError(t, compiler.AddResource("config.json", doc))
	compiled, err := compiler.Compile("config.json")
	require.NoError(t, err)
	assert.NoError(t, compiled.Validate(map[string]any{"port": 1, "log": map[string]any{"level": "info"}}))
	assert.Error(t, compiled.Validate(map[string]any{"prot": 1}))
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"port = 1", "[log]\nlevel = 'info'", "trust = ['a']", "[[a]]", "a.b.c = 1", "port = 1979-05-27"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Load(Inputs{Policy: Trusted{Text: []byte(text), Where: "x"}})
		if err != nil {
			require.ErrorIs(t, err, ErrInvalid)
			return
		}
		assert.LessOrEqual(t, c.Int(Port), 65535)
		assert.NotNil(t, c.List(Trust))
	})
}
