package rpc

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
	"chipid/agent/counter"
)

// TestWithoutPresenceNothingIsToldOfReaders: a page whose grant does not say so
// hears of no reader and of no card, neither by asking nor by waiting.
func TestWithoutPresenceNothingIsToldOfReaders(t *testing.T) {
	const other = "https://khac.example.vn"
	store := consent.NewStore(filepath.Join(t.TempDir(), "grants.json"))
	for origin, presence := range map[string]bool{page: true, other: false} {
		require.NoError(t, store.Put(consent.Grant{Origin: origin, Fields: []string{"fullName"}, Presence: presence, For: consent.Always,
			By: consent.ByOfficer, Since: time.Now()}))
	}
	desk, source := over(t, "mau")
	c := counter.New(counter.Config{Desk: desk, Book: consent.NewBook(nil, store, nil), Audit: unwritten{}})
	watcher, blind := connectAs(t, Config{Counter: c}, page, false), connectAs(t, Config{Counter: c}, other, false)
	watcher.hello()
	blind.hello()
	watcher.event("card.inserted")
	for range 3 {
		require.NoError(t, source.Remove("mock:mau"))
		watcher.event("card.removed")
		require.NoError(t, source.Insert("mock:mau", "mau"))
		watcher.event("card.inserted")
	}
	blind.call(1, MethodReaders, map[string]any{})
	blind.refused(1, 1309, "PRESENCE_NOT_GRANTED")
	assert.Empty(t, blind.out, "neither events nor state")

	// The officer may give it while the page is there, and take it back.
	require.NoError(t, store.Put(consent.Grant{Origin: other, Fields: []string{"fullName"}, Presence: true, For: consent.Always, By: consent.ByOfficer, Since: time.Now()}))
	require.NoError(t, source.Remove("mock:mau"))
	whole := blind.event("reader.attached").Params["readers"]
	assert.Len(t, whole, 1, "the whole state comes first")
	blind.call(2, MethodReaders, map[string]any{})
	assert.Nil(t, blind.answerTo(2).Error)
}
