package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
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
		f(start, b[:n])
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

// mostLeft bounds the copies that Go leaves: a handful of short texts was found
// (docs/threat-model.md); a result that is kept would show up in every form.
const mostLeft = 40

// TestWhatStaysInMemory reads a card whole over a connection, takes the card away,
// and searches the memory of the agent, which was neither restarted nor told to
// collect, its files and its log. A planted text shows that the search finds.
func TestWhatStaysInMemory(t *testing.T) {
	const origin, planted = "https://motcua.example.vn", "trồng-để-tìm-7731"
	p := unheardOf()
	server, err := tcp.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	card, err := scenario.NewDeck(issuer.New(issuer.PublishedSeed), p).Open(p.Name, scenario.Hooks{})
	require.NoError(t, err)
	server.Put(card)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	defer func() { cancel(); assert.NoError(t, <-ended) }()

	state := t.TempDir()
	logged := filepath.Join(t.TempDir(), "log")
	reader := tcp.Prefix + server.Addr()
	cmd, address := logging(t, logged, "serve", "--mock", "--mock-card", "cao-tuoi", "--reader", reader, "--port", "0", "--state", state, "--verbose", "--origin", origin)
	ws := visitor(t, address, http.Header{"Origin": {origin}, "User-Agent": {planted}})
	said := call(t, ws, 1, "initialize", hello)
	var fields []string
	all, _ := at(said, "grant.fields")
	for _, f := range all.([]any) {
		fields = append(fields, strconv.Quote(f.(string)))
	}
	result := call(t, ws, 2, "card.read", fmt.Sprintf(`{"fields":[%s],"purpose":"thử","citizenConsent":true,"key":{"id":%q},"reader":%q}`, strings.Join(fields, ","), p.Number, reader))
	name, _ := at(result, "citizen.fullName")
	require.Equal(t, p.FullName, name)
	photo, _ := at(result, "citizen.portrait.data")
	require.NotEmpty(t, photo)
	require.True(t, server.Pull())
	call(t, ws, 3, "readers.list", `{}`)
	time.Sleep(200 * time.Millisecond)

	needles := secrets(t, p)
	counts := found(t, cmd.Process.Pid, needles)
	var report []string
	for what, n := range counts {
		report = append(report, fmt.Sprintf("%s: %d", what, n))
	}
	slices.Sort(report)
	total := 0
	for _, n := range counts {
		total += n
	}
	assert.Less(t, total, mostLeft, "%v", report)
	t.Logf("left in memory after delivery and removal, of %d needles: %v", len(needles), report)
	control := found(t, cmd.Process.Pid, needlesOf("planted", planted))
	assert.Positive(t, control["planted UTF-8"], "the search finds what is there")

	for _, root := range []string{state, filepath.Dir(logged)} {
		nothingIn(t, root, needles)
	}
	require.NoError(t, os.WriteFile(filepath.Join(state, "planted"), []byte("x"+p.FullName+"x"), 0o600))
	assert.NotEmpty(t, hitsIn(t, state, needles), "the search of files finds what is there")
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
