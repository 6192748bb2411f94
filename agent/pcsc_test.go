//go:build pcsc

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/pcsctest"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

func init() { afterTests = pcsctest.Clean }

// insert puts the named card into a virtual reader and counts what reaches it.
func insert(t *testing.T, d *pcsctest.Daemon, slot int, name string) (commands, powered *atomic.Int32) {
	t.Helper()
	commands, powered = new(atomic.Int32), new(atomic.Int32)
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), name, scenario.Hooks{Log: func(chip.Entry) {}})
	require.NoError(t, err)
	d.Insert(t, slot, pcsctest.Card{
		ATR:    card.ATR(),
		Answer: func(command []byte) []byte { commands.Add(1); return card.Exchange(command) },
		Reset:  func() { powered.Add(1); card.PowerOff() },
	})
	return commands, powered
}

// page connects to the agent and introduces itself.
func page(t *testing.T, address string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {"http://localhost:3000"}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	call(t, ws, 1, "initialize", `{"protocolVersion":"1.0","client":{"name":"test"}}`)
	return ws
}

// hears waits until the page was told each of the events, as "method reader".
func hears(t *testing.T, ws *websocket.Conn, events ...string) {
	t.Helper()
	missing := map[string]bool{}
	for _, e := range events {
		missing[e] = true
	}
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(2*time.Minute)))
	for len(missing) > 0 {
		_, b, err := ws.ReadMessage()
		require.NoError(t, err, "still missing: %v", missing)
		var m struct {
			Method string
			Params struct{ Reader struct{ Name string } }
		}
		require.NoError(t, json.Unmarshal(b, &m))
		delete(missing, m.Method+" "+m.Params.Reader.Name)
	}
}

// TestTwoReadersOneOfThemAToken has a signing token in the second reader all the
// time: the citizen's card is found and read without naming the reader, and the
// token hears nothing but the question whether it is a citizen's card.
func TestTwoReadersOneOfThemAToken(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	tokenHeard, tokenPowered := insert(t, daemon, 1, scenario.ForeignToken)
	insert(t, daemon, 0, p.Name)
	_, address := program(t, "serve", "--port", "0", "--origin", "http://localhost:3000", "--trust", trustDir(t))
	ws := page(t, address)
	hears(t, ws, "reader.attached "+pcsctest.Reader(0), "reader.attached "+pcsctest.Reader(1),
		"card.inserted "+pcsctest.Reader(0), "card.unknown "+pcsctest.Reader(1))
	heard, powered := tokenHeard.Load(), tokenPowered.Load()
	assert.LessOrEqual(t, heard, int32(2), "commands to the token")

	for id := 2; id < 4; id++ { // the second read shows that the first left the card usable
		result := call(t, ws, id, "card.read", fmt.Sprintf(`{"fields":["fullName","portrait"],"purpose":"thử","key":{"id":%q}}`, p.Number))
		assert.Equal(t, pcsctest.Reader(0), result["reader"])
		name, _ := at(result, "citizen.fullName")
		assert.Equal(t, p.FullName, name)
		outcome, _ := at(result, "report.outcome")
		assert.Equal(t, "genuine", outcome)
		assert.Equal(t, true, result["synthetic"], "a TCP card, anchored in the test CSCA")
	}
	assert.Equal(t, heard, tokenHeard.Load(), "no key and no further question")
	assert.Equal(t, powered, tokenPowered.Load(), "never reset")
}

// TestMockTrustIsForMockReadersAlone: mock mode trusts the test CSCA, but not for
// a card in one of the system's readers.
func TestMockTrustIsForMockReadersAlone(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	insert(t, daemon, 0, p.Name)
	_, address := program(t, "serve", "--mock", "--mock-card", p.Name, "--port", "0", "--origin", "http://localhost:3000")
	ws := page(t, address)
	hears(t, ws, "card.inserted "+pcsctest.Reader(0), "card.inserted mock:"+p.Name)
	for id, c := range []struct{ reader, outcome string }{{pcsctest.Reader(0), "unproven"}, {"mock:" + p.Name, "genuine"}} {
		result := call(t, ws, id+2, "card.read", fmt.Sprintf(`{"fields":["fullName"],"purpose":"thử","key":{"id":%q},"reader":%q}`, p.Number, c.reader))
		outcome, _ := at(result, "report.outcome")
		assert.Equal(t, c.outcome, outcome, c.reader)
	}
}

