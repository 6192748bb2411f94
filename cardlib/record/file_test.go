package record_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/mrz"
	"chipid/cardlib/readers"
	"chipid/cardlib/record"
	"chipid/cardlib/securemsg"
)

// both are small recordings of the two kinds.
func both() []*record.Recording {
	events := []record.Event{
		{Reset: true},
		{Command: []byte{0, 0xA4, 2, 0x0C, 2, 1, 0x1C}, Answer: []byte{0x90, 0}, Plain: true, Took: 1500 * time.Microsecond},
		{Command: []byte{0, 0xB0, 0, 0, 0}, Answer: []byte{1, 2, 0x62, 0x82}, BlockSize: 16},
		{Command: []byte{0, 0xB0, 0, 2, 0}, Fault: "channel-lost", Answer: []byte{0x69, 0x88}, BlockSize: 16},
		{Command: []byte{0, 0xB0, 0, 4, 0}, Fault: "removed"},
	}
	full := append([]record.Event{{Random: []byte{1, 2, 3}}}, events...)
	return []*record.Recording{
		{Kind: record.Masked, Program: "a", ATR: []byte{0x3B, 0}, Protocol: apdu.ProtocolT1, Access: "PACE-CAN", Events: events},
		{Kind: record.Full, Program: "b", ATR: []byte{0x3B, 1}, Protocol: apdu.ProtocolContactless, Events: full, Keys: access.Keys{
			CAN: "000018", Number: "000190000018", MRZ: []mrz.Key{{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}},
		}},
	}
}

func TestFileHoldsEverything(t *testing.T) {
	for _, rec := range both() {
		again, file := through(t, rec)
		assert.Equal(t, rec, again)
		assert.True(t, bytes.HasPrefix(file, []byte(`{"chipidRecording":1,"kind":"`+string(rec.Kind)+`"`)))
		assert.True(t, bytes.HasSuffix(file, []byte("{\"end\":true}\n")))
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	rec := both()[0]
	require.NoError(t, rec.WriteFile(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	assert.ErrorIs(t, rec.WriteFile(path), os.ErrExist)
	again, err := record.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, rec, again)
	_, err = record.ReadFile(path + "x")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestParseRefuses(t *testing.T) {
	const head = `{"chipidRecording":1,"kind":"masked","atr":"3b00","protocol":"T=1"}` + "\n"
	const end = `{"end":true}`
	for name, text := range map[string]string{
		"nothing":               "",
		"no JSON":               "hello\n",
		"another version":       `{"chipidRecording":2,"kind":"masked","atr":"","protocol":"T=1"}` + "\n" + end,
		"another kind":          `{"chipidRecording":1,"kind":"half","atr":"","protocol":"T=1"}` + "\n" + end,
		"ATR that is none":      `{"chipidRecording":1,"kind":"masked","atr":"3","protocol":"T=1"}` + "\n" + end,
		"protocol unknown":      `{"chipidRecording":1,"kind":"masked","atr":"","protocol":"T=2"}` + "\n" + end,
		"key of two parts":      `{"chipidRecording":1,"kind":"full","atr":"","protocol":"T=1","mrz":["a,b"]}` + "\n" + end,
		"no end":                head + `{"reset":true}` + "\n",
		"line cut off":          head + `{"c":"00a4`,
		"command cut off":       head + `{"c":"00a4","r":"9000"}` + "\n" + end,
		"no hex":                head + `{"c":"00a4000q","r":"9000"}` + "\n" + end,
		"answer too short":      head + `{"c":"00a4000c","r":"90"}` + "\n" + end,
		"no answer":             head + `{"c":"00a4000c"}` + "\n" + end,
		"unknown fault":         head + `{"c":"00a4000c","fault":"rain"}` + "\n" + end,
		"fault with an answer":  head + `{"c":"00a4000c","fault":"removed","r":"0102039000"}` + "\n" + end,
		"nothing said":          head + `{"plain":true}` + "\n" + end,
		"two things said":       head + `{"reset":true,"c":"00a4000c","r":"9000"}` + "\n" + end,
		"random in masked":      head + `{"random":"00"}` + "\n" + end,
		"block size":            head + `{"c":"00a4000c","r":"9000","block":-1}` + "\n" + end,
		"a line over the limit": head + `{"c":"` + strings.Repeat("0", 300000) + `"}` + "\n" + end,
		"too many events":       head + strings.Repeat(`{"reset":true}`+"\n", record.MaxEvents+1) + end,
	} {
		t.Run(name, func(t *testing.T) {
			rec, err := record.Parse(strings.NewReader(text))
			assert.ErrorIs(t, err, record.ErrFormat)
			assert.Nil(t, rec)
		})
	}
	rec, err := record.Parse(strings.NewReader("\n" + head + "\n" + `{"c":"00a4000c","r":"9000","later":1}` + "\n" + end))
	require.NoError(t, err, "what is not known is passed over")
	assert.Len(t, rec.Events, 1)
}

// blanks is a file without end, of empty lines.
type blanks struct{}

var blankLine = append(bytes.Repeat([]byte{' '}, 1023), '\n')

func (blanks) Read(b []byte) (int, error) { return copy(b, blankLine), nil }

func TestParseIsBounded(t *testing.T) {
	_, err := record.Parse(blanks{})
	assert.ErrorIs(t, err, record.ErrFormat)
}

func TestSource(t *testing.T) {
	rec := both()[0]
	s := record.NewSource("replay:x", rec)
	state := s.List(t.Context())
	require.Len(t, state.Readers, 1)
	assert.Equal(t, readers.Reader{Name: "replay:x", Card: true, Insertion: 1, ATR: rec.ATR, Synthetic: true}, state.Readers[0])
	_, err := s.Connect(t.Context(), "other")
	assert.ErrorIs(t, err, readers.ErrUnknownReader)
	conn, err := s.Connect(t.Context(), "replay:x")
	require.NoError(t, err)
	assert.True(t, conn.LinkInfo().Synthetic)
	assert.Equal(t, "PACE-CAN", conn.LinkInfo().Masked.Access)
	require.NoError(t, conn.Reset(t.Context()))
	resp, err := conn.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1C}})
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW)
	require.NoError(t, conn.Close())
}

