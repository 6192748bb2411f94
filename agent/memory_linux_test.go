package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/tcp"
)

// needle is one thing about a citizen, in one of the forms in which it can lie in
// memory or in a file.
type needle struct {
	what, form string
	bytes      []byte
}

// needlesOf are a text's forms. In base64 it can begin at each of three places of a
// group; what its neighbours decide is cut off.
func needlesOf(what, text string) []needle {
	raw := []byte(text)
	all := []needle{{what, "UTF-8", raw}, {what, "hex", []byte(hex.EncodeToString(raw))}, {what, "HEX", []byte(strings.ToUpper(hex.EncodeToString(raw)))}}
	var wide []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	all = append(all, needle{what, "UTF-16LE", wide})
	for shift := range 3 {
		shifted := append(make([]byte, shift), raw...)
		coded := base64.RawStdEncoding.EncodeToString(shifted[:len(shifted)/3*3])
		if coded = coded[min((shift*8+5)/6, len(coded)):]; len(coded) >= 10 {
			all = append(all, needle{what, fmt.Sprintf("base64+%d", shift), []byte(coded)})
		}
	}
	if len(text) >= 8 && strings.Trim(text, "0123456789") == "" && len(text)%2 == 0 {
		packed, err := hex.DecodeString(text)
		if err == nil {
			all = append(all, needle{what, "packed", packed})
		}
	}
	return all
}

// writable calls f with every part of a process's memory that it can write: heap,
// stacks, data. What is mapped from the program's file only to be read is left out.
func writable(t *testing.T, pid int, f func(start uint64, b []byte)) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	require.NoError(t, err)
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	require.NoError(t, err)
	defer memory.Close()
	lines := bufio.NewScanner(bytes.NewReader(maps))
	for lines.Scan() {
		columns := strings.Fields(lines.Text())
		from, to, ok := strings.Cut(columns[0], "-")
		start, err1 := strconv.ParseUint(from, 16, 64)
		end, err2 := strconv.ParseUint(to, 16, 64)
		if !ok || err1 != nil || err2 != nil || !strings.HasPrefix(columns[1], "rw") || end-start > 1<<30 {
			continue
		}
		b := make([]byte, end-start)
		n, _ := memory.ReadAt(b, int64(start)) // parts that were never touched cannot be read
		written(b[:n], func(at int, part []byte) { f(start+uint64(at), part) })
	}
}

// written calls f with the parts of memory that are not zeros alone, each with a page
// more on either side: most of what a program has mapped was never written to.
func written(b []byte, f func(at int, part []byte)) {
	const page = 4096
	var zeros [page]byte
	for at := 0; at < len(b); {
		end := at
		for end < len(b) && !bytes.Equal(b[end:min(end+page, len(b))], zeros[:min(page, len(b)-end)]) {
			end += page
		}
		if end > at {
			from := max(at-page, 0)
			f(from, b[from:min(end+page, len(b))])
		}
		at = end + page
	}
}

// found counts where the needles lie in a process's memory, by thing and form.
func found(t *testing.T, pid int, needles []needle) map[string]int {
	t.Helper()
	counts := map[string]int{}
	writable(t, pid, func(_ uint64, b []byte) {
		for _, n := range needles {
			if c := bytes.Count(b, n.bytes); c > 0 {
				counts[n.what+" "+n.form] += c
			}
		}
	})
	return counts
}

// unheardOf is a person of whom the program's file knows nothing.
func unheardOf() persona.Persona {
	p := persona.All()[0]
	p.Name, p.Number, p.FullName = "bo-nho", "000190778231", "Quách Thị Vô Danh Ngẫu"
	p.Residence = "Số 17 ngõ Không Tên, Xã Thử Nghiệm, Huyện Giả Định, Tỉnh Mẫu Vật"
	p.Religion = "Tín ngưỡng thử nghiệm"
	return p
}

// secrets are the needles of everything that a read of that person's card handles.
func secrets(t *testing.T, p persona.Persona) []needle {
	t.Helper()
	photo, err := p.ChipImage()
	require.NoError(t, err)
	middle := photo.Data[len(photo.Data)/2:]
	lines := strings.Split(p.MRZ(), "\n")
	return slices.Concat(needlesOf("number", p.Number), needlesOf("name", p.FullName), needlesOf("residence", p.Residence),
		needlesOf("religion", p.Religion), needlesOf("MRZ line 1", lines[0]), needlesOf("MRZ line 2", lines[1]),
		needlesOf("portrait", string(middle[:48])))
}

