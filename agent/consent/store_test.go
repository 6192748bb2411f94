package consent

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func origin(t *testing.T, text string) Caller {
	t.Helper()
	o, err := ParseOrigin(text)
	require.NoError(t, err)
	return Caller{Origin: o}
}

func grant(t *testing.T, text string, term Term, fields ...string) Grant {
	t.Helper()
	until, err := term.Until(time.Now())
	require.NoError(t, err)
	return Grant{Origin: text, Fields: fields, For: term, Until: until, By: ByOperator, Since: time.Now()}
}

func TestGrantsAreSeenByOtherProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "grants.json")
	agent, command := NewStore(path), NewStore(path)
	book := NewBook(nil, agent, nil)
	page := origin(t, "https://a.example")
	_, ok := book.Permission(page)
	assert.False(t, ok)
	require.NoError(t, command.Put(grant(t, "https://a.example", Always, "fullName")))
	p, ok := book.Permission(page)
	require.True(t, ok, "no restart, no signal")
	assert.True(t, p.Has("fullName"))
	assert.False(t, p.Has("portrait"))
	assert.False(t, p.Presence)
	assert.False(t, p.Again)
	require.NoError(t, command.Put(grant(t, "https://a.example", Always, "sex")))
	p, _ = book.Permission(page)
	assert.False(t, p.Has("fullName"), "a new grant replaces the old one")
	require.NoError(t, command.Remove(page))
	_, ok = book.Permission(page)
	assert.False(t, ok)
	assert.ErrorIs(t, command.Remove(page), ErrNoGrant)
	assert.False(t, book.Admits(origin(t, "https://a.example:8443").Origin))
}

func TestTerms(t *testing.T) {
	now := time.Date(2026, 11, 23, 23, 59, 59, 0, time.FixedZone("+07", 7*3600))
	for _, term := range []Term{Once, ForDay} {
		until, err := term.Until(now)
		require.NoError(t, err)
		assert.Equal(t, "2026-11-24T00:00:00+07:00", until.Format(time.RFC3339), "midnight of the officer's clock")
	}
	until, err := Always.Until(now)
	require.NoError(t, err)
	assert.Nil(t, until)
	_, err = Term("week").Until(now)
	assert.ErrorIs(t, err, ErrTerm)
}

func TestGrantsEnd(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "grants.json"))
	book := NewBook(nil, s, nil)
	require.NoError(t, s.Put(grant(t, "https://day.example", ForDay, "sex")))
	require.NoError(t, s.Put(grant(t, "https://once.example", Once, "sex")))
	require.NoError(t, s.Put(grant(t, "https://always.example", Always, "sex")))
	end, ok := book.NextEnd()
	require.True(t, ok)
	require.NoError(t, book.Spend(origin(t, "https://once.example")))
	assert.False(t, book.Admits(origin(t, "https://once.example").Origin), "spent by a delivered result")
	require.NoError(t, book.Spend(origin(t, "https://day.example")))
	assert.True(t, book.Admits(origin(t, "https://day.example").Origin))
	s.now = func() time.Time { return end }
	assert.False(t, book.Admits(origin(t, "https://day.example").Origin), "midnight")
	assert.True(t, book.Admits(origin(t, "https://always.example").Origin))
	_, ok = book.NextEnd()
	assert.False(t, ok)
}

// TestASpentGrantThatStaysInTheFile: a file that cannot be written makes of one result no two.
func TestASpentGrantThatStaysInTheFile(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "grants.json"))
	book := NewBook(nil, s, nil)
	page := origin(t, "https://once.example")
	require.NoError(t, s.Put(grant(t, "https://once.example", Once, "sex")))
	require.NoError(t, os.RemoveAll(s.path+".lock"))
	require.NoError(t, os.Mkdir(s.path+".lock", 0o700)) // where the lock should be
	assert.ErrorIs(t, book.Spend(page), ErrStore)
	_, ok := book.Permission(page)
	assert.False(t, ok)
	require.NoError(t, os.Remove(s.path+".lock"))
	again := grant(t, "https://once.example", Once, "sex")
	again.Since = again.Since.Add(time.Second)
	require.NoError(t, s.Put(again))
	_, ok = book.Permission(page)
	assert.True(t, ok, "another grant is another one")
}

func TestManyWritersLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "grants.json")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			assert.NoError(t, NewStore(path).Put(grant(t, fmt.Sprintf("https://s%d.example", i), Always, "sex")))
		})
	}
	all.Wait()
	grants, err := NewStore(path).List()
	require.NoError(t, err)
	assert.Len(t, grants, 20)
}