func FuzzParse(f *testing.F) {
	for _, rec := range both() {
		var b bytes.Buffer
		require.NoError(f, rec.Write(&b))
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"chipidRecording":1,"kind":"full","atr":"","protocol":"T=0","mrz":["a,b,c"]}` + "\n" + `{"end":true}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		rec, err := record.Parse(bytes.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, record.ErrFormat)
			return
		}
		again, _ := through(t, rec)
		require.Equal(t, len(rec.Events), len(again.Events))
		card := rec.Replay()
		for _, e := range rec.Events {
			if cmd, err := apdu.ParseCommand(e.Command); err == nil && e.Command != nil {
				_, _ = card.Transmit(t.Context(), cmd)
			}
		}
	})
}

func TestWatchTellsOnceAndEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := record.NewSource("replay:x", both()[0])
	told := 0
	err := s.Watch(ctx, func(state readers.State) {
		told++
		assert.Len(t, state.Readers, 1)
		cancel()
	})
	require.NoError(t, err)
	assert.Equal(t, 1, told)
	_, err = s.Connect(ctx, "replay:x")
	assert.ErrorIs(t, err, context.Canceled)
	_, err = both()[0].Replay().Transmit(ctx, apdu.Command{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, both()[0].Replay().Reset(ctx), context.Canceled)
}

func TestResetsOfAFullRecording(t *testing.T) {
	rec := both()[1]
	card := rec.Replay()
	require.NoError(t, card.Reset(t.Context()), "the one that was recorded")
	assert.ErrorIs(t, card.Reset(t.Context()), record.ErrDiverged)
	assert.Nil(t, both()[0].Random())
	drawn, err := io.ReadAll(rec.Random())
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, drawn)
	_, err = card.Transmit(t.Context(), apdu.Command{Data: make([]byte, 70000)})
	assert.ErrorIs(t, err, apdu.ErrCommand)
}

// TestRecordedFaultsComeAgain: the fault of the link, and the status word in
// plain with which a chip drops its channel.
func TestRecordedFaultsComeAgain(t *testing.T) {
	card := both()[0].Replay()
	read := func(offset byte) error {
		_, err := card.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, P2: offset, Le: 256})
		return err
	}
	_, err := card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1C}})
	require.NoError(t, err)
	require.NoError(t, read(0))
	lost := read(2)
	assert.ErrorIs(t, lost, securemsg.ErrChannelLost)
	sw, _ := apdu.StatusOf(lost)
	assert.Equal(t, apdu.SWSMObjectsIncorrect, sw)
	assert.ErrorIs(t, read(4), apdu.ErrRemoved)
}
