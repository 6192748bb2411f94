package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
	"chipid/mock-reader/persona"
)

// seldom is a page with a small grant that does what it likes with it.
const seldom = "https://hostile.example.vn"

// TestPairingsThatAreNoneDoNotFillTheRecord: a page may call pairing.finish as often as
// its connection lets it, whether pairing is open or not.
func TestPairingsThatAreNoneDoNotFillTheRecord(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	code, _, stderr := command(t, "origins", "grant", seldom, "--fields", "fullName", "--for", "once", "--state", state)
	require.Zero(t, code, stderr)
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	asked := 0
	for range 4 {
		ws := visitor(t, address, originHeader(seldom))
		call(t, ws, 1, "initialize", hello)
		for id := range 35 {
			assert.Equal(t, "PAIRING_UNKNOWN", errorOf(t, ws, id+2, "pairing.finish", `{"pairing":"AAAAAAAAAAAAAAAAAAAAAA"}`))
			asked++
		}
	}
	_, stdout, _ := command(t, "audit", "show", "--json", "--state", state)
	written := strings.Count(stdout, "PAIRING_UNKNOWN")
	assert.Positive(t, written)
	assert.Less(t, written, asked/2)
}

// TestAPagesWordsDoNothingToATerminal: what a page puts into the audit can neither
// move the cursor nor turn words around, in the name of a reader that there is not
// and in the purpose.
func TestAPagesWordsDoNothingToATerminal(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	code, _, stderr := command(t, "origins", "grant", seldom, "--fields", "fullName", "--for", "day", "--state", state)
	require.Zero(t, code, stderr)
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	ws := visitor(t, address, originHeader(seldom))
	call(t, ws, 1, "initialize", hello)
	const trick = "\x1b]0;x\a\x1b[2K\r2026-01-01  granted  https://bank.example\u009b31m\u202e\u2028\U000e0041"
	said, err := json.Marshal(trick)
	require.NoError(t, err)
	params := fmt.Sprintf(`{"fields":["fullName"],"purpose":%s,"citizenConsent":true,"key":{"id":%q},"reader":%s}`, said, persona.All()[0].Number, said)
	assert.Equal(t, "READER_NOT_FOUND", errorOf(t, ws, 2, "card.read", params))
	for _, how := range [][]string{{"audit", "show"}, {"audit", "show", "--json"}} {
		_, stdout, _ := command(t, append(how, "--state", state)...)
		require.Contains(t, stdout, "https://bank.example", "the words are there")
		for line := range strings.Lines(stdout) {
			line = strings.TrimSuffix(line, "\n")
			assert.Equal(t, consent.Printable(line), line)
		}
	}
}

func TestPrintedJSONIsTheSameValue(t *testing.T) {
	want := map[string]string{"a": "Nguyễn <&> \u2028\u009b\u202e\U000e0041\x7f\n\"\\"}
	var b bytes.Buffer
	require.NoError(t, printJSON(&b, want))
	line := strings.TrimSuffix(b.String(), "\n")
	assert.Equal(t, consent.Printable(line), line)
	assert.Contains(t, line, "Nguyễn <&>")
	got := map[string]string{}
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	assert.Equal(t, want, got)
}
