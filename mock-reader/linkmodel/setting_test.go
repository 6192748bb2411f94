package linkmodel

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text  string
		sleep bool
		check func(*testing.T, Setting)
	}{
		{"instant", false, func(t *testing.T, s Setting) { assert.Zero(t, s.Model.Exchange(readSome, 102)) }},
		{"424", false, func(t *testing.T, s Setting) { assert.Equal(t, Typical(424000), s.Model) }},
		{"848,sleep", true, func(t *testing.T, s Setting) { assert.Equal(t, 848000, s.Model.BitRate) }},
		{"106,frame=64,fwi=4,chip=old,reader=40ms,sleep", true, func(t *testing.T, s Setting) {
			assert.Equal(t, 64, s.Model.FrameSize)
			assert.Equal(t, frameWait(4), s.Model.Wait)
			assert.Equal(t, OldChip, s.Model.Chip)
			assert.Equal(t, 40*time.Millisecond, s.Model.PerCommand)
		}},
		{"t1", false, func(t *testing.T, s Setting) {
			assert.True(t, s.Contact)
			assert.Equal(t, 125000, s.Model.BitRate)
		}},
		{"t0:11,chip=recent", false, func(t *testing.T, s Setting) {
			assert.Equal(t, ContactT0, s.Model.Medium)
			assert.Equal(t, 10752, s.Model.BitRate)
		}},
		{"t1,frame=32", false, func(t *testing.T, s Setting) { assert.Equal(t, 32, s.Model.FrameSize) }},
	} {
		t.Run(c.text, func(t *testing.T) {
			s, err := Parse(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.text, s.Text)
			assert.Equal(t, c.sleep, s.Sleep)
			c.check(t, s)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "115", "424,", "424,quick", "424:95", "t1:7", "t1:zz", "t0:00", "424,frame=100", "424,frame=x",
		"t1,frame=255", "424,fwi=15", "424,fwi=-1", "t1,fwi=4", "424,reader=x", "424,reader=-1s", "424,reader=1h", "424,chip=new"} {
		_, err := Parse(text)
		assert.ErrorIs(t, err, ErrSetting, text)
	}
}

func TestPresetsParse(t *testing.T) {
	for _, text := range Presets() {
		_, err := Parse(text)
		assert.NoError(t, err, text)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range append(Presets(), "t0:11,chip=recent", "106,frame=64,fwi=4", "424,,", "t1:ff,reader=9h") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err == nil && s.Model.Exchange(readSome, 102) < 0 {
			t.Fatalf("%q: negative time", text)
		}
	})
}
