package tlv

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadForms(t *testing.T) {
	long := bytes.Repeat([]byte{0xAA}, 300)
	for name, tc := range map[string]struct {
		in   []byte
		tag  Tag
		size int
	}{
		"one-byte tag":            {[]byte{0x04, 0x02, 1, 2}, 0x04, 2},
		"two-byte tag":            {[]byte{0x5F, 0x1F, 0x01, 9}, 0x5F1F, 1},
		"three-byte tag":          {[]byte{0x7F, 0x81, 0x01, 0x00}, 0x7F8101, 0},
		"length 81":               {append([]byte{0x04, 0x81, 0x80}, long[:128]...), 0x04, 128},
		"length 82":               {append([]byte{0x04, 0x82, 0x01, 0x2C}, long...), 0x04, 300},
		"length longer than need": {[]byte{0x04, 0x82, 0x00, 0x01, 7}, 0x04, 1},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := ReadOnly(tc.in)
			require.NoError(t, err)
			assert.Equal(t, tc.tag, e.Tag)
			assert.Len(t, e.Value, tc.size)
			assert.Equal(t, tc.in, e.Raw)
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		in   []byte
		want error
	}{
		"empty":                {nil, ErrTruncated},
		"tag only":             {[]byte{0x30}, ErrTruncated},
		"tag cut off":          {[]byte{0x7F}, ErrTruncated},
		"tag of five bytes":    {[]byte{0x7F, 0x81, 0x81, 0x81, 0x01, 0}, ErrTag},
		"tag leading zero":     {[]byte{0x7F, 0x80, 0x01, 0x00}, ErrTag},
		"indefinite":           {[]byte{0x30, 0x80, 0, 0}, ErrIndefinite},
		"length of 2^32 - 1":   {[]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, ErrTooLong},
		"length of five bytes": {[]byte{0x30, 0x85, 1, 0, 0, 0, 0}, ErrTooLong},
		"length cut off":       {[]byte{0x30, 0x82, 1}, ErrTruncated},
		"value cut off":        {[]byte{0x30, 0x02, 1}, ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Read(tc.in)
			assert.ErrorIs(t, err, tc.want)
		})
	}
	_, err := ReadOnly([]byte{0x04, 0, 0})
	assert.ErrorContains(t, err, "1 bytes after")
	_, err = ReadTag([]byte{0x04, 0}, 0x30)
	assert.ErrorContains(t, err, "04 where 30 is due")
}

func TestHeaderTellsTheSizeBeforeTheValue(t *testing.T) {
	tag, header, value, err := Header([]byte{0x75, 0x82, 0x3A, 0x98})
	require.NoError(t, err)
	assert.Equal(t, Tag(0x75), tag)
	assert.Equal(t, 4, header)
	assert.Equal(t, 15000, value)
}

func TestValueCannotGrowIntoItsNeighbour(t *testing.T) {
	b := []byte{0x04, 1, 0xAA, 0x04, 1, 0xBB}
	els, err := ParseAll(b)
	require.NoError(t, err)
	_ = append(els[0].Value, 0xFF)
	assert.Equal(t, []byte{0x04, 1, 0xAA, 0x04, 1, 0xBB}, b)
}

func TestFindAndChildren(t *testing.T) {
	b := Encode(0x30, Encode(0x02, []byte{1}), Encode(0x04, []byte{2}), Encode(0x02, []byte{3}))
	e, err := ReadTag(b, 0x30)
	require.NoError(t, err)
	kids, err := e.Children()
	require.NoError(t, err)
	assert.Len(t, kids.All(0x02), 2)
	first, ok := kids.Find(0x02)
	assert.True(t, ok)
	assert.Equal(t, []byte{1}, first.Value)
	_, ok = kids.Find(0x05)
	assert.False(t, ok)
	_, err = Element{Tag: 0x30, Value: []byte{0x02}}.Children()
	assert.ErrorIs(t, err, ErrTruncated)
}

func TestTooManySiblings(t *testing.T) {
	_, err := ParseAll(bytes.Repeat([]byte{0x05, 0}, MaxElements+1))
	assert.ErrorIs(t, err, ErrTooMany)
	_, err = ParseAll(bytes.Repeat([]byte{0x05, 0}, MaxElements))
	assert.NoError(t, err)
}

// nested returns an empty element inside depth others, written from the inside out.
func nested(depth int) []byte {
	b := []byte{0, 0x05} // backwards
	for range depth {
		header := appendLength([]byte{0x30}, len(b))
		slices.Reverse(header)
		b = append(b, header...)
	}
	slices.Reverse(b)
	return b
}

func TestWalkVisitsDepthFirstWithinBounds(t *testing.T) {
	b := Encode(0x30, Encode(0x31, []byte{0x02, 1, 7}), []byte{0x04, 0})
	var seen []Tag
	var depths []int
	require.NoError(t, Walk(b, func(d int, e Element) bool {
		seen, depths = append(seen, e.Tag), append(depths, d)
		return true
	}))
	assert.Equal(t, []Tag{0x30, 0x31, 0x02, 0x04}, seen)
	assert.Equal(t, []int{0, 1, 2, 1}, depths)

	descend := func(int, Element) bool { return true }
	assert.NoError(t, Walk(nested(MaxDepth-1), descend))
	assert.ErrorIs(t, Walk(nested(MaxDepth), descend), ErrTooDeep)
	assert.ErrorIs(t, Walk(nested(100_000), descend), ErrTooDeep)
	assert.ErrorIs(t, Walk(bytes.Repeat([]byte{0x05, 0}, MaxElements+1), descend), ErrTooMany)
}

func TestConstructed(t *testing.T) {
	assert.True(t, Tag(0x30).Constructed())
	assert.True(t, Tag(0x7F61).Constructed())
	assert.False(t, Tag(0x5F1F).Constructed())
	assert.False(t, Tag(0x04).Constructed())
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{0x30, 0})
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(nested(40))
	f.Add(Encode(0x7F61, Encode(0x5F2E, []byte("x"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if all, err := ParseAll(b); err == nil {
			require.LessOrEqual(t, len(all), MaxElements)
		}
		e, rest, err := Read(b)
		if err != nil {
			return
		}
		_, err = ReadTag(b, e.Tag)
		require.Equal(t, err == nil, len(rest) == 0)
		require.Equal(t, b, append(e.Raw[:len(e.Raw):len(e.Raw)], rest...))
		again, err := ReadOnly(Encode(e.Tag, e.Value))
		require.NoError(t, err)
		require.Equal(t, e.Tag, again.Tag)
		require.Equal(t, e.Value, again.Value)
		_ = Walk(b, func(int, Element) bool { return true })
	})
}
