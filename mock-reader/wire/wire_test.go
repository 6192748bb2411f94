package wire

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesComeBack(t *testing.T) {
	var b bytes.Buffer
	messages := [][]byte{{ATR}, {}, bytes.Repeat([]byte{0x5A}, MaxMessage)}
	for _, m := range messages {
		require.NoError(t, Write(&b, m))
	}
	assert.Equal(t, []byte{0, 1, ATR, 0, 0, 0xFF, 0xFF}, b.Bytes()[:7])
	for _, m := range messages {
		got, err := Read(&b)
		require.NoError(t, err)
		assert.Equal(t, m, got)
	}
	_, err := Read(&b)
	assert.ErrorIs(t, err, io.EOF)
}

func TestLimits(t *testing.T) {
	assert.Error(t, Write(io.Discard, make([]byte, MaxMessage+1)))
	_, err := Read(strings.NewReader("\x00"))
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = Read(strings.NewReader("\x00\x05abc"))
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{0, 1, 4, 0, 0, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, input []byte) {
		for r := bytes.NewReader(input); ; {
			m, err := Read(r)
			if err != nil {
				return
			}
			if len(m) > MaxMessage {
				t.Fatal("too long")
			}
		}
	})
}
