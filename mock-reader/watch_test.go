package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/tcp"
	"chipid/mock-reader/trace"
)

// serving starts `serve` with a page and one TCP reader; it returns the page's
// address, the reader, and what types a line.
func serving(t *testing.T, more ...string) (page, reader string, say func(string)) {
	t.Helper()
	typed := make(chan string, 10)
	errs := newLines()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	in := &typing{lines: typed, done: ctx.Done()}
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "0", "--web", "0"}, more...), streams{in, newLines(), errs})
	}()
	t.Cleanup(func() {
		cancel()
		assert.Equal(t, exitOK, <-ended)
	})
	errs.await(t, "quit")
	text := errs.String()
	page = regexp.MustCompile(`http://\S+`).FindString(text)
	reader = regexp.MustCompile(`tcp:\S+`).FindString(text)
	require.NotEmpty(t, page, text)
	return page, reader, func(line string) { typed <- line + "\n" }
}

// typing is a standard input that lines are typed into.
type typing struct {
	lines <-chan string
	done  <-chan struct{}
	rest  string
}

func (t *typing) Read(b []byte) (int, error) {
	if t.rest == "" {
		select {
		case t.rest = <-t.lines:
		case <-t.done:
			return 0, context.Canceled
		}
	}
	n := copy(b, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// talk connects to a reader and sends a command.
func talk(t *testing.T, reader string, cmd apdu.Command) error {
	t.Helper()
	source := tcp.New(strings.TrimPrefix(reader, tcp.Prefix))
	conn, err := source.Connect(t.Context(), source.Name())
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Transmit(t.Context(), cmd)
	return err
}

var selectEMRTD = apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}

func TestWatchFollowsARunningMock(t *testing.T) {
	page, reader, say := serving(t, "--persona", "tre-em")
	out := newLines()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"watch", "--at", page, "--bytes"}, streams{strings.NewReader(""), out, newLines()})
	}()
	out.await(t, "── Thẻ được đặt lên đầu đọc tre-em")
	require.NoError(t, talk(t, reader, selectEMRTD))
	out.await(t, "Chọn ứng dụng giấy tờ điện tử (eMRTD) trên chip  [Doc 9303-10 §3.6.2]")
	out.await(t, "00A4040C07A0000002471001")
	say("tear command 1")
	out.await(t, "Hẹn nhấc thẻ giữa chừng: command 1")
	say("swap mau")
	out.await(t, "đặt lên đầu đọc mau")
	assert.Eventually(t, func() bool { return errors.Is(talk(t, reader, selectEMRTD), apdu.ErrRemoved) }, 20*time.Second, 10*time.Millisecond)
	out.await(t, "lỗi cố ý: tear")
	cancel()
	assert.Equal(t, exitOK, <-ended)
}

func TestWatchFilters(t *testing.T) {
	page, reader, _ := serving(t, "--persona", "tre-em")
	require.NoError(t, talk(t, reader, selectEMRTD))
	require.NoError(t, talk(t, reader, apdu.Command{INS: 0xEE}))
	out := newLines()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"watch", "--at", page, "--trouble", "--json", "--lang", "en"}, streams{strings.NewReader(""), out, newLines()})
	}()
	out.await(t, "00EE0000")
	cancel()
	<-ended
	var l trace.Line
	require.NoError(t, json.Unmarshal([]byte(out.String()), &l), "one line, one object")
	assert.Equal(t, "6D00", l.SW)
}

func TestWatchASavedTrace(t *testing.T) {
	now := time.Now()
	var b bytes.Buffer
	require.NoError(t, trace.Write(&b, []trace.Line{
		{Seq: 1, Time: now, Kind: trace.Insert, Meaning: trace.Text{Vi: "đặt", En: "put in"}, Card: "mau"},
		{Seq: 2, Time: now.Add(time.Hour), Kind: trace.APDU, Name: "SELECT EF.SOD", Exchange: &trace.Exchange{Number: 1, SW: "9000"}},
	}))
	for _, pace := range []string{"0", "100"} {
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"watch", "--file", "-", "--lang", "en", "--pace", pace}, streams{bytes.NewReader(b.Bytes()), &out, &errs})
		assert.Equal(t, exitOK, code, errs.String())
		assert.Contains(t, out.String(), "── put in mau")
		assert.Contains(t, out.String(), "SELECT EF.SOD")
	}
}

func TestWatchRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, taken.Close())
	page, _, _ := serving(t, "--persona", "tre-em")
	place, _, _ := strings.Cut(page, "#")
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"nothing", nil, exitUsage, "--at"},
		{"both", []string{"--at", page, "--file", "x"}, exitUsage, "--at"},
		{"no address", []string{"--at", "localhost"}, exitUsage, "#TOKEN"},
		{"language", []string{"--at", page, "--lang", "fr"}, exitUsage, "vi | en"},
		{"nobody there", []string{"--at", "http://" + taken.Addr().String() + "/#x"}, exitTrouble, "nothing answers there"},
		{"wrong token", []string{"--at", place + "#wrong"}, exitTrouble, "The token is missing or wrong"},
		{"no file", []string{"--file", filepath.Join(t.TempDir(), "none")}, exitTrouble, "no such file"},
		{"no trace", []string{"--file", "watch_test.go"}, exitTrouble, "not a saved trace"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := start(t, append([]string{"watch"}, c.args...)...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, errs, c.want)
			assert.Empty(t, out)
		})
	}
}
