package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/audit"
	"chipid/agent/consent"
)

// asWriter is set in a child process: the state's folder that it writes into.
const asWriter = "CHIPID_TEST_AS_WRITER"

// full asks for the long forms of the tests that have a short one.
var full = os.Getenv("CHIPID_TEST_FULL") != ""

// kills is how often a writer is killed.
func kills() int {
	if full {
		return 200
	}
	return 15
}

// writer is the child: it makes one grant after the other for its own origin, and
// says each that was acknowledged.
func writer(state string) {
	log, store := audit.Open(state, audit.Options{MaxBytes: 20_000}), consent.NewStore(state+"/grants.json")
	for i := 1; ; i++ {
		g := consent.Grant{Origin: "https://w" + os.Getenv("CHIPID_TEST_RUN") + ".example", Fields: []string{"fullName"}, Purpose: strconv.Itoa(i), For: consent.Always, By: consent.ByOperator, Since: time.Now()}
		if err := makeGrant(log, store, g, func() {}); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println(i)
	}
}

// TestKilledWhileWriting kills a process that writes grants and audit lines, at
// random, and asks each time: is every acknowledged grant there, does the chain
// hold.
func TestKilledWhileWriting(t *testing.T) {
	state := t.TempDir()
	acknowledged := map[string]int{}
	torn := 0
	for run := range kills() {
		acknowledged[fmt.Sprintf("https://w%d.example", run)] = killedWriter(t, state, run)
		grants, err := consent.NewStore(state + "/grants.json").List()
		require.NoError(t, err)
		found := map[string]int{}
		for _, g := range grants {
			found[g.Origin], err = strconv.Atoi(g.Purpose)
			require.NoError(t, err)
		}
		for origin, last := range acknowledged {
			require.GreaterOrEqual(t, found[origin], last, "%s after %d kills", origin, run+1)
		}
		v, err := audit.Open(state, audit.Options{}).Verify()
		require.NoError(t, err)
		require.True(t, v.OK, "after %d kills: %+v", run+1, v)
		if v.TornTail {
			torn++
		}
	}
	v, err := audit.Open(state, audit.Options{}).Verify()
	require.NoError(t, err)
	total := 0
	for _, n := range acknowledged {
		total += n
	}
	assert.GreaterOrEqual(t, int(v.Entries), total, "every acknowledged grant has its line")
	t.Logf("%d kills: %d grants acknowledged, none lost; %d lines, chain holds; %d torn tails", kills(), total, v.Entries, torn)
}

// killedWriter runs a writer, kills it at a random time after its first grant,
// and returns the last grant that it acknowledged.
func killedWriter(t *testing.T, state string, run int) int {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asWriter+"="+state, "CHIPID_TEST_RUN="+strconv.Itoa(run))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() { _ = cmd.Wait() }()
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the writer began")
	last, err := strconv.Atoi(lines.Text())
	require.NoError(t, err, lines.Text())
	timer := time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			last = n
		}
	}
	return last
}
