package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// at walks objects by names and lists of checks by their id.
func at(v any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch container := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = container[name]; !ok {
				return nil, false
			}
		case []any:
			if i, err := strconv.Atoi(name); err == nil && i < len(container) {
				v = container[i]
				continue
			}
			v = nil
			for _, each := range container {
				if o, ok := each.(map[string]any); ok && o["id"] == name {
					v = each
				}
			}
			if v == nil {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return v, true
}

// command runs chipid-agent in process.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(context.Background(), console{strings.NewReader(""), &out, &err}, args)
	return code, out.String(), err.String()
}

// TestEveryScenario reads every kind of card as scripts outside do and compares
// with what `mock-reader list --json` says of it.
func TestEveryScenario(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	trust := trustDir(t)
	p := persona.All()[0]
	for _, s := range scenario.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t, "read", "--reader", "mock:"+p.Name+"/"+s.Name, "--id", p.Number, "--trust", trust, "--json")
			assert.Equal(t, s.Expect.Exit, code, stdout)
			assert.Empty(t, stderr)
			var v map[string]any
			d := json.NewDecoder(strings.NewReader(stdout))
			require.NoError(t, d.Decode(&v))
			_, err := d.Token()
			require.ErrorIs(t, err, io.EOF, "nothing else on stdout")
			for id, status := range s.Expect.Checks {
				got, _ := at(v, "report.checks."+string(id)+".status")
				assert.Equal(t, string(status), got, "%s", id)
			}
			for id, reason := range s.Expect.Reasons {
				got, _ := at(v, "report.checks."+string(id)+".reason")
				assert.Equal(t, string(reason), got, "%s", id)
			}
			if code == scenario.ExitTrouble {
				assert.Contains(t, v, "error")
				return
			}
			synthetic, _ := at(v, "report.synthetic")
			assert.Equal(t, true, synthetic)
		})
	}
}

func TestNothingIsGenuineWithoutTrust(t *testing.T) {
	for _, p := range persona.All()[:3] {
		code, stdout, _ := command(t, "read", "--reader", "mock:"+p.Name, "--id", p.Number, "--json")
		assert.Equal(t, 4, code)
		var v map[string]any
		require.NoError(t, json.Unmarshal([]byte(stdout), &v))
		reason, _ := at(v, "report.checks.anchor.reason")
		assert.Equal(t, string(verdict.NoTrustStore), reason)
		genuine, _ := at(v, "report.genuine")
		assert.Equal(t, false, genuine)
	}
}

func TestEveryPersonaIsGenuineWithTrust(t *testing.T) {
	trust := trustDir(t)
	for _, p := range persona.All() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			code, stdout, _ := command(t, "read", "--reader", "mock:"+p.Name, "--id", p.Number, "--trust", trust, "--json", "--state", t.TempDir())
			assert.Equal(t, 0, code, stdout)
			var v map[string]any
			require.NoError(t, json.Unmarshal([]byte(stdout), &v))
			name, _ := at(v, "citizen.fullName")
			assert.Equal(t, p.FullName, name)
			none, _ := at(v, "citizen.noExpiry")
			assert.Equal(t, p.ExpiryText() == "Không thời hạn", none)
		})
	}
}

func TestAPanicIsAnInternalError(t *testing.T) {
	commands["panic"] = func(context.Context, console, []string) int { panic("Nguyễn Thị Mẫu") }
	defer delete(commands, "panic")
	code, stdout, stderr := command(t, "panic")
	assert.Equal(t, 5, code)
	assert.Empty(t, stdout)
	assert.NotContains(t, stderr, "Mẫu")
}

func TestKeyFrom(t *testing.T) {
	p := persona.All()[0]
	mrz := p.MRZ()
	cases := map[string]struct{ in, want string }{
		"number":                {"000190000018\nrest", "000190000018"},
		"number without an end": {"000190000018", "000190000018"},
		"empty lines before":    {"\r\n\n 000018 \n", "000018"},
		"MRZ of three lines":    {mrz + "\nrest", mrz},
		"MRZ in one line":       {strings.ReplaceAll(mrz, "\n", "") + "\n\n", strings.ReplaceAll(mrz, "\n", "")},
		"MRZ of two lines":      {strings.Repeat("A<", 22) + "\n" + strings.Repeat("B<", 22) + "\nrest", strings.Repeat("A<", 22) + "\n" + strings.Repeat("B<", 22)},
		"QR":                    {p.QR() + "\nrest", p.QR()},
		"key fields":            {"190000018,900115,300115\n", "190000018,900115,300115"},
		"nothing":               {"", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, keyFrom(strings.NewReader(c.in))) })
	}
	assert.LessOrEqual(t, len(keyFrom(strings.NewReader(strings.Repeat("<", 1<<20)))), maxKeyInput)
}

func FuzzKeyFrom(f *testing.F) {
	f.Add("000190000018\n")
	f.Add("A<<\nB<<\nC<<\n")
	f.Add("\xef\xbb\xbf000018|x")
	f.Fuzz(func(t *testing.T, text string) {
		c := console{in: strings.NewReader(text)}
		keys, code, _ := c.givenKey(nil, true)
		assert.Equal(t, code != "", keys.Empty())
	})
}

func TestExitCodesOfWrongUse(t *testing.T) {
	cases := map[string][]string{
		"no command":       {},
		"unknown command":  {"frobnicate"},
		"unknown flag":     {"read", "--frobnicate"},
		"no key":           {"read", "--reader", "mock:mau"},
		"short number":     {"read", "--reader", "mock:mau", "--id", "12345"},
		"wrong MRZ":        {"read", "--reader", "mock:mau", "--mrz", "IDVNM<<<"},
		"wrong QR":         {"read", "--reader", "mock:mau", "--qr", "hello"},
		"wrong CAN":        {"read", "--reader", "mock:mau", "--can", "12"},
		"no trust there":   {"read", "--reader", "mock:mau", "--can", "000018", "--trust", "/nowhere/at/all"},
		"malformed origin": {"serve", "--port", "0", "--origin", "*"},
	}
	for name, args := range cases {
		code, stdout, _ := command(t, args...)
		assert.Equal(t, 2, code, name)
		assert.Empty(t, stdout, name)
	}
	code, _, _ := command(t, "read", "--reader", "mock:nobody", "--id", "000190000018")
	assert.Equal(t, 5, code, "no such reader")
}
