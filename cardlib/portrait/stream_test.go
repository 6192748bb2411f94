package portrait

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// stream says what a codestream announces; the zero value of a field is a usual one.
type stream struct {
	width, height, tileW, tileH uint32
	components                  int
	layers                      uint16
	levels, block, precinct     byte // block: exponent over 4 of both sides; precinct: exponent of both sides, 0 for none
	lossy                       bool
	data                        []byte // of every tile
	tiles                       int    // tile-parts written; 0 is one
}

func orElse[T comparable](v, usual T) T {
	var zero T
	if v == zero {
		return usual
	}
	return v
}

// bytes writes the codestream (ISO/IEC 15444-1 annex A).
func (s stream) bytes() []byte {
	be := binary.BigEndian
	width, height, components := orElse(s.width, 64), orElse(s.height, 64), orElse(s.components, 3)
	b := []byte{0xFF, 0x4F, 0xFF, 0x51}
	b = be.AppendUint16(b, uint16(38+3*components))
	b = be.AppendUint16(b, 0)
	for _, v := range []uint32{width, height, 0, 0, orElse(s.tileW, width), orElse(s.tileH, height), 0, 0} {
		b = be.AppendUint32(b, v)
	}
	b = be.AppendUint16(b, uint16(components))
	for range components {
		b = append(b, 7, 1, 1)
	}
	levels, wavelet, mixed := orElse(s.levels, 5), byte(1), byte(0)
	if s.lossy {
		wavelet = 0
	}
	if components >= 3 {
		mixed = 1
	}
	style := []byte{levels, orElse(s.block, 4), orElse(s.block, 4), 0, wavelet}
	scod := byte(0)
	if s.precinct > 0 {
		scod = 1
		for range int(levels) + 1 {
			style = append(style, s.precinct<<4|s.precinct)
		}
	}
	b = be.AppendUint16(append(b, 0xFF, 0x52), uint16(7+len(style)))
	b = append(be.AppendUint16(append(b, scod, 0), orElse(s.layers, 1)), mixed)
	b = append(b, style...)
	bands := 3*int(levels) + 1
	b = be.AppendUint16(append(b, 0xFF, 0x5C), uint16(3+bands))
	b = append(b, 0x40) // no quantisation, two guard bits
	for range bands {
		b = append(b, 9<<3)
	}
	for n := range orElse(s.tiles, 1) {
		b = be.AppendUint16(append(b, 0xFF, 0x90, 0, 10), uint16(n))
		b = be.AppendUint32(b, uint32(14+len(s.data)))
		b = append(b, 0, 1, 0xFF, 0x93)
		b = append(b, s.data...)
	}
	return append(b, 0xFF, 0xD9)
}

// noise is n bytes that look like packets: no byte above 8F follows an FF.
func noise(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
		if i > 0 && b[i-1] == 0xFF {
			b[i] &= 0x7F
		}
	}
	return b
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}
