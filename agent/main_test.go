package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// asProgram makes the test binary be chipid-agent: for tests that need a process.
const asProgram = "CHIPID_TEST_AS_PROGRAM"

// asVersion is the version that such a program says it is.
const asVersion = "CHIPID_TEST_AS_VERSION"

// forgetful is how long that chipid-agent keeps a result that nobody took.
const forgetful = "CHIPID_TEST_KEEP"

func TestMain(m *testing.M) {
	if code, done := asChild(os.Args[1:], os.Stdin, os.Stdout); done {
		os.Exit(code)
	}
	if os.Getenv(asProgram) != "" {
		if v := os.Getenv(asVersion); v != "" {
			version = v
		}
		keepFor, _ = time.ParseDuration(os.Getenv(forgetful))
		main()
		return
	}
	if state := os.Getenv(asWriter); state != "" {
		writer(state)
		return
	}
	testscript.Main(tests{m}, map[string]func(){"chipid-agent": main})
}

// ownHome gives the tests, and the programs that they start, a place of their own
// for configuration and state.
func ownHome() (string, error) {
	home, err := os.MkdirTemp("", "chipid-home-")
	if err != nil {
		return "", err
	}
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		if err := os.Setenv(name, filepath.Join(home, name)); err != nil {
			return "", err
		}
	}
	return home, nil
}

// afterTests cleans up what tests of this process share.
var afterTests = func() {}

// tests runs the tests and cleans up after them.
type tests struct{ *testing.M }

// Run implements testscript.TestingM.
func (m tests) Run() int {
	defer afterTests()
	home, err := ownHome()
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(home)
	return m.M.Run()
}

// TestCommandLine runs the scripts in testdata/script against the program.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: scriptPlaces,
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"json": checkJSON, "exits": checkExit, "setjson": setJSON},
	})
}

// scriptPlaces gives a script files of its own, and the test CSCA in trust.
func scriptPlaces(env *testscript.Env) error {
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "home", "config"))
	env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "home", "state"))
	return errors.Join(writeTrust(filepath.Join(env.WorkDir, "trust")), writeSigned(env.WorkDir))
}

// checkExit is the script command `exits CODE PROGRAM [ARG …]`.
func checkExit(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &ended) || ended.ExitCode() != want {
		ts.Fatalf("ended with %v, due was exit status %d", err, want)
	}
}

// writeTrust writes what `mock-reader trust` writes.
func writeTrust(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	if err != nil {
		return err
	}
	for _, a := range anchors {
		if err := os.WriteFile(filepath.Join(dir, a.File), a.PEM(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// writeSigned writes a card's EF.SOD, the document signer that signed it, and a
// master list with a certificate that is none.
func writeSigned(dir string) error {
	i := issuer.New(issuer.PublishedSeed)
	p, err := persona.ByName("mau")
	if err != nil {
		return err
	}
	profile, err := i.Personalise(p, issuer.Options{})
	if err != nil {
		return err
	}
	items, err := i.Inventory(issuer.Genuine, issuer.Algorithm{})
	if err != nil {
		return err
	}
	foreign, err := i.CSCA(issuer.Foreign)
	if err != nil {
		return err
	}
	list, err := i.MasterList(issuer.Genuine, [][]byte{{0x30, 0x03, 0x02, 0x01, 0x05}, foreign}, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	files := map[string][]byte{"sod.bin": profile.LDS[chip.FileSOD], "list.ml": list}
	for _, item := range items {
		if item.File == "csca-signer-2021" {
			files["signer.pem"] = issuer.Anchor{DER: item.DER}.PEM()
		}
	}
	for name, content := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	return err
}

// setJSON is the script command `setjson NAME PATH`: the text at the path of the
// last standard output becomes the variable.
func setJSON(ts *testscript.TestScript, _ bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	got, there := at(v, args[1])
	text, ok := got.(string)
	if !there || !ok {
		ts.Fatalf("no text at %s", args[1])
	}
	ts.Setenv(args[0], text)
}

// checkJSON is the script command `json PATH VALUE`: the last standard output is
// one JSON object, in which the value at the dotted path, written in JSON, is
// VALUE; `! json PATH` says that there is nothing at the path.
func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	got, there := at(v, args[0])
	switch {
	case neg && there:
		ts.Fatalf("%s is there", args[0])
	case neg:
	case !there:
		ts.Fatalf("%s is missing", args[0])
	case len(args) == 2:
		b, err := json.Marshal(got)
		ts.Check(err)
		if string(b) != args[1] {
			ts.Fatalf("%s is %s, not %s", args[0], b, args[1])
		}
	}
}

// trustDir is a directory with the test CSCA.
func trustDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, writeTrust(dir))
	return dir
}
