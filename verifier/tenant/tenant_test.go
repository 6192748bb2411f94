package tenant

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKeys(t *testing.T) {
	key, hash := NewKey()
	again, ok := HashKey(key)
	assert.True(t, ok)
	assert.Equal(t, hash, again)
	other, _ := NewKey()
	assert.NotEqual(t, key, other)
	assert.Len(t, key, len("chipid_")+43)
	for _, bad := range []string{"", "chipid_", key[1:], key[:len(key)-1], key + "A", key + " ", strings.ToUpper(key)} {
		_, ok := HashKey(bad)
		assert.False(t, ok, bad)
	}
}

func TestNew(t *testing.T) {
	origins := []string{"https://motcua.example.vn"}
	got, err := New("một cửa", origins, nil, 1, 1, time.Hour)
	require.NoError(t, err)
	assert.NotEmpty(t, got.ID)
	assert.False(t, got.KeepBundles, "no personal data unless somebody says so")
	for name, bad := range map[string]func() error{
		"no name":       func() error { _, err := New("", origins, nil, 1, 1, time.Hour); return err },
		"two lines":     func() error { _, err := New("a\nb", origins, nil, 1, 1, time.Hour); return err },
		"no origin":     func() error { _, err := New("a", nil, nil, 1, 1, time.Hour); return err },
		"a path":        func() error { _, err := New("a", []string{"https://a.example/"}, nil, 1, 1, time.Hour); return err },
		"empty purpose": func() error { _, err := New("a", origins, []string{""}, 1, 1, time.Hour); return err },
		"no rate":       func() error { _, err := New("a", origins, nil, 0, 1, time.Hour); return err },
		"no number":     func() error { _, err := New("a", origins, nil, math.Inf(1), 1, time.Hour); return err },
		"no burst":      func() error { _, err := New("a", origins, nil, 1, 0, time.Hour); return err },
		"kept never":    func() error { _, err := New("a", origins, nil, 1, 1, 0); return err },
		"kept for ever": func() error { _, err := New("a", origins, nil, 1, 1, math.MaxInt64); return err },
	} {
		assert.Error(t, bad(), name)
	}
}

func TestMayAsk(t *testing.T) {
	tenant, err := New("a", []string{"https://a.example", "https://b.example"}, []string{"CT01"}, 1, 1, time.Hour)
	require.NoError(t, err)
	for _, tc := range []struct {
		origin, purpose string
		o, p            bool
	}{{"https://a.example", "CT01", true, true}, {"https://b.example", "CT02", true, false}, {"https://c.example", "CT01", false, true}, {"https://a.example:443", "", false, false}} {
		o, p := MayAsk(tenant, tc.origin, tc.purpose)
		assert.Equal(t, tc.o, o, tc)
		assert.Equal(t, tc.p, p, tc)
	}
	tenant.Purposes = nil
	_, ok := MayAsk(tenant, "https://a.example", "anything")
	assert.True(t, ok)
}
