package files

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// TestLearnt reads a chip, and another of its kind with what the first one taught.
func TestLearnt(t *testing.T) {
	file := tlv.Encode(lds.TagSOD, bytes.Repeat([]byte{7}, 3000))
	for name, tc := range map[string]struct {
		chip     chip
		extended bool
		want     Learnt
	}{
		"no habits":                 {chip{}, true, Learnt{}},
		"blocks of A0":              {chip{limit: 0xA0, sw: apdu.SWWrongLength}, false, Learnt{Block: 0xA0}},
		"extended length is denied": {chip{limit: 0xE0, sw: apdu.SWWrongLength}, true, Learnt{Block: 0xE0, Short: true}},
		"no short identifiers":      {chip{noShort: true}, false, Learnt{SelectFirst: true}},
	} {
		t.Run(name, func(t *testing.T) {
			count := func(l Learnt) (int, Learnt) {
				card := tc.chip
				card.files = map[lds.FileID][]byte{lds.EFSOD: file}
				r := NewReader(&card, tc.extended)
				r.Expect(l)
				data, err := r.Read(t.Context(), SOD, nil, nil)
				require.NoError(t, err)
				assert.Equal(t, file, data)
				return len(card.commands), r.Learnt()
			}
			first, learnt := count(Learnt{})
			assert.Equal(t, tc.want, learnt)
			second, again := count(learnt)
			assert.Equal(t, learnt, again, "nothing is forgotten")
			if learnt == (Learnt{}) {
				assert.Equal(t, first, second)
			} else {
				assert.Less(t, second, first)
			}
		})
	}
}

func TestWhatIsNotLearnt(t *testing.T) {
	file := tlv.Encode(lds.TagSOD, bytes.Repeat([]byte{7}, 9000))
	card := &chip{files: map[lds.FileID][]byte{lds.EFSOD: file}}
	r := NewReader(card, true)
	_, err := r.Read(t.Context(), SOD, nil, nil)
	require.NoError(t, err)
	r.Doubt()
	r.Doubt()
	assert.Equal(t, Learnt{}, r.Learnt(), "a lost channel proves nothing once long blocks have come")

	r = NewReader(nil, true)
	r.Doubt()
	assert.Equal(t, Learnt{}, r.Learnt(), "nor before one was asked for")

	card = &chip{files: map[lds.FileID][]byte{lds.EFSOD: file}, lostAfter: 1}
	r = NewReader(card, true)
	_, err = r.Read(t.Context(), SOD, nil, nil)
	require.ErrorIs(t, err, errLost)
	r.Doubt()
	assert.Equal(t, Learnt{Short: true}, r.Learnt(), "lost at the first one")
	r = NewReader(nil, false)
	r.Expect(Learnt{Block: 1})
	assert.Equal(t, Learnt{}, r.Learnt(), "no chip makes others slow")
}

// TestShortIdentifierLosesTheChannel: where the channel is lost over the first
// short file identifier, the next try goes by SELECT; a later loss does not count.
func TestShortIdentifierLosesTheChannel(t *testing.T) {
	file := tlv.Encode(lds.TagSOD, bytes.Repeat([]byte{7}, 900))
	card := &chip{files: map[lds.FileID][]byte{lds.EFSOD: file}, lostOverShort: true}
	r := NewReader(card, true)
	_, err := r.Read(t.Context(), SOD, nil, nil)
	require.ErrorIs(t, err, errLost)
	r.Doubt()
	data, err := r.Read(t.Context(), SOD, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, file, data)
	assert.Equal(t, Learnt{SelectFirst: true}, r.Learnt(), "and length is not blamed")

	card = &chip{files: map[lds.FileID][]byte{lds.EFSOD: file}}
	r = NewReader(card, false)
	_, err = r.Read(t.Context(), SOD, nil, nil)
	require.NoError(t, err)
	r.Doubt()
	assert.Equal(t, Learnt{}, r.Learnt(), "short identifiers worked")
}
