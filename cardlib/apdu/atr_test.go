package apdu

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExtendedAnnounced(t *testing.T) {
	for name, tc := range map[string]struct {
		atr  string
		want bool
	}{
		"contactless, capabilities with bit 7":    {"3b888001" + "8073c021c0000000" + "00", true},
		"contactless, capabilities without bit 7": {"3b848001" + "80732180" + "00", false},
		"contact T=0, T=1, category 00":           {"3bda18ff81b1fe451f03" + "00" + "31c0" + "73c021c0" + "9000" + "00" + "00", true},
		"no historical bytes":                     {"3b808001" + "01", false},
		"proprietary category":                    {"3b848001" + "4173c021" + "00", false},
		"cut off":                                 {"3b8f80", false},
		"empty":                                   {"", false},
		"object longer than the rest":             {"3b838001" + "80" + "7f" + "01" + "00", false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, ExtendedAnnounced(unhex(t, tc.atr)))
		})
	}
}

func TestContactlessATR(t *testing.T) {
	assert.True(t, ContactlessATR(unhex(t, "3b8880018073c021c057597540")))
	assert.False(t, ContactlessATR(unhex(t, "3b6500009c02020702")))
	assert.False(t, ContactlessATR(nil))
}

func FuzzATR(f *testing.F) {
	f.Add([]byte{0x3B, 0x88, 0x80, 0x01, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, atr []byte) {
		if ExtendedAnnounced(atr) && len(atr) < 6 {
			t.Fatal("announced without room for it")
		}
	})
}
