package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/audit"
	"chipid/agent/consent"
	"chipid/mock-reader/persona"
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

// TestTheAgentKilledWhileItServes kills the running agent itself, at random, while a
// page reads and a command makes grants: every result that a page has had is in the
// audit, every grant that was acknowledged is there, the chain holds.
func TestTheAgentKilledWhileItServes(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	state := t.TempDir()
	most := 3
	if full {
		most = 200
	}
	reads, grants := 0, 0
	for run := range most {
		cmd, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state, "--origin", origin)
		ws := visitor(t, address, originHeader(origin))
		call(t, ws, 1, "initialize", hello)
		require.True(t, readOf(ws, 2))
		reads++
		killed := make(chan struct{})
		time.AfterFunc(time.Duration(rand.IntN(150_000))*time.Microsecond, func() {
			defer close(killed)
			_ = cmd.Process.Kill()
		})
		var beside sync.WaitGroup
		beside.Go(func() {
			for over := false; !over; grants++ {
				code, _, stderr := command(t, "origins", "grant", fmt.Sprintf("https://g%d.example", grants), "--fields", "fullName", "--for", "always", "--state", state)
				assert.Zero(t, code, stderr)
				select {
				case <-killed:
					over = true
				default:
				}
			}
		})
		for id := 3; readOf(ws, id); id++ {
			reads++
		}
		beside.Wait()
		_ = cmd.Wait()
		code, stdout, _ := command(t, "audit", "verify", "--state", state, "--json")
		require.Zero(t, code, "after %d kills: %s", run+1, stdout)
	}
	all, err := consent.NewStore(filepath.Join(state, "grants.json")).List()
	require.NoError(t, err)
	assert.Len(t, all, grants, "no grant is lost")
	_, stdout, _ := command(t, "audit", "show", "--state", state, "--json")
	assert.GreaterOrEqual(t, strings.Count(stdout, `"event":"read"`), reads, "no result without its line")
	t.Logf("%d kills: %d results, %d grants, none lost; %d lines", most, reads, grants, strings.Count(stdout, "\n"))
}

// readOf reads a card and tells whether the result came.
func readOf(ws *websocket.Conn, id int) bool {
	p := persona.All()[0]
	if ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"card.read","params":%s}`, id, readParams(p, `"fullName"`))) != nil {
		return false
	}
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			return false
		}
		if bytes.Contains(b, fmt.Appendf(nil, `"id":%d,"result"`, id)) {
			return true
		}
	}
}
