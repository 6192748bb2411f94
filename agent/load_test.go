package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// mostMemory is what the agent may use under any load, in MiB.
const mostMemory = 256

// TestLoad is the load that the agent must stand, on loopback alone: 200 clients, 50
// of them hostile, for a minute; fewer and briefer unless the full form is asked for.
func TestLoad(t *testing.T) {
	if full {
		underLoad(t, 200, 50, time.Minute)
		return
	}
	underLoad(t, 30, 12, 2*time.Second)
}

// underLoad runs an agent with one paired page that reads a card again and again,
// among other clients, of which some are hostile, and asks that every read of the
// paired one succeeds.
func underLoad(t *testing.T, clients, hostile int, length time.Duration) {
	t.Helper()
	const paired, rough = "https://motcua.example.vn", "https://rough.example.vn"
	cmd, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", t.TempDir(), "--origin", paired, "--origin", rough)
	ws := visitor(t, address, originHeader(paired))
	call(t, ws, 1, "initialize", hello)
	p := persona.All()[0]
	call(t, ws, 2, "card.read", readParams(p, `"fullName"`)) // the mock's keys are made now
	end := time.Now().Add(length)
	var all sync.WaitGroup
	var attacks, told atomic.Int64
	for i := range clients - 1 {
		attack := strangers
		if i < hostile {
			attack = attackers[i%len(attackers)]
		}
		all.Go(func() {
			for time.Now().Before(end) {
				attack(strings.TrimSuffix(strings.TrimPrefix(address, "ws://"), "/v1"), rough, &told)
				attacks.Add(1)
				time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
			}
		})
	}
	reads, worst := 0, time.Duration(0)
	for time.Now().Before(end) {
		began := time.Now()
		result := call(t, ws, 10+reads, "card.read", readParams(p, `"fullName"`))
		require.Equal(t, map[string]any{"fullName": p.FullName}, result["citizen"])
		worst = max(worst, time.Since(began))
		reads++
	}
	all.Wait()
	memory := peak(t, cmd.Process.Pid)
	assert.Positive(t, reads)
	assert.Less(t, memory, mostMemory, "MiB")
	t.Logf("%d clients, %d hostile, %s: %d reads, all right, the slowest %s; %d attempts of the others, %d told 4403; peak memory %d MiB",
		clients, hostile, length, reads, worst.Round(time.Millisecond), attacks.Load(), told.Load(), memory)
}

// peak is the most memory that a process has used, in MiB; 0 where the system
// does not tell.
func peak(t *testing.T, pid int) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(t, err)
			return kib / 1024
		}
	}
	return 0
}

// attempt is what one client does once.
type attempt func(host, rough string, told *atomic.Int64)

// strangers are pages without a grant.
func strangers(host, _ string, told *atomic.Int64) {
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+host+"/v1", http.Header{"Origin": {fmt.Sprintf("https://s%d.example", rand.IntN(1000))}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	if err != nil {
		return
	}
	defer ws.Close()
	_ = ws.SetReadDeadline(time.Now().Add(time.Second))
	if _, _, err = ws.ReadMessage(); websocket.IsCloseError(err, 4403) {
		told.Add(1)
	}
}

// attackers are the hostile ones; some have the second origin, which has a grant.
var attackers = []attempt{halfOpen, slowHeader, garbage, flood, slowReader, malformedFlood}

// halfOpen connects and says nothing.
func halfOpen(host, _ string, _ *atomic.Int64) {
	if conn, err := net.Dial("tcp", host); err == nil {
		time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
		conn.Close()
	}
}

// slowHeader sends its header byte by byte.
func slowHeader(host, _ string, _ *atomic.Int64) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return
	}
	defer conn.Close()
	for _, b := range []byte("GET /v1 HTTP/1.1\r\nHost: " + host) {
		if _, err := conn.Write([]byte{b}); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// garbage is no HTTP at all.
func garbage(host, _ string, _ *atomic.Int64) {
	if conn, err := net.Dial("tcp", host); err == nil {
		_, _ = conn.Write([]byte(strings.Repeat("\x16\x03\x01", 5000)))
		conn.Close()
	}
}

func roughly(host, rough string) (*websocket.Conn, error) {
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+host+"/v1", http.Header{"Origin": {rough}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	return ws, err
}

// flood sends as many good messages as it can.
func flood(host, rough string, _ *atomic.Int64) {
	ws, err := roughly(host, rough)
	if err != nil {
		return
	}
	defer ws.Close()
	_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":`+hello+`}`))
	for i := range 500 {
		if ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"readers.list"}`, i+2)) != nil {
			return
		}
	}
}

// slowReader asks and never reads.
func slowReader(host, rough string, _ *atomic.Int64) {
	ws, err := roughly(host, rough)
	if err != nil {
		return
	}
	defer ws.Close()
	for i := range 30 {
		_ = ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"initialize","params":%s}`, i, hello))
	}
	time.Sleep(500 * time.Millisecond)
}

