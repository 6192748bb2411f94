package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/tcp"
	"chipid/mock-reader/trace"
)

// asReader makes the test binary be the program under test.
const asReader = "SCRIPT_TEST_READER"

func TestMain(m *testing.M) {
	if os.Getenv(asReader) != "" {
		os.Exit(readAsTold(os.Args[1]))
	}
	os.Exit(m.Run())
}

// readAsTold reads the card at the address of the environment with the number
// given, and says in JSON what came of it. "hang" does not end; "rude" breaks a rule.
func readAsTold(what string) int {
	if what == "hang" {
		time.Sleep(time.Hour)
	}
	source := tcp.New(os.Getenv("MOCK_READER_ADDRESS"))
	conn, err := source.Connect(context.Background(), source.Name())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 5
	}
	defer conn.Close()
	if what == "rude" {
		_, err = conn.Transmit(context.Background(), apdu.Command{CLA: 0x0C, INS: 0xB0, P1: 0x9D, Le: 4})
		return map[bool]int{true: 0, false: 5}[err == nil]
	}
	keys, err := cccd.KeysFromNumber(what)
	if err != nil {
		return 2
	}
	result, err := cardlib.Read(context.Background(), conn, keys, cardlib.Plan{})
	if err != nil {
		code := ""
		if e := (*cardlib.Error)(nil); errors.As(err, &e) {
			code = string(e.Code)
		}
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"error": map[string]string{"code": code}})
		return 5
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"name": result.Document.Citizen.FullName, "apdus": []int{1, 2}})
	return 4
}

// stage is a rack with one TCP reader.
func stage(t *testing.T) *Stage {
	t.Helper()
	t.Setenv(asReader, "1")
	server, err := tcp.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed)))
	slot, err := r.Add(rack.Config{Name: tcp.Prefix + server.Addr(), Port: server})
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	return &Stage{Rack: r, Slots: []*rack.Slot{slot}, Addresses: []string{server.Addr()}, Vars: map[string]string{"self": self, "dir": t.TempDir()},
		Trust: func() (string, error) { return "trustdir", nil }}
}

func play(t *testing.T, s *Stage, text string) ([]Result, error) {
	t.Helper()
	script, err := Parse([]byte(text))
	require.NoError(t, err)
	var results []Result
	err = script.Run(t.Context(), s, func(r Result) { results = append(results, r) })
	return results, err
}

func TestATornRead(t *testing.T) {
	s := stage(t)
	results, err := play(t, s, `
steps:
  - insert: mau
  - tear: DG2 40%
  - run: ${self} ${number}
    expect: {exit: 5, json: {error.code: CARD_REMOVED, name: null}}
  - expect: {card: out, torn: true, access: PACE, read: [SOD, DG1, DG13], unbroken: true}
  - insert: mau
  - run: ["${self}", "${number}"]
    expect: {exit: 4, json: {name: Nguyễn Thị Mẫu, apdus.1: 2}, card: in, torn: false, notRead: [DG3], commands: {min: 20, max: 60}, text: nguyễn}
  - insert: mau/bac-only
  - run: ${self} ${number}
    expect: {exit: scenario, access: none}
  - remove
  - expect: {card: out}
  - save: ${dir}/trace.json
`)
	require.NoError(t, err)
	assert.Len(t, results, 11)
	f, err := os.Open(filepath.Join(s.Vars["dir"], "trace.json"))
	require.NoError(t, err)
	defer f.Close()
	lines, err := trace.Read(f)
	require.NoError(t, err)
	assert.Greater(t, len(lines), 40)
}

func TestAProgramInTheBackground(t *testing.T) {
	_, err := play(t, stage(t), `
steps:
  - {insert: mau, note: slow enough to be pulled by hand}
  - link: 424,reader=20ms,sleep
  - {start: "${self} ${number}", name: read}
  - until: {event: apdu, file: DG13}
  - remove
  - {finish: read, expect: {exit: 5}}
  - {start: "${self} hang", name: hanging}
  - wait: 10ms
  - stop: hanging
`)
	assert.NoError(t, err)
}

func TestForEach(t *testing.T) {
	results, err := play(t, stage(t), `
steps:
  - forEach: [mau, tre-em, foreign:token]
    steps:
      - insert: ${card}
      - expect: {card: in}
`)
	require.NoError(t, err)
	var steps []string
	for _, r := range results {
		steps = append(steps, r.Step)
	}
	assert.Equal(t, []string{"insert mau", "expect", "insert tre-em", "expect", "insert foreign:token", "expect"}, steps)
}

