package gateway

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spied remembers every slice that it was to read into.
type spied struct {
	io.Reader
	into [][]byte
}

func (s *spied) Read(b []byte) (int, error) {
	s.into = append(s.into, b)
	return s.Reader.Read(b)
}

func TestReadSecretLeavesOneCopy(t *testing.T) {
	const limit = 64 << 10
	for _, n := range []int{0, 1, firstRead - 1, firstRead, firstRead + 1, 3 * firstRead, limit - 1, limit} {
		want := strings.Repeat("k", n)
		s := &spied{Reader: iotest.HalfReader(strings.NewReader(want))}
		got, err := readSecret(s, limit)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
		for _, b := range s.into {
			if len(got) > 0 && cap(b) > 0 && &b[:cap(b)][cap(b)-1] == &got[:cap(got)][cap(got)-1] {
				continue // the one that was returned
			}
			assert.NotContains(t, string(b[:cap(b)]), "k", "of %d bytes", n)
		}
	}
	_, err := readSecret(strings.NewReader(strings.Repeat("k", limit+1)), limit)
	assert.ErrorIs(t, err, io.ErrShortBuffer)
	broken := errors.New("broken")
	s := &spied{Reader: io.MultiReader(strings.NewReader("kkk"), iotest.ErrReader(broken))}
	_, err = readSecret(s, limit)
	require.ErrorIs(t, err, broken)
	assert.NotContains(t, string(s.into[0]), "k")
}

func TestWipedBuffers(t *testing.T) {
	type data struct{ buf []byte }
	b := []byte("what was sent")
	wiped{}.Put(data{b})
	assert.Equal(t, bytes.Repeat([]byte{0}, len(b)), b)
	assert.Nil(t, wiped{}.Get())
	assert.NotPanics(t, func() { wiped{}.Put(nil); wiped{}.Put(7); wiped{}.Put(struct{ n []int }{}) })
}
