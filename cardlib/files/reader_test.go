package files

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// chip is a file system in plain with the habits that readers meet.
type chip struct {
	files     map[lds.FileID][]byte
	noShort   bool // knows no short file identifiers
	limit     int  // blocks over it are refused with sw
	sw        apdu.SW
	most      int  // returns no more than this many bytes
	exact     bool // says 6Cxx where fewer bytes are left than asked
	all       bool // says 6B00 where fewer bytes are left than asked
	lostAfter int  // commands until the link breaks (0: never)
	// lostOverShort: the link breaks over each short file identifier.
	lostOverShort bool
	current       []byte
	commands      []apdu.Command
}

var errLost = errors.New("lost")

func (c *chip) MaxData(maxAPDU int) int { return maxAPDU - 20 }

func (c *chip) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	c.commands = append(c.commands, cmd)
	if c.lostAfter > 0 && len(c.commands) > c.lostAfter {
		return apdu.Response{}, errLost
	}
	status := func(sw apdu.SW) (apdu.Response, error) { return apdu.Response{SW: sw}, nil }
	if cmd.INS == apdu.InsSelect {
		c.current = c.files[lds.FileID(cmd.Data[0])<<8|lds.FileID(cmd.Data[1])]
		if c.current == nil {
			return status(apdu.SWFileNotFound)
		}
		return status(apdu.SWSuccess)
	}
	offset := int(cmd.P1)<<8 | int(cmd.P2)
	switch {
	case cmd.INS == apdu.InsReadBinaryOdd:
		at, err := tlv.ReadTag(cmd.Data, 0x54)
		if err != nil {
			return status(apdu.SWWrongData)
		}
		offset = 0
		for _, b := range at.Value {
			offset = offset<<8 | int(b)
		}
	case cmd.P1&0x80 != 0:
		if c.lostOverShort {
			return apdu.Response{}, errLost
		}
		if c.noShort {
			return status(apdu.SWWrongParametersP1P2)
		}
		offset = int(cmd.P2)
		id := lds.FileID(0x0100 | uint16(cmd.P1&0x1F))
		if c.current = c.files[id]; c.current == nil {
			return status(apdu.SWFileNotFound)
		}
	}
	if c.limit > 0 && cmd.Le > c.limit {
		return status(c.sw)
	}
	if offset > len(c.current) {
		return status(apdu.SWWrongOffset)
	}
	n := cmd.Le
	if cmd.INS == apdu.InsReadBinaryOdd {
		n -= 4
	}
	if c.most > 0 {
		n = min(n, c.most)
	}
	data, sw := c.current[offset:], apdu.SWSuccess
	if c.exact && n > len(data) {
		return status(0x6C00 | apdu.SW(len(data)))
	}
	if c.all && n > len(data) {
		return status(apdu.SWWrongOffset)
	}
	if n <= len(data) {
		data = data[:n]
	} else {
		sw = apdu.SWEndOfFile
	}
	if cmd.INS == apdu.InsReadBinaryOdd {
		data = tlv.Encode(0x53, data)
	}
	return apdu.Response{Data: data, SW: sw}, nil
}

func content(size int) []byte {
	value := make([]byte, size)
	for i := range value {
		value[i] = byte(i * 7)
	}
	return tlv.Encode(lds.DG2.Tag(), value)
}

func TestReadMeetsChipsAsTheyAre(t *testing.T) {
	dg2 := lds.DG2.FileID()
	for name, tc := range map[string]struct {
		chip     chip
		size     int
		extended bool
		commands int // 0: not looked at
	}{
		"one block":                 {chip{}, 100, false, 1},
		"short blocks":              {chip{}, 5000, false, 22},
		"extended":                  {chip{}, 15000, true, 9},
		"empty file":                {chip{}, 0, false, 1},
		"no short file identifiers": {chip{noShort: true}, 100, false, 3},
		"fewer bytes than asked":    {chip{most: 50}, 1000, false, 0},
		"one byte at a time":        {chip{most: 4}, 300, false, 0},
		"E0 fails, A0 works":        {chip{limit: 0xA0, sw: apdu.SWWrongLength}, 1000, false, 0},
		"6F00 over 60":              {chip{limit: 0x60, sw: apdu.SWUnspecified}, 1000, false, 0},
		"extended length lies":      {chip{limit: 256, sw: apdu.SWWrongLength}, 5000, true, 0},
		"6Cxx inside the channel":   {chip{limit: 0x40, sw: 0x6C40}, 1000, false, 0},
		"offsets above 7FFF":        {chip{}, 40000, false, 0},
		"far offsets in extended":   {chip{}, 70000, true, 0},
		"far offsets, few bytes":    {chip{most: 100}, 34000, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			want := content(tc.size)
			tc.chip.files = map[lds.FileID][]byte{dg2: want}
			var last int
			got, err := NewReader(&tc.chip, tc.extended).Read(t.Context(), Group(lds.DG2), nil, func(done, total int) {
				assert.GreaterOrEqual(t, done, last)
				assert.Equal(t, len(want), total)
				last = done
			})
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, got))
			assert.Equal(t, len(want), last)
			if tc.commands > 0 {
				assert.Len(t, tc.chip.commands, tc.commands)
			}
		})
	}
}

func TestBytesAfterTheFileAreLeftOut(t *testing.T) {
	c := &chip{files: map[lds.FileID][]byte{lds.DG2.FileID(): append(content(20), 0, 0, 0)}}
	got, err := NewReader(c, false).Read(t.Context(), Group(lds.DG2), nil, nil)
	require.NoError(t, err)
	assert.Equal(t, content(20), got)
}

