package codestream

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", name))
	require.NoError(t, err)
	return b
}

// TestParse reads what openjpeg's tool wrote.
func TestParse(t *testing.T) {
	for name, want := range map[string]Image{
		"colour-lossless.jp2": {Width: 93, Height: 117, Colour: RGB, Reversible: true, Mixed: true},
		"colour-lossless.j2k": {Width: 93, Height: 117, Colour: RGB, Reversible: true, Mixed: true},
		"colour-lossy.jp2":    {Width: 93, Height: 117, Colour: RGB, Mixed: true},
		"grey-lossless.jp2":   {Width: 93, Height: 117, Colour: Grey, Reversible: true},
		"grey-lossy.j2k":      {Width: 93, Height: 117, Colour: Grey},
		"sycc-420.j2k":        {Width: 92, Height: 116, Colour: YCC, Reversible: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(read(t, name))
			require.NoError(t, err)
			assert.Equal(t, []int{want.Width, want.Height}, []int{got.Width, got.Height})
			assert.Equal(t, want.Colour, got.Colour)
			assert.Equal(t, want.Reversible, got.Reversible)
			assert.Equal(t, want.Mixed, got.Mixed)
			assert.Equal(t, [3]int{0, 1, 2}, got.Channels)
			for _, c := range got.Components {
				assert.Equal(t, 8, c.Depth)
			}
			assert.True(t, bytes.HasPrefix(got.Codestream, []byte{0xFF, 0x4F, 0xFF, 0x51}))
			assert.True(t, bytes.HasSuffix(got.Codestream, []byte{0xFF, 0xD9}))
		})
	}
}

// TestWhatFollowsIsLeftOut: chips fill up files.
func TestWhatFollowsIsLeftOut(t *testing.T) {
	for _, name := range []string{"colour-lossless.jp2", "colour-lossless.j2k"} {
		file := read(t, name)
		want, err := Parse(file)
		require.NoError(t, err)
		got, err := Parse(append(bytes.Clone(file), make([]byte, 300)...))
		require.NoError(t, err)
		assert.Equal(t, want.Codestream, got.Codestream)
	}
}

// TestUnknownLengths: 0 means up to the end, for the box of the codestream and
// for the last tile-part.
func TestUnknownLengths(t *testing.T) {
	file := read(t, "colour-lossless.jp2")
	want, err := Parse(file)
	require.NoError(t, err)
	binary.BigEndian.PutUint32(file[bytes.Index(file, []byte("jp2c"))-4:], 0)
	binary.BigEndian.PutUint32(file[bytes.Index(file, []byte{0xFF, 0x90})+6:], 0)
	got, err := Parse(file)
	require.NoError(t, err)
	assert.Equal(t, len(want.Codestream), len(got.Codestream))
	_, err = Parse(file[:len(file)-2])
	assert.ErrorIs(t, err, ErrTruncated)
}

func TestUnmixed(t *testing.T) {
	image, err := Parse(read(t, "colour-lossy.jp2"))
	require.NoError(t, err)
	changed, err := Parse(image.Unmixed(15))
	require.NoError(t, err)
	assert.False(t, changed.Mixed)
	for _, c := range changed.Components {
		assert.Equal(t, 15, c.Depth)
	}
	differ := 0
	for n := range changed.Codestream {
		if changed.Codestream[n] != image.Codestream[n] {
			differ++
		}
	}
	assert.Equal(t, 4, differ, "three depths and one switch")
}

// at returns a change of the byte behind a marker or a box name.
func at(mark string, offset int, value ...byte) func([]byte) {
	return func(file []byte) { copy(file[bytes.Index(file, []byte(mark))+offset:], value) }
}