// TestReadAtTheTerminal reads through pcscd without naming the reader, and names
// what is wrong where there is nothing to read.
func TestReadAtTheTerminal(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	read := func(key ...string) (int, string) {
		code, stdout, stderr := command(t, append([]string{"read", "--json", "--trust", trustDir(t)}, key...)...)
		assert.Empty(t, stderr)
		return code, stdout
	}
	code, stdout := read("--id", p.Number)
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, `"NO_CARD"`)

	insert(t, daemon, 1, scenario.ForeignToken)
	require.Eventually(t, func() bool { _, stdout = read("--id", p.Number); return strings.Contains(stdout, `"CARD_UNKNOWN"`) }, 2*time.Minute, 100*time.Millisecond)

	insert(t, daemon, 0, p.Name)
	code, stdout = read("--id", p.Number, "--wait", "20s")
	assert.Equal(t, 0, code, stdout)
	code, stdout = read("--can", "999999")
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, `"ACCESS_DENIED"`)
	code, _ = read("--id", p.Number)
	assert.Equal(t, 0, code, "a wrong key does no harm")
	code, stdout = read("--id", p.Number, "--reader", "no such reader")
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, `"READER_NOT_FOUND"`)
}

// TestTheServiceRestarts: pcscd ends and comes back with its readers, while a page
// is connected; the page hears both and reads on, over the same connection.
func TestTheServiceRestarts(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	insert(t, daemon, 0, p.Name)
	_, address := program(t, "serve", "--port", "0", "--origin", "http://localhost:3000", "--trust", trustDir(t), "--state", t.TempDir())
	ws := page(t, address)
	hears(t, ws, "card.inserted "+pcsctest.Reader(0))
	daemon.Stop()
	hears(t, ws, "card.removed "+pcsctest.Reader(0), "reader.detached "+pcsctest.Reader(0))
	result := call(t, ws, 2, "readers.list", `{}`)
	code, _ := at(result, "service.code")
	assert.Equal(t, "PCSC_UNAVAILABLE", code)
	daemon.Run(t)
	insert(t, daemon, 0, p.Name)
	hears(t, ws, "reader.attached "+pcsctest.Reader(0), "card.inserted "+pcsctest.Reader(0))
	result = call(t, ws, 3, "card.read", fmt.Sprintf(`{"fields":["fullName"],"purpose":"thử","key":{"id":%q}}`, p.Number))
	outcome, _ := at(result, "report.outcome")
	assert.Equal(t, "genuine", outcome)
}

// TestTheServiceEndsDuringARead: pcscd is killed while a card is being read. The page
// hears why as soon as it is clear that the card does not come back, and the next read
// works over the same connection.
func TestTheServiceEndsDuringARead(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), p.Name, scenario.Hooks{Log: func(chip.Entry) {}})
	require.NoError(t, err)
	var commands atomic.Int32
	deep, gone := make(chan struct{}), make(chan struct{})
	daemon.Insert(t, 0, pcsctest.Card{ATR: card.ATR(), Reset: card.PowerOff, Answer: func(command []byte) []byte {
		if commands.Add(1) == 15 {
			close(deep)
			<-gone // an exchange is under way when the service ends
		}
		return card.Exchange(command)
	}})
	_, address := program(t, "serve", "--port", "0", "--origin", "http://localhost:3000", "--trust", trustDir(t), "--state", t.TempDir())
	ws := page(t, address)
	hears(t, ws, "card.inserted "+pcsctest.Reader(0))
	go func() {
		<-deep
		daemon.Stop()
		close(gone)
	}()
	read := fmt.Sprintf(`{"fields":["fullName"],"purpose":"thử","key":{"id":%q}}`, p.Number)
	assert.Equal(t, "PCSC_UNAVAILABLE", errorOf(t, ws, 2, "card.read", read))
	daemon.Run(t)
	insert(t, daemon, 0, p.Name)
	hears(t, ws, "reader.attached "+pcsctest.Reader(0), "card.inserted "+pcsctest.Reader(0))
	result := call(t, ws, 3, "card.read", read)
	outcome, _ := at(result, "report.outcome")
	assert.Equal(t, "genuine", outcome)
}