// An instrument that cannot fail measures nothing.
func TestWhatDoesNotHoldFails(t *testing.T) {
	for _, c := range []struct{ name, steps, want string }{
		{"exit code", "- {insert: mau}\n- {run: '${self} ${number}'}", "exit code 4, not 0"},
		{"exit of the scenario", "- {insert: mau}\n- {run: '${self} 0', expect: {exit: scenario}}", "exit code 2, not 0"},
		{"stdout", "- {insert: mau}\n- {run: '${self} ${number}', expect: {exit: 4, stdout: Trần}}", `stdout lacks "Trần"`},
		{"stderr", "- {run: '${self} ${self}', expect: {exit: 5, stderr: nothing}}", `stderr lacks`},
		{"JSON value", "- {insert: mau}\n- {run: '${self} ${number}', expect: {exit: 4, json: {name: X}}}", "json name: Nguyễn Thị Mẫu, not X"},
		{"JSON missing", "- {insert: mau}\n- {run: '${self} ${number}', expect: {exit: 4, json: {nom: X}}}", "json nom: missing"},
		{"no JSON", "- {insert: mau}\n- {run: '${self} rude', expect: {json: {a: 1}}}", "no JSON"},
		{"card in", "- {expect: {card: in}}", "the card is not in"},
		{"card out", "- {insert: mau}\n- {expect: {card: out}}", "the card is not out"},
		{"torn", "- {insert: mau}\n- {expect: {torn: true}}", "torn: false, not true"},
		{"access", "- {insert: mau}\n- {expect: {access: BAC}}", "opened by none, not BAC"},
		{"a rule broken", "- {insert: mau}\n- {run: '${self} rude'}\n- {expect: {unbroken: true}}", "the reader broke: Doc 9303-11"},
		{"a rule not broken", "- {insert: mau}\n- {expect: {broken: x}}", "did not break"},
		{"nothing read", "- {insert: mau}\n- {expect: {read: [DG1]}}", "nothing was read of DG1"},
		{"something read", "- {insert: mau}\n- {run: '${self} ${number}', expect: {exit: 4, notRead: [DG2]}}", "DG2 was read"},
		{"too few commands", "- {insert: mau}\n- {expect: {commands: {min: 1}}}", "0 commands"},
		{"text", "- {insert: mau}\n- {expect: {text: zzz}}", "no line of the trace"},
		{"until", "- {insert: mau}\n- {until: {event: torn}, timeout: 50ms}", "it did not happen"},
		{"a program that hangs", "- {run: '${self} hang', timeout: 300ms}", "did not end in time"},
		{"no program", "- {run: /no/such/program}", "no such file"},
		{"no card", "- {insert: nobody}", `no persona named "nobody"`},
		{"no value", "- {insert: mau}\n- {run: 'x ${nothing}'}", "${nothing} has no value here"},
		{"no card yet", "- {run: 'x ${number}'}", "after insert"},
		{"no reader", "- {insert: mau, reader: 2}", "there is no reader 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			results, err := play(t, stage(t), "steps:\n"+c.steps)
			require.ErrorIs(t, err, ErrFailed)
			assert.ErrorContains(t, err, c.want)
			last := results[len(results)-1]
			assert.False(t, last.OK)
			assert.Contains(t, last.Why, c.want)
			assert.Contains(t, last.String(), "✗")
		})
	}
}

func TestTheWholeIsBounded(t *testing.T) {
	_, err := play(t, stage(t), "timeout: 50ms\nsteps: [{wait: 10s}]")
	require.ErrorIs(t, err, ErrFailed)
	assert.True(t, errors.Is(err, context.DeadlineExceeded))
}

func TestValues(t *testing.T) {
	s := stage(t)
	r := &runner{stage: s, card: "mau/t0"}
	for name, want := range map[string]string{"reader": s.Slots[0].Name(), "reader1": s.Slots[0].Name(), "address": s.Addresses[0],
		"card": "mau/t0", "persona": "mau", "scenario": "t0", "number": "000190000018", "can": "000018", "trust": "trustdir"} {
		got, err := r.expand("<${" + name + "}>")
		require.NoError(t, err)
		assert.Equal(t, "<"+want+">", got)
	}
	for _, name := range []string{"reader2", "readerx", "", "HOME"} {
		_, err := r.expand("${" + name + "}")
		assert.Error(t, err, name)
	}
	assert.Contains(t, strings.Join(r.environment(), "\n"), "MOCK_READER="+s.Slots[0].Name())
}