func TestRefused(t *testing.T) {
	const siz, cod, sot = "\xFF\x51", "\xFF\x52", "\xFF\x90"
	for name, c := range map[string]struct {
		change func([]byte)
		want   error
	}{
		"width 0":                {at(siz, 6, 0, 0, 0, 0), ErrMalformed},
		"60000 columns":          {at(siz, 6, 0, 0, 0xEA, 0x60), ErrTooLarge},
		"image offset beyond":    {at(siz, 14, 0xFF, 0, 0, 0), ErrMalformed},
		"tiles without width":    {at(siz, 22, 0, 0, 0, 0), ErrMalformed},
		"tiles of one column":    {at(siz, 22, 0, 0, 0, 1, 0, 0, 0, 1), ErrTooLarge},
		"components missing":     {at(siz, 38, 0, 200), ErrMalformed},
		"signed samples":         {at(siz, 40, 0x87), ErrUnsupported},
		"38 bits":                {at(siz, 40, 37), ErrUnsupported},
		"two depths":             {at(siz, 43, 11), ErrUnsupported},
		"sample distance 0":      {at(siz, 41, 0), ErrMalformed},
		"first plane halved":     {at(siz, 41, 2, 2), ErrUnsupported},
		"unknown progression":    {at(cod, 5, 9), ErrMalformed},
		"no layers":              {at(cod, 6, 0, 0), ErrMalformed},
		"65535 layers":           {at(cod, 6, 0xFF, 0xFF), ErrTooLarge},
		"unknown transform":      {at(cod, 8, 2), ErrMalformed},
		"33 levels":              {at(cod, 9, 33), ErrTooLarge},
		"code-blocks of 4096":    {at(cod, 10, 10), ErrMalformed},
		"code-blocks too large":  {at(cod, 10, 8, 8), ErrMalformed},
		"unknown wavelet":        {at(cod, 13, 2), ErrMalformed},
		"precincts not there":    {at(cod, 4, 1), ErrMalformed},
		"tile 7 of 1":            {at(sot, 4, 0, 7), ErrMalformed},
		"tile-part too long":     {at(sot, 6, 0, 1, 0, 0), ErrTruncated},
		"tile-part too short":    {at(sot, 6, 0, 0, 0, 12), ErrMalformed},
		"no SIZ":                 {at(siz, 0, 0xFF, 0x64), ErrMalformed},
		"no COD":                 {at(cod, 0, 0xFF, 0x64), ErrMalformed},
		"no marker":              {at(cod, 0, 0x12, 0x34), ErrMalformed},
		"CMYK":                   {at("colr", 7, 0, 0, 0, 12), ErrUnsupported},
		"image header differs":   {at("ihdr", 4, 0, 0, 0, 9), ErrMalformed},
		"box beyond the file":    {at("ftyp", -4, 0x7F, 0, 0, 0), ErrTruncated},
		"box shorter than it is": {at("ftyp", -4, 0, 0, 0, 5), ErrTruncated},
		"no codestream":          {at("jp2c", 0, 'f', 'r', 'e', 'e'), ErrTruncated},
		"no magic":               {at("jP  ", 0, 'j', 'Q'), ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			file := read(t, "colour-lossless.jp2")
			c.change(file)
			_, err := Parse(file)
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err := Parse(make([]byte, MaxBytes+1))
	assert.ErrorIs(t, err, ErrTooLarge)
}

// segment inserts a marker segment before another marker.
func segment(file []byte, before string, marker uint16, content ...byte) []byte {
	n := bytes.Index(file, []byte(before))
	out := binary.BigEndian.AppendUint16(bytes.Clone(file[:n]), marker)
	out = binary.BigEndian.AppendUint16(out, uint16(2+len(content)))
	return append(append(out, content...), file[n:]...)
}

func TestSegmentsOfComponentsAndTiles(t *testing.T) {
	file := read(t, "colour-lossless.j2k")
	style := []byte{5, 4, 4, 0, 1}
	_, err := Parse(segment(file, "\xFF\x90", markerCOC, append([]byte{1, 0}, style...)...))
	assert.NoError(t, err, "a component with the coding of all")
	style[4] = 0
	_, err = Parse(segment(file, "\xFF\x90", markerCOC, append([]byte{1, 0}, style...)...))
	assert.ErrorIs(t, err, ErrUnsupported, "a component with another wavelet")
	_, err = Parse(segment(file, "\xFF\x90", markerCOC, append([]byte{9, 0}, style...)...))
	assert.ErrorIs(t, err, ErrMalformed, "no such component")
	_, err = Parse(segment(file, "\xFF\x90", markerCOD, bytes.Repeat([]byte{0}, 10)...))
	assert.ErrorIs(t, err, ErrMalformed, "COD twice")
	_, err = Parse(segment(file, "\xFF\x52", markerCOC, append([]byte{1, 0}, style...)...))
	assert.ErrorIs(t, err, ErrMalformed, "COC before COD")
	grown := segment(file, "\xFF\x93", markerCOD, bytes.Repeat([]byte{0}, 10)...)
	at("\xFF\x90", 6, 0, 0, 0, 0)(grown)
	_, err = Parse(grown)
	assert.ErrorIs(t, err, ErrUnsupported, "a tile with a coding of its own")
	grown = segment(file, "\xFF\x93", 0xFF58, 0, 0)
	at("\xFF\x90", 6, 0, 0, 0, 0)(grown)
	_, err = Parse(grown)
	assert.NoError(t, err, "packet lengths in a tile-part")
}

// withBoxes puts boxes into the JP2 header box, before those that are there.
func withBoxes(file []byte, added ...[]byte) []byte {
	n := bytes.Index(file, []byte("jp2h")) + 4
	inside := bytes.Join(added, nil)
	out := append(append(bytes.Clone(file[:n]), inside...), file[n:]...)
	length := out[n-8:]
	binary.BigEndian.PutUint32(length, binary.BigEndian.Uint32(length)+uint32(len(inside)))
	return out
}

func boxOf(kind string, content ...byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
}

func TestHeaderBoxes(t *testing.T) {
	file := read(t, "colour-lossless.jp2")
	for name, c := range map[string]struct {
		box  []byte
		want error
	}{
		"an unknown box":            {boxOf("abcd", 1, 2, 3), nil},
		"a profile, which is sRGB":  {boxOf("colr", 2, 0, 0, 1, 2, 3), nil},
		"a colour not understood":   {boxOf("colr", 9, 0, 0), nil},
		"a colour cut off":          {boxOf("colr", 1), nil},
		"sYCC under a transform":    {boxOf("colr", 1, 0, 0, 0, 0, 0, 18), ErrUnsupported},
		"a palette":                 {boxOf("pclr", 0, 1, 1, 7, 0), ErrUnsupported},
		"image header of 3 bytes":   {boxOf("ihdr", 1, 2, 3), ErrMalformed},
		"channels cut off":          {boxOf("cdef", 0, 1), ErrMalformed},
		"channels of a component 9": {boxOf("cdef", 0, 1, 0, 9, 0, 0, 0, 1), nil},
		"an opacity":                {boxOf("cdef", 0, 1, 0, 2, 0, 1, 0, 0), nil},
		"a box longer than its own": {[]byte{0, 0, 0, 99, 'a', 'b', 'c', 'd'}[:8], nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(withBoxes(file, c.box))
			if name == "a box longer than its own" {
				require.Error(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err := Parse(withBoxes(file, bytes.Repeat(boxOf("abcd"), maxBoxes+1)))
	assert.ErrorIs(t, err, ErrMalformed)
	long := append([]byte{0, 0, 0, 1}, "free\x00\x00\x00\x00\x00\x00\x00\x10"...) // a length of 64 bits
	got, err := Parse(append(append(bytes.Clone(file[:12]), long...), file[12:]...))
	require.NoError(t, err)
	assert.Equal(t, 93, got.Width)
	many := append(bytes.Clone(file[:12]), bytes.Repeat(boxOf("free"), maxBoxes)...)
	_, err = Parse(append(many, file[12:]...))
	assert.ErrorIs(t, err, ErrTooLarge)
}

func TestChannelsOfGrey(t *testing.T) {
	got, err := Parse(withBoxes(read(t, "grey-lossless.jp2"), boxOf("cdef", 0, 1, 0, 0, 0, 0, 0, 1)))
	require.NoError(t, err)
	assert.Equal(t, Grey, got.Colour)
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("..", "testdata", "*.j*"))
	require.NoError(f, err)
	for _, name := range names {
		f.Add(read(f, filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		i, err := Parse(file)
		if err != nil {
			return
		}
		require.LessOrEqual(t, i.Width*i.Height, MaxPixels)
		require.LessOrEqual(t, len(i.Components), MaxComponents)
		require.LessOrEqual(t, len(i.Codestream), len(file))
		again, err := Parse(i.Codestream)
		require.NoError(t, err)
		require.Equal(t, []int{i.Width, i.Height}, []int{again.Width, again.Height})
		_, err = Parse(i.Unmixed(8))
		require.NoError(t, err)
	})
}
