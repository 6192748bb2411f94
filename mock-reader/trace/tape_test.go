package trace

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTapeNumbersAndForgets(t *testing.T) {
	tape := NewTape()
	_, changed := tape.Since(0)
	tape.Add(Line{Kind: Insert, Name: "first"})
	<-changed
	tape.Add(Line{Kind: Remove, Name: "second"})
	lines, _ := tape.Since(0)
	require.Len(t, lines, 2)
	assert.Equal(t, uint64(1), lines[0].Seq)
	assert.False(t, lines[0].Time.IsZero())
	lines, _ = tape.Since(1)
	require.Len(t, lines, 1)
	assert.Equal(t, "second", lines[0].Name)
	for _, seq := range []uint64{2, 3, 1 << 60} {
		lines, _ = tape.Since(seq)
		assert.Empty(t, lines)
	}
	tape.Clear()
	tape.Add(Line{Name: "third"})
	lines, _ = tape.Since(0)
	require.Len(t, lines, 1)
	assert.Equal(t, uint64(3), lines[0].Seq)
	assert.Equal(t, uint64(3), tape.Last())
}

func TestTapeIsBounded(t *testing.T) {
	tape := NewTape()
	for range maxLines + 10 {
		tape.Add(Line{})
	}
	lines, _ := tape.Since(0)
	require.Len(t, lines, maxLines)
	assert.Equal(t, uint64(11), lines[0].Seq)
	lines, _ = tape.Since(5)
	assert.Len(t, lines, maxLines)

	big := NewTape()
	for range 5 {
		big.Add(Line{Exchange: &Exchange{Response: make(Hex, maxBytes/4)}})
	}
	lines, _ = big.Since(0)
	assert.Len(t, lines, 4)
	big.Add(Line{Exchange: &Exchange{Response: make(Hex, 2*maxBytes)}})
	lines, _ = big.Since(0)
	assert.Len(t, lines, 1, "the newest stays, whatever its size")
}

func some() []Line {
	return []Line{
		{Seq: 1, Kind: Insert, Reader: "a", Card: "mau", Name: "insert", Meaning: Text{"đặt thẻ", "card in"}},
		{Seq: 2, Kind: APDU, Reader: "a", Name: "SELECT EF.SOD", Meaning: Text{"Chọn tệp", "Select the file"},
			Exchange: &Exchange{Number: 1, Command: Hex{0, 0xA4}, Response: Hex{0x90, 0}, SW: "9000", File: "EF.SOD"}},
		{Seq: 3, Kind: APDU, Reader: "b", Name: "READ BINARY EF.DG1, 8 bytes at 0",
			Exchange: &Exchange{Number: 2, SW: "9000", PlainText: "NGUYEN<<THI"}},
		{Seq: 4, Kind: APDU, Reader: "b", Name: "READ BINARY EF.DG2, 8 bytes at 0",
			Exchange: &Exchange{Number: 3, SW: "6988", Broken: []string{"Doc 9303-11 §9.8.4: wrong MAC"}}},
		{Seq: 5, Kind: Torn, Reader: "b", Name: "torn"},
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter Filter
		want   []uint64
	}{
		{"all", Filter{}, []uint64{1, 2, 3, 4, 5}},
		{"one reader", Filter{Reader: "b"}, []uint64{3, 4, 5}},
		{"troubles", Filter{Trouble: true}, []uint64{4, 5}},
		{"without reads", Filter{NoReads: true}, []uint64{1, 2, 4, 5}},
		{"a word", Filter{Text: "ef.sod"}, []uint64{2}},
		{"Vietnamese", Filter{Text: "ĐẶT"}, []uint64{1}},
		{"read text", Filter{Text: "nguyen"}, []uint64{3}},
		{"a clause", Filter{Text: "§9.8.4"}, []uint64{4}},
		{"nothing", Filter{Text: "nowhere"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []uint64
			for _, l := range c.filter.Choose(some()) {
				got = append(got, l.Seq)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestSavedTraceComesBack(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Write(&b, some()))
	lines, err := Read(&b)
	require.NoError(t, err)
	assert.Equal(t, some(), lines)
	require.NoError(t, Write(&b, nil))
	lines, err = Read(&b)
	require.NoError(t, err)
	assert.Empty(t, lines)
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{"", "null", "[]", "{}", `{"format":"other","version":1,"lines":[]}`, `{"format":"chipid-trace","version":2}`,
		`{"format":"chipid-trace","version":1,"lines":[{"command":"zz"}]}`} {
		_, err := Read(strings.NewReader(text))
		assert.ErrorIs(t, err, ErrFile, text)
	}
}

func TestPrint(t *testing.T) {
	lines := some()
	text := ""
	for i := range lines {
		text += Style{Language: "en", Reader: true, Bytes: true}.Print(&lines[i])
	}
	for _, want := range []string{"── card in mau", "SELECT EF.SOD", "00A4", "“NGUYEN<<THI”", "the reader broke: Doc 9303-11 §9.8.4: wrong MAC"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "\x1b")
	assert.Contains(t, Style{Language: "vi", Colour: true}.Print(&lines[3]), red)
	evil := Line{Kind: APDU, Name: "x\x1b[2Jy\u009b\n", Exchange: &Exchange{SW: "\x1b]0;t\a", Faults: []string{"\r"}}}
	printed := Style{Language: "vi"}.Print(&evil)
	assert.NotContains(t, printed, "\x1b")
	assert.NotContains(t, printed, "\r")
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := Write(&b, some()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"format":"chipid-trace","version":1,"lines":[{"kind":"apdu","swMeaning":{"vi":"\u001b"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		for i := range lines {
			if strings.ContainsRune(Style{Language: "en", Bytes: true}.Print(&lines[i]), '\x1b') {
				t.Fatal("steers the terminal")
			}
			lines[i].Trouble()
		}
	})
}
