package main

import (
	"context"
	"encoding/json"
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
	"chipid/cardlib/trust"
	"chipid/mock-reader/conformance"
	"chipid/mock-reader/tcp"
)

// readerVariable makes this test's program a reader to be asked: READER ID TRUST.
const readerVariable = "MOCK_READER_TEST_READER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(readerVariable); kind != "" {
		os.Exit(readAs(kind, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// readAs reads the card in the reader args[0] and returns 0 if it is genuine.
func readAs(kind string, args []string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	source := tcp.New(strings.TrimPrefix(args[0], tcp.Prefix))
	card, err := source.Connect(ctx, args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 5
	}
	defer card.Close()
	if kind == "credulous" { // believes any card that answers at all, and asks it in the clear
		_, _ = card.Transmit(ctx, apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 0x01}})
		_, _ = card.Transmit(ctx, apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Le: 256})
		return 0
	}
	keys, err := cccd.KeysFromNumber(args[1])
	if err != nil {
		return 2
	}
	store := &trust.Store{}
	files, _ := filepath.Glob(filepath.Join(args[2], "*"))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return 2
		}
		store.Add(f, data)
	}
	result, err := cardlib.Read(ctx, card, keys, cardlib.Plan{Trust: store})
	switch {
	case err != nil:
		return 5
	case !result.Report.Genuine:
		return 3
	}
	return 0
}

// ask runs some cases against a program and returns the results by number.
func ask(t *testing.T, kind string, only string) (code int, report conformance.Report, byID map[string]conformance.Result) {
	t.Helper()
	t.Setenv(readerVariable, kind)
	code, out, errs := start(t, "conformance", "--listen", "0", "--command", "'"+os.Args[0]+"' {reader} {id} {trust}", "--only", only, "--json")
	require.NoError(t, json.Unmarshal([]byte(out), &report), "%s%s", out, errs)
	byID = map[string]conformance.Result{}
	for _, r := range report.Results {
		byID[r.ID] = r
	}
	return code, report, byID
}

// someCases are right cards, copies, changed data and an application that is missing.
const someCases = "CHIPID_04,CHIPID_08,CHIPID_09,CHIPID_11,ISO7816_A_03,ISO7816_A_02,LDS_H_43"

func TestConformanceOfAProgram(t *testing.T) {
	code, report, results := ask(t, "good", someCases)
	assert.Equal(t, exitOK, code, "%+v", report)
	assert.Equal(t, 7, report.Cases)
	assert.Equal(t, 6, report.Passed)
	assert.Equal(t, conformance.Skipped, results["ISO7816_A_02"].Status, "without --mrz-command a card that opens with the MRZ alone cannot be asked of it")
	assert.Equal(t, "exit code 3", results["CHIPID_08"].Said)
	assert.Greater(t, results["CHIPID_04"].Commands, 20)
}

// TestConformanceFindsABadReader: a reader that calls everything genuine and reads
// in the clear passes no case that wants a refusal.
func TestConformanceFindsABadReader(t *testing.T) {
	code, report, results := ask(t, "credulous", someCases)
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, 6, report.Failed, "%+v", report)
	assert.Contains(t, strings.Join(results["CHIPID_09"].Wrong, "; "), `"not genuine" is right`)
	assert.Contains(t, strings.Join(results["CHIPID_04"].Wrong, "; "), "the reader breaks no clause", "the chip names the clause")
}

func TestConformanceRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no such case", []string{"--only", "ISO7816_Z_99"}, exitUsage, "ISO7816_Z_99"},
		{"a command without a reader", []string{"--command", "true"}, exitUsage, "--vpcd"},
		{"two readers", []string{"--listen", "0", "--listen", "0"}, exitUsage, "one --vpcd"},
		{"an open quote", []string{"--listen", "0", "--command", "'true"}, exitUsage, "quote"},
		{"a program that is not there", []string{"--listen", "0", "--command", "/no/such/reader {reader}"}, exitUsage, "/no/such/reader"},
		{"the MRZ alone", []string{"--listen", "0", "--mrz-command", "true"}, exitUsage, "--command"},
		{"open to the network", []string{"--listen", "0.0.0.0:0", "--command", "true"}, exitUsage, "--open-to-network"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := start(t, append([]string{"conformance"}, c.args...)...)
			assert.Equal(t, c.code, code, errs)
			assert.Contains(t, errs, c.want)
			assert.Empty(t, out)
		})
	}
}

func TestConformanceLists(t *testing.T) {
	code, out, _ := start(t, "conformance", "--list", "--json")
	require.Equal(t, exitOK, code)
	var list struct {
		Cases []struct{ ID, Title, TitleEn, Want string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	assert.Greater(t, len(list.Cases), 200)
	seen := map[string]bool{}
	for _, c := range list.Cases {
		assert.False(t, seen[c.ID], "%s twice", c.ID)
		seen[c.ID] = true
		assert.NotEmpty(t, c.Title+c.Want, c.ID)
		assert.NotEmpty(t, c.TitleEn, c.ID)
	}
}
