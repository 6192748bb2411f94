package portrait

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile are images that shall cost next to nothing: they are refused by what
// they say of themselves.
func hostile(t testing.TB) map[string]struct {
	file []byte
	want Reason
} {
	t.Helper()
	whole := testFile(t, "colour-lossy.jp2")
	lying := bytes.Clone(whole)
	binary.BigEndian.PutUint32(lying[bytes.Index(lying, []byte("ihdr"))+4:], 60000)
	return map[string]struct {
		file []byte
		want Reason
	}{
		"nothing":               {nil, UnknownFormat},
		"noise":                 {noise(1, 20000), UnknownFormat},
		"noise as a codestream": {append([]byte{0xFF, 0x4F, 0xFF, 0x51}, noise(2, 20000)...), ""},
		"noise as a file":       {append(bytes.Clone(whole[:12]), noise(3, 20000)...), Truncated},
		"60000 by 60000":        {stream{width: 60000, height: 60000}.bytes(), TooLarge},
		"4 GB in a row":         {stream{width: 1<<32 - 1, height: 1}.bytes(), TooLarge},
		"over the pixels":       {stream{width: 4096, height: 4096}.bytes(), TooLarge},
		"4096 tiles":            {stream{width: 64, height: 64, tileW: 1, tileH: 1, tiles: 4096}.bytes(), TooLarge},
		"16384 components":      {stream{components: 16384}.bytes(), TooLarge},
		"5 components":          {stream{components: 5}.bytes(), TooLarge},
		"65535 layers":          {stream{layers: 65535}.bytes(), TooLarge},
		"32 levels":             {stream{levels: 32}.bytes(), TooLarge},
		"huge code-blocks":      {stream{block: 8}.bytes(), Malformed},
		"a tile is missing":     {stream{tileW: 32}.bytes(), Truncated},
		"a tile too many":       {stream{tiles: 2}.bytes(), Malformed},
		"wrapper that lies":     {lying, Malformed},
		"a megabyte too much":   {append(bytes.Clone(whole), make([]byte, 1<<20)...), TooLarge},
		"cut at 1000 bytes":     {whole[:1000], Truncated},
		"cut at the end":        {whole[:len(whole)-1], Truncated},
		"JPEG without a scan":   {[]byte{0xFF, 0xD8, 0xFF, 0xD9}, Malformed},
		"JPEG of 65535 rows": {[]byte{0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0,
			0xFF, 0xDA, 0, 2, 0, 0xFF, 0xD9}, TooLarge},
		"lossless JPEG": {[]byte{0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, 0, 0xFF, 0xD9}, Unsupported},
	}
}

func TestHostileHeaders(t *testing.T) {
	// Headers are judged here, in the parent: no decoder is there to be started.
	var none *Renderer
	for name, c := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, err := none.Render(t.Context(), c.file)
			var e *Error
			require.ErrorAs(t, err, &e)
			require.NotEqual(t, DecoderFailed, e.Reason, "it came as far as the decoder")
			if c.want != "" {
				assert.Equal(t, c.want, e.Reason)
			}
			assert.Less(t, time.Since(started), 100*time.Millisecond)
			assert.True(t, errors.Is(err, ErrUnavailable))
		})
	}
}

// TestHeadersAreReadWithoutMemory: a header costs next to no memory, whatever it announces.
func TestHeadersAreReadWithoutMemory(t *testing.T) {
	var none *Renderer
	for name, c := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = none.Render(t.Context(), c.file)
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<10), name)
	}
}