func TestBrokenFileAdmitsNobodyAndIsKept(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": "{", "another version": `{"version":2,"grants":[]}`, "a pattern": `{"version":1,"grants":[{"origin":"https://*.example"}]}`,
		"nobody": `{"version":1,"grants":[{}]}`, "a client without a token": `{"version":1,"grants":[{"client":"x"}]}`,
		"in the administrator's name": `{"version":1,"grants":[{"origin":"https://a.example","for":"always","by":"admin"}]}`,
		"both":                        `{"version":1,"grants":[{"client":"x","tokenHash":"y","origin":"https://a.example"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "grants.json")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			s := NewStore(path)
			_, err := s.List()
			assert.ErrorIs(t, err, ErrStore)
			assert.ErrorIs(t, s.Put(grant(t, "https://a.example", Always, "sex")), ErrStore)
			assert.False(t, NewBook(nil, s, nil).Admits(origin(t, "https://a.example").Origin))
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, text, string(b), "whoever mends it finds it as it was")
		})
	}
}

func TestTokens(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "grants.json"))
	token, hash := NewToken()
	other, _ := NewToken()
	assert.NotEqual(t, token, other)
	require.NoError(t, s.Put(Grant{Client: "kho-ho-so", TokenHash: hash, Fields: []string{"sex"}, For: Always, By: ByOperator}))
	require.NoError(t, s.Put(grant(t, "https://a.example", Always, "sex")))
	book := NewBook(nil, s, nil)
	c, ok := book.ClientOf(token)
	require.True(t, ok)
	assert.Equal(t, "client:kho-ho-so", c.String())
	p, ok := book.Permission(c)
	assert.True(t, ok && p.Has("sex"))
	for _, wrong := range []string{"", other, hash, tokenPrefix, token + "x", token[:len(token)-1]} {
		_, ok := book.ClientOf(wrong)
		assert.False(t, ok, wrong)
	}
	b, err := os.ReadFile(s.path)
	require.NoError(t, err)
	assert.NotContains(t, string(b), token, "only its hash is kept")
	for _, name := range []string{"", "local", "A", "a b", "á", "x/y", "0123456789012345678901234567890123456789x"} {
		_, err := ParseClient(name)
		assert.ErrorIs(t, err, ErrClient, name)
	}
	_, ok = book.Permission(Local)
	assert.False(t, ok, "the command line's name is no client")
}

func FuzzStore(f *testing.F) {
	f.Add([]byte(`{"version":1,"grants":[{"origin":"https://a.example","fields":["sex"],"for":"once","until":"2026-11-24T00:00:00Z"}]}`))
	f.Add([]byte(`{"version":1,"grants":[{"client":"x","tokenHash":"y"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "grants.json")
		require.NoError(t, os.WriteFile(path, b, 0o600))
		all, err := NewStore(path).List()
		if err != nil {
			require.ErrorIs(t, err, ErrStore)
		}
		for _, g := range all {
			require.NotEqual(t, Caller{}, g.Caller())
		}
	})
}

// TestADaysGrantAndTheClock: a day's grant holds on its day, wherever the clock goes.
func TestADaysGrantAndTheClock(t *testing.T) {
	hanoi := time.FixedZone("+07", 7*3600)
	morning := time.Date(2026, 11, 23, 8, 0, 0, 0, hanoi)
	for _, term := range []Term{Once, ForDay} {
		until, err := term.Until(morning)
		require.NoError(t, err)
		g := Grant{Origin: "https://a.example", Fields: []string{"sex"}, For: term, Until: until, By: ByOfficer, Since: morning}
		for name, c := range map[string]struct {
			at   time.Time
			want bool
		}{
			"that morning":              {morning, false},
			"the last second":           {until.Add(-time.Second), false},
			"midnight":                  {*until, true},
			"asleep for a weekend":      {morning.AddDate(0, 0, 3), true},
			"a clock put back an hour":  {morning.Add(-time.Hour), false},
			"a clock put back two days": {morning.AddDate(0, 0, -2), true},
			"a clock that forgot all":   {time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), true},
		} {
			assert.Equal(t, c.want, g.ended(c.at), "%s: %s", term, name)
		}
	}
	far := morning.AddDate(10, 0, 0)
	assert.True(t, Grant{For: ForDay}.ended(morning), "no end is no day")
	assert.False(t, Grant{For: Always}.ended(morning))
	assert.False(t, Grant{For: Always, Until: &far}.ended(morning))
}