// malformedFlood sends what is no request, long and binary messages.
func malformedFlood(host, rough string, _ *atomic.Int64) {
	ws, err := roughly(host, rough)
	if err != nil {
		return
	}
	defer ws.Close()
	switch rand.IntN(3) {
	case 0:
		_ = ws.WriteMessage(websocket.BinaryMessage, []byte{1})
	case 1:
		_ = ws.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("[", 100_000)))
	}
	for range 50 {
		if ws.WriteMessage(websocket.TextMessage, []byte(`[]`)) != nil {
			return
		}
	}
}

// rubbish is what no client should send.
var rubbish = []struct {
	kind int
	text string
}{
	{websocket.TextMessage, "{"},
	{websocket.TextMessage, `[{"jsonrpc":"2.0","id":1,"method":"readers.list"}]`},
	{websocket.TextMessage, `{"jsonrpc":"2.0","id":1,"method":"card.write"}`},
	{websocket.TextMessage, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":7,"client":[]}}`},
	{websocket.TextMessage, strings.Repeat("[", 60_000)},
	{websocket.TextMessage, strings.Repeat(" ", 70_000)},
	{websocket.TextMessage, "\xff\xfe"},
	{websocket.BinaryMessage, "\x00"},
	{websocket.PingMessage, strings.Repeat("x", 125)},
}

// TestAThousandClientsThatSendRubbish do not disturb the paired one: while they come and
// go, with a grant and without, each of its reads succeeds.
func TestAThousandClientsThatSendRubbish(t *testing.T) {
	const clients, atOnce = 1000, 40
	const paired, rough = "https://motcua.example.vn", "https://rough.example.vn"
	cmd, address := program(t, "serve", "--mock", "--port", "0", "--state", t.TempDir(), "--origin", paired, "--origin", rough)
	ws := visitor(t, address, originHeader(paired))
	call(t, ws, 1, "initialize", hello)
	p, reads := persona.All()[0], 0
	call(t, ws, 2, "card.read", readParams(p, `"fullName"`)) // the mock's keys are made now
	var next, inside atomic.Int64
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := next.Add(1); i <= clients; i = next.Add(1) {
				if sendRubbish(address, []string{rough, fmt.Sprintf("https://s%d.example", i)}[i%2], int(i)) {
					inside.Add(1)
				}
			}
		})
	}
	for next.Load() <= clients {
		result := call(t, ws, 10+reads, "card.read", readParams(p, `"fullName"`))
		require.Equal(t, map[string]any{"fullName": p.FullName}, result["citizen"])
		reads++
	}
	all.Wait()
	assert.Positive(t, reads)
	assert.Positive(t, inside.Load(), "some were let in and answered")
	assert.Less(t, peak(t, cmd.Process.Pid), mostMemory, "MiB")
	t.Logf("%d clients, %d let in; %d reads meanwhile, all right", clients, inside.Load(), reads)
}

// sendRubbish connects, sends some of each kind and waits to be answered or cut off. It
// tells whether it was let in.
func sendRubbish(address, origin string, first int) bool {
	ws, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	if err != nil {
		return false
	}
	defer ws.Close()
	for i := range 4 {
		r := rubbish[(first/2+i)%len(rubbish)]
		_ = ws.WriteMessage(r.kind, []byte(r.text))
	}
	_ = ws.SetReadDeadline(time.Now().Add(time.Second))
	_, _, err = ws.ReadMessage()
	return err == nil
}