func TestBlockSizeIsFoundOnce(t *testing.T) {
	c := &chip{files: map[lds.FileID][]byte{lds.DG2.FileID(): content(900), lds.DG1.FileID(): tlv.Encode(0x61, make([]byte, 900))}, limit: 0xA0, sw: apdu.SWWrongLength}
	r := NewReader(c, false)
	_, err := r.Read(t.Context(), Group(lds.DG2), nil, nil)
	require.NoError(t, err)
	before := len(c.commands)
	_, err = r.Over(c).Read(t.Context(), Group(lds.DG1), nil, nil)
	require.NoError(t, err)
	for _, cmd := range c.commands[before:] {
		assert.LessOrEqual(t, cmd.Le, 0xA0)
	}
}

// 6Cxx at the end of a file says what is left of it, not what the chip can carry.
func TestTheRightLengthOfALastBlockIsNotALimit(t *testing.T) {
	c := &chip{files: map[lds.FileID][]byte{lds.DG1.FileID(): tlv.Encode(0x61, []byte{1}), lds.DG2.FileID(): content(900)}, exact: true}
	r := NewReader(c, false)
	_, err := r.Read(t.Context(), Group(lds.DG1), nil, nil)
	require.NoError(t, err)
	before := len(c.commands)
	_, err = r.Read(t.Context(), Group(lds.DG2), nil, nil)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(c.commands)-before, 5)
}

// 6B00 for a block that reaches beyond the end: the length is asked for first, once
// and for all.
func TestChipThatGivesNothingBeyondTheEnd(t *testing.T) {
	small, large := tlv.Encode(0x61, []byte{1, 2, 3, 4}), content(900)
	c := &chip{files: map[lds.FileID][]byte{lds.DG1.FileID(): small, lds.DG2.FileID(): large}, all: true}
	r := NewReader(c, false)
	for _, want := range [][]byte{small, large, small} {
		group := map[byte]lds.Group{0x61: lds.DG1, 0x75: lds.DG2}[want[0]]
		got, err := r.Read(t.Context(), Group(group), nil, nil)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	refused := 0
	for _, cmd := range c.commands {
		if cmd.Le > maxHeader && cmd.P1&0x80 != 0 {
			refused++
		}
	}
	assert.Equal(t, 1, refused)
}

func TestReadResumesAtTheOffset(t *testing.T) {
	want := content(3000)
	c := &chip{files: map[lds.FileID][]byte{lds.DG2.FileID(): want}, lostAfter: 5}
	r := NewReader(c, false)
	part, err := r.Read(t.Context(), Group(lds.DG2), nil, nil)
	require.ErrorIs(t, err, errLost)
	require.NotEmpty(t, part)
	c.lostAfter, c.commands = 0, nil
	r.Doubt()
	got, err := r.Read(t.Context(), Group(lds.DG2), part, nil)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got))
	assert.Equal(t, byte(apdu.InsSelect), c.commands[0].INS)
	assert.Equal(t, len(part), int(c.commands[1].P1)<<8|int(c.commands[1].P2))
	assert.LessOrEqual(t, c.commands[1].Le, 0xE0)
}

func TestReadRefuses(t *testing.T) {
	id := lds.DG2.FileID()
	for name, tc := range map[string]struct {
		chip chip
		want error
	}{
		"another tag":    {chip{files: map[lds.FileID][]byte{id: tlv.Encode(0x61, []byte{1})}}, ErrTag},
		"claims 16 MB":   {chip{files: map[lds.FileID][]byte{id: {0x75, 0x83, 0xFF, 0xFF, 0xFF, 1}}}, ErrTooLarge},
		"claims 4 GB":    {chip{files: map[lds.FileID][]byte{id: {0x75, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}}}, tlv.ErrTooLong},
		"ends too early": {chip{files: map[lds.FileID][]byte{id: content(900)[:700]}}, ErrShort},
		"two bytes":      {chip{files: map[lds.FileID][]byte{id: {0x75, 0x82}}}, tlv.ErrTruncated},
		"nothing at all": {chip{files: map[lds.FileID][]byte{id: {}}}, tlv.ErrTruncated},
		"never enough":   {chip{files: map[lds.FileID][]byte{id: content(900)}, limit: 4, sw: apdu.SWWrongLength}, &apdu.StatusError{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewReader(&tc.chip, false).Read(t.Context(), Group(lds.DG2), nil, nil)
			if status, ok := tc.want.(*apdu.StatusError); ok {
				assert.ErrorAs(t, err, &status)
				return
			}
			assert.ErrorIs(t, err, tc.want)
		})
	}
}

func TestAMissingFileIsAStatus(t *testing.T) {
	for _, noShort := range []bool{false, true} {
		_, err := NewReader(&chip{noShort: noShort}, false).Read(t.Context(), Group(lds.DG11), nil, nil)
		sw, ok := apdu.StatusOf(err)
		assert.True(t, ok)
		assert.Equal(t, apdu.SWFileNotFound, sw)
	}
}

// garbage answers with whatever the fuzzer says.
type garbage struct{ b []byte }

func (garbage) MaxData(n int) int { return n - 2 }

func (g *garbage) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	if len(g.b) < 3 {
		return apdu.Response{}, errLost
	}
	n := min(int(g.b[0]), len(g.b)-3)
	resp, _ := apdu.ParseResponse(g.b[1 : 3+n])
	g.b = g.b[3+n:]
	return resp, nil
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{0, 0x90, 0, 4, 0x75, 2, 1, 2, 0x90, 0}, true)
	f.Add([]byte{0, 0x6A, 0x82, 0, 0x90, 0}, false)
	f.Fuzz(func(t *testing.T, b []byte, extended bool) {
		got, err := NewReader(&garbage{b}, extended).Read(t.Context(), Group(lds.DG2), nil, nil)
		if err == nil {
			_, err := tlv.ReadTag(got, 0x75)
			require.NoError(t, err)
		}
	})
}
