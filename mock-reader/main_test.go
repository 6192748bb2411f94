package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start runs the tool as a person would.
func start(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"nothing", nil, exitUsage, "Lệnh / commands"},
		{"help", []string{"--help"}, exitOK, "synthetic chip cards"},
		{"help in Vietnamese", []string{"help"}, exitOK, "thẻ căn cước giả lập"},
		{"help of a command", []string{"serve", "--help"}, exitOK, "-vpcd"},
		{"unknown command", []string{"dance"}, exitUsage, `no command "dance"`},
		{"unknown flag", []string{"list", "--xml"}, exitUsage, "-xml"},
		{"left over", []string{"list", "mau"}, exitUsage, `unexpected argument "mau"`},
		{"trust without place", []string{"trust"}, exitUsage, "--out"},
		{"serve without card", []string{"serve", "--vpcd", "127.0.0.1:1"}, exitUsage, "--persona"},
		{"serve without reader", []string{"serve", "--persona", "mau"}, exitUsage, "--vpcd"},
		{"no port", []string{"serve", "--persona", "mau", "--vpcd", "localhost"}, exitUsage, "missing port"},
		{"unknown persona", []string{"serve", "--persona", "nobody", "--vpcd", "127.0.0.1:1"}, exitUsage, `no persona named "nobody"`},
		{"unknown scenario", []string{"serve", "--persona", "mau/odd", "--vpcd", "127.0.0.1:1"}, exitUsage, `no scenario named "odd"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := start(t, c.args...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, out+errs, c.want)
			if c.code != exitOK {
				assert.Empty(t, out, "complaints go to the error stream")
			}
		})
	}
}

// TestListJSON checks the shape that scripts outside rely on.
func TestListJSON(t *testing.T) {
	code, out, errs := start(t, "list", "--json")
	require.Equal(t, exitOK, code, errs)
	var l struct {
		Personas []struct {
			Name, PersonalNumber, Can, Mrz, Qr string
		}
		Scenarios []struct {
			Name, Title string
			Expect      struct {
				Exit   *int
				Checks map[string]string
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &l))
	require.GreaterOrEqual(t, len(l.Personas), 6)
	require.GreaterOrEqual(t, len(l.Scenarios), 12)
	first := l.Personas[0]
	assert.Equal(t, "mau", first.Name)
	assert.Equal(t, "000190000018", first.PersonalNumber)
	assert.Equal(t, "000018", first.Can)
	assert.Equal(t, "IDVNM1900000185000190000018<<5\n9001158F3001156VNM<<<<<<<<<<<6\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<", first.Mrz)
	assert.Equal(t, "000190000018|123456789|Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Xã A, Huyện B, Tỉnh C|10072021", first.Qr)
	ids := []string{"hashes", "signature", "anchor", "validity", "revocation", "activeAuth", "chipAuth", "consistency", "expiry"}
	names := map[string]bool{}
	for _, s := range l.Scenarios {
		assert.False(t, names[s.Name], s.Name)
		names[s.Name] = true
		assert.NotEmpty(t, s.Title)
		require.NotNil(t, s.Expect.Exit, s.Name)
		require.NotNil(t, s.Expect.Checks, s.Name)
		assert.Contains(t, []int{0, 3, 4, 5}, *s.Expect.Exit)
		for id, status := range s.Expect.Checks {
			assert.Contains(t, ids, id)
			assert.Contains(t, []string{"passed", "failed", "unavailable", "skipped"}, status)
		}
	}
}

func TestListForPeople(t *testing.T) {
	code, out, _ := start(t, "list")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "000190000018")
	assert.Contains(t, out, "copied-chip")
}

func TestTrust(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	code, out, errs := start(t, "trust", "--out", dir)
	require.Equal(t, exitOK, code, errs)
	files := strings.Fields(out)
	require.Len(t, files, 6)
	for _, f := range files {
		content, err := os.ReadFile(f)
		require.NoError(t, err)
		block, rest := pem.Decode(content)
		require.NotNil(t, block)
		assert.Empty(t, rest)
		assert.Contains(t, string(block.Bytes), "SYNTHETIC")
	}
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	code, _, _ = start(t, "trust", "--out", blocked)
	assert.Equal(t, exitTrouble, code)
}

// lines collects a stream and lets tests wait for a line.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func newLines() *lines { return &lines{more: make(chan struct{}, 1)} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) await(t *testing.T, want string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		text := l.text.String()
		l.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-l.more:
		case <-deadline:
			require.FailNow(t, "no "+want, text)
		}
	}
}

// TestServe plays a virtual reader, and pulls, puts back and swaps by lines.
func TestServe(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	commands, typed := io.Pipe()
	out, errs := newLines(), newLines()
	ended := make(chan int, 1)
	go func() {
		ended <- run(context.Background(),
			[]string{"serve", "--persona", "tre-em", "--vpcd", listener.Addr().String(), "--log"},
			streams{commands, out, errs})
	}()
	say := func(line string) {
		_, err := io.WriteString(typed, line+"\n")
		require.NoError(t, err)
	}
	conn, err := listener.Accept()
	require.NoError(t, err)
	selectApplication := []byte{0, 12, 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	ask := func(want ...byte) {
		_, err := conn.Write(selectApplication)
		require.NoError(t, err)
		answer := make([]byte, 4)
		_, err = io.ReadFull(conn, answer)
		require.NoError(t, err)
		assert.Equal(t, append([]byte{0, 2}, want...), answer)
	}
	ask(0x90, 0x00)
	out.await(t, "SELECT application A0000002471001")

	say("pull")
	_, err = conn.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF)
	say("dance")
	errs.await(t, `not understood: "dance"`)
	say("swap nobody")
	errs.await(t, `no persona named "nobody"`)
	say("put")
	conn, err = listener.Accept()
	require.NoError(t, err)
	ask(0x90, 0x00)
	say("swap foreign:token")
	conn, err = listener.Accept()
	require.NoError(t, err)
	ask(0x6A, 0x82)
	out.await(t, "token: 00A4040C07A0000002471001")
	say("quit")
	assert.Equal(t, exitOK, <-ended)
}