// remembered is an agent whose memory is searched, with a card played by this process.
type remembered struct {
	t       *testing.T
	pid     int
	address string
	deck    *scenario.Deck
	person  persona.Persona
	server  *tcp.Server
	fields  string
	needles []needle
	ws      *websocket.Conn
	id      int
}

// planted is what the search must find, in a place that the agent keeps.
const planted = "trồng-để-tìm-7731"

const rememberedOrigin = "https://motcua.example.vn"

// visit connects the page.
func (r *remembered) visit() {
	r.ws = visitor(r.t, r.address, http.Header{"Origin": {rememberedOrigin}, "User-Agent": {planted}})
	said := call(r.t, r.ws, 1, "initialize", hello)
	r.id = 1
	all, _ := at(said, "grant.fields")
	var fields []string
	for _, f := range all.([]any) {
		fields = append(fields, strconv.Quote(f.(string)))
	}
	r.fields = strings.Join(fields, ",")
}

// send sends a request, whose id it returns.
func (r *remembered) send(method, params string) int {
	r.id++
	require.NoError(r.t, r.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, r.id, method, params)))
	return r.id
}

// read asks for everything with a key in JSON and what else the params have, and
// returns the answer. during hears of each stage, and tells whether to listen on.
func (r *remembered) read(key, more string, during func(stage string) bool) map[string]any {
	r.t.Helper()
	card, err := r.deck.Open(r.person.Name, scenario.Hooks{})
	require.NoError(r.t, err)
	r.server.Put(card)
	id := r.send("card.read", fmt.Sprintf(`{"fields":[%s],"purpose":"thử","citizenConsent":true,"wait":true,"key":%s,"reader":%q%s}`, r.fields, key, tcp.Prefix+r.server.Addr(), more))
	return r.answer(id, during)
}

func (r *remembered) answer(id int, during func(stage string) bool) map[string]any {
	r.t.Helper()
	require.NoError(r.t, r.ws.SetReadDeadline(time.Now().Add(2*time.Minute)))
	for {
		_, b, err := r.ws.ReadMessage()
		require.NoError(r.t, err)
		var m map[string]any
		require.NoError(r.t, json.Unmarshal(b, &m))
		if m["id"] == float64(id) {
			return m
		}
		if stage, ok := at(m, "params.stage"); ok && during != nil && !during(stage.(string)) {
			return nil
		}
	}
}

// whole asserts that an answer has everything.
func (r *remembered) whole(m map[string]any) {
	r.t.Helper()
	require.Nil(r.t, m["error"])
	name, _ := at(m, "result.citizen.fullName")
	require.Equal(r.t, r.person.FullName, name)
	photo, _ := at(m, "result.citizen.portrait.data")
	require.NotEmpty(r.t, photo)
}

// away takes the card away and waits until the agent knows.
func (r *remembered) away() {
	r.t.Helper()
	r.server.Pull()
	require.Eventually(r.t, func() bool {
		m := r.answer(r.send("readers.list", `{}`), nil)
		for _, reader := range m["result"].(map[string]any)["readers"].([]any) {
			if state := reader.(map[string]any); state["name"] == tcp.Prefix+r.server.Addr() {
				return state["card"] == false && state["busy"] == false
			}
		}
		return false
	}, 30*time.Second, 100*time.Millisecond)
}

// nothing searches: nothing is left of the person, no child either, and the search
// finds what is there.
func (r *remembered) nothing(after string) {
	r.t.Helper()
	assert.Empty(r.t, found(r.t, r.pid, r.needles), "left in memory after %s", after)
	assert.Empty(r.t, childrenOf(r.t, r.pid), "children after %s", after)
	assert.Positive(r.t, found(r.t, r.pid, needlesOf("planted", planted))["planted UTF-8"], "the search finds what is there")
}

// childrenOf are the processes that a process has started and that still run.
func childrenOf(t *testing.T, pid int) (all []string) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err == nil { // the thread may have ended
			all = append(all, strings.Fields(string(b))...)
		}
	}
	return all
}

// TestWhatStaysInMemory reads cards over a connection, takes them away, and searches
// the memory of the agent, which was neither restarted nor told to collect, its files
// and its log: after reads that went well, with every kind of key, and after reads
// that did not. While a result waits for its page the search finds it; a planted text
// shows besides that the search finds.
func TestWhatStaysInMemory(t *testing.T) {
	t.Parallel()
	r := &remembered{t: t, person: unheardOf()}
	var err error
	r.server, err = tcp.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	r.deck, r.needles = scenario.NewDeck(issuer.New(issuer.PublishedSeed), r.person), secrets(t, r.person)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.server.Run(ctx) }()
	defer func() { cancel(); assert.NoError(t, <-ended) }()

	state := t.TempDir()
	logged := filepath.Join(t.TempDir(), "log")
	cmd, address := logging(t, logged, []string{forgetful + "=2s"}, "serve", "--mock", "--mock-card", "cao-tuoi", "--reader", tcp.Prefix+r.server.Addr(), "--port", "0", "--state", state, "--verbose", "--origin", rememberedOrigin)
	r.pid, r.address = cmd.Process.Pid, address
	r.visit()
	idle := resident(t, r.pid)
	inJSON := func(kind, text string) string {
		b, err := json.Marshal(map[string]string{kind: text})
		require.NoError(t, err)
		return string(b)
	}
	for _, key := range []string{inJSON("id", r.person.Number), inJSON("qr", r.person.QR()), inJSON("mrz", r.person.MRZ()), inJSON("can", r.person.CAN()), inJSON("id", r.person.Number)} {
		r.whole(r.read(key, "", nil))
		r.away()
		r.nothing("a read")
	}
	id := inJSON("id", r.person.Number)

	m := r.read(id, "", func(stage string) bool {
		if stage == "dg2" {
			r.server.Pull()
		}
		return true
	})
	code, _ := at(m, "error.data.code")
	assert.Equal(t, "CARD_REMOVED", code)
	r.away()
	r.nothing("a read whose card was taken away")

	m = r.read(id, "", func(stage string) bool {
		if stage == "dg2" {
			require.NoError(t, r.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}`, r.id)))
		}
		return true
	})
	code, _ = at(m, "error.data.code")
	assert.Equal(t, "CANCELLED", code)
	r.away()
	r.nothing("a read that was called off")

	m = r.read(inJSON("mrz", strings.Replace(r.person.MRZ(), "7", "8", 1)), "", nil)
	require.NotNil(t, m["error"])
	m = r.answer(r.send("card.read", `{"key":`+id+`}`), nil)
	require.NotNil(t, m["error"])
	r.away()
	r.nothing("requests that were refused")

	// goesAway asks and is gone before the answer; whoever comes back may take it.
	goesAway := func() {
		r.read(id, `,"resume":"0123456789abcdef0123456789abcdef"`, func(stage string) bool { return stage != "dg2" })
		r.ws.Close()
	}
	goesAway()
	r.visit()
	r.whole(r.answer(r.send("card.resume", `{"resume":"0123456789abcdef0123456789abcdef"}`), nil))
	r.away()
	r.nothing("a result that its page came back for")

	goesAway()
	name := needlesOf("name", r.person.FullName)[:1]
	require.Eventually(t, func() bool { return len(found(t, r.pid, name)) > 0 }, 20*time.Second, time.Millisecond, "a result that waits is found")
	require.Eventually(t, func() bool { return len(found(t, r.pid, name)) == 0 }, 20*time.Second, 100*time.Millisecond, "nobody came for it")
	r.visit()
	r.away()
	r.nothing("a result that nobody came for")
	t.Logf("resident: %d MiB idle, %d MiB after all reads", idle>>20, resident(t, r.pid)>>20)

	for _, root := range []string{state, filepath.Dir(logged)} {
		nothingIn(t, root, r.needles)
	}
	require.NoError(t, os.WriteFile(filepath.Join(state, "planted"), []byte("x"+r.person.FullName+"x"), 0o600))
	assert.NotEmpty(t, hitsIn(t, state, r.needles), "the search of files finds what is there")
}

// hitsIn are the files under root in which a needle lies.
func hitsIn(t *testing.T, root string, needles []needle) (hits []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, n := range needles {
			if bytes.Contains(b, n.bytes) {
				hits = append(hits, path+": "+n.what+" "+n.form)
			}
		}
		return err
	}))
	return hits
}

func nothingIn(t *testing.T, root string, needles []needle) {
	t.Helper()
	assert.Empty(t, hitsIn(t, root, needles), "in files and logs, without exception")
}

// resident is how much of the machine's memory a process holds, in bytes.
func resident(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	require.NoError(t, err)
	pages, err := strconv.Atoi(strings.Fields(string(b))[1])
	require.NoError(t, err)
	return pages * os.Getpagesize()
}
