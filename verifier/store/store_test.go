package store

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

func openNew(t testing.TB) *Store {
	t.Helper()
	s, err := Open("sqlite:" + filepath.Join(t.TempDir(), "verifier.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	return s
}

// behaviours are what both databases must do alike.
var behaviours = map[string]func(*testing.T, *Store){
	"migrate once for all":                      migrateOnceForAll,
	"tenants":                                   tenants,
	"taken by many at once":                     takenByManyAtOnce,
	"take spends a bucket":                      takeSpendsABucket,
	"agents":                                    agents,
	"a relay has one holder":                    aRelayHasOneHolder,
	"a request is what was issued":              aRequestIsWhatWasIssued,
	"decided once":                              decidedOnce,
	"a refusal is a decision too":               aRefusalIsADecisionToo,
	"nothing is decided too late or for others": nothingIsDecidedTooLateOrForOthers,
	"purge ends what has stood long enough":     purgeEndsWhatHasStoodLongEnough,
	"the audit tells decisions and refusals":    theAuditTellsDecisionsAndRefusals,
}

func TestOnSQLite(t *testing.T) {
	for name, test := range behaviours {
		t.Run(name, func(t *testing.T) { test(t, openNew(t)) })
	}
}

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	_, err := rand.Read(b)
	require.NoError(t, err)
	return b
}

func tenant(t testing.TB, s *Store) Tenant {
	t.Helper()
	id := rand.Text()
	tenant := Tenant{ID: id, Name: "tenant " + id, Origins: []string{"https://motcua.example.vn"}, Rate: 1, Burst: 3, Keep: time.Hour}
	require.NoError(t, s.AddTenant(t.Context(), tenant, KeyHash(random(t, 32))))
	return tenant
}

func issue(t testing.TB, s *Store, tenant Tenant, lives time.Duration) Request {
	t.Helper()
	r, err := s.Issue(t.Context(), Request{ID: rand.Text(), Tenant: tenant.ID, Kind: KindEvidence, Session: [32]byte(random(t, 32)),
		Request: evidence.Request{Nonce: random(t, 32), Origin: tenant.Origins[0], Purpose: "CT01", Groups: []lds.Group{lds.DG1, lds.DG13}}}, lives)
	require.NoError(t, err)
	return r
}

func outcome(t testing.TB, accepted bool) Outcome {
	return Outcome{Accepted: accepted, Attempt: [16]byte(random(t, 16)), Digest: [32]byte(random(t, 32)), Report: `{"outcome":"genuine"}`}
}

func TestOpenTakesTwoKindsOfAddresses(t *testing.T) {
	for _, address := range []string{"", "verifier.db", "mysql://x", "sqlite:", "sqlite:a?mode=memory", "postgres://:bad port:/x", "sqlite:" + filepath.Join(t.TempDir(), "no", "folder")} {
		_, err := Open(address)
		assert.ErrorIs(t, err, ErrAddress, address)
	}
	_, err := Open("postgres://user:secret-word@ho st/x")
	require.ErrorIs(t, err, ErrAddress)
	assert.NotContains(t, err.Error(), "secret-word")
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	s := openNew(t)
	var seq int
	var name, file string
	require.NoError(t, s.db.QueryRow("PRAGMA database_list").Scan(&seq, &name, &file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0), info.Mode().Perm()&0o077)
}

func migrateOnceForAll(t *testing.T, s *Store) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { assert.NoError(t, s.Migrate(context.Background())) })
	}
	all.Wait()
	require.NoError(t, s.Ping(t.Context()))
	v, err := s.version(t.Context(), s.db)
	require.NoError(t, err)
	assert.Equal(t, len(migrations(s.Kind())), v)
}

func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	assert.NotEmpty(t, migrations("sqlite"))
	assert.Len(t, migrations("postgres"), len(migrations("sqlite")))
}

func TestADatabaseWithoutTablesIsNotReady(t *testing.T) {
	s, err := Open("sqlite:" + filepath.Join(t.TempDir(), "empty.db"))
	require.NoError(t, err)
	defer s.Close()
	assert.ErrorIs(t, s.Ping(t.Context()), ErrUnavailable)
}

func tenants(t *testing.T, s *Store) {
	ctx := t.Context()
	key := KeyHash(random(t, 32))
	want := Tenant{ID: rand.Text(), Name: "một cửa " + rand.Text(), Origins: []string{"https://a.example", "https://b.example"},
		Purposes: []string{"CT01"}, Rate: 2.5, Burst: 7, Keep: 36 * time.Hour, KeepBundles: true}
	require.NoError(t, s.AddTenant(ctx, want, key))
	got, err := s.TenantByKey(ctx, key)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = s.TenantByName(ctx, want.Name)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = s.TenantByKey(ctx, KeyHash{})
	assert.ErrorIs(t, err, ErrNotFound)
	other := want
	other.ID = rand.Text()
	assert.ErrorIs(t, s.AddTenant(ctx, other, KeyHash(random(t, 32))), ErrExists)

	second := KeyHash(random(t, 32))
	require.NoError(t, s.AddKey(ctx, want.ID, second))
	assert.ErrorIs(t, s.AddKey(ctx, want.ID, second), ErrExists)
	require.NoError(t, s.DropKeys(ctx, want.ID, second))
	_, err = s.TenantByKey(ctx, key)
	assert.ErrorIs(t, err, ErrNotFound)
	all, err := s.Tenants(ctx)
	require.NoError(t, err)
	assert.Contains(t, all, want)

	issue(t, s, want, time.Minute)
	require.NoError(t, s.RemoveTenant(ctx, want.Name))
	assert.ErrorIs(t, s.RemoveTenant(ctx, want.Name), ErrNotFound)
	_, err = s.TenantByKey(ctx, second)
	assert.ErrorIs(t, err, ErrNotFound, "its keys are gone with it")
}

func takeSpendsABucket(t *testing.T, s *Store) {
	tn := tenant(t, s)
	_, err := s.exec(t.Context(), "UPDATE tenants SET rate = 0.001 WHERE id = $1", tn.ID)
	require.NoError(t, err)
	taken := 0
	for range 10 {
		ok, err := s.Take(t.Context(), tn.ID)
		require.NoError(t, err)
		if ok {
			taken++
		}
	}
	assert.Equal(t, 3, taken, "the burst and no more")
	_, err = s.exec(t.Context(), "UPDATE tenants SET rate = 1000000 WHERE id = $1", tn.ID)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		ok, err := s.Take(t.Context(), tn.ID)
		return err == nil && ok
	}, 10*time.Second, 10*time.Millisecond, "it fills with time")
}

// Many at once, some of which wait for others: nobody's clock takes tokens away.
func takenByManyAtOnce(t *testing.T, s *Store) {
	tn := tenant(t, s)
	_, err := s.exec(t.Context(), "UPDATE tenants SET rate = 1000000, burst = 5000, tokens = 5000 WHERE id = $1", tn.ID)
	require.NoError(t, err)
	var all sync.WaitGroup
	var missed atomic.Int32
	for range 16 {
		all.Go(func() {
			for range 25 {
				if ok, err := s.Take(context.Background(), tn.ID); !ok || err != nil {
					missed.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.Zero(t, missed.Load())
}

func agents(t *testing.T, s *Store) {
	ctx := t.Context()
	tn, other := tenant(t, s), tenant(t, s)
	key := random(t, 32)
	state := func(tn Tenant) evidence.AgentState {
		got, err := s.AgentState(ctx, tn.ID, key)
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, evidence.AgentUnknown, state(tn))
	require.NoError(t, s.SetAgent(ctx, tn.ID, Agent{Key: key, Label: "quầy 1"}))
	assert.Equal(t, evidence.AgentEnrolled, state(tn))
	assert.Equal(t, evidence.AgentUnknown, state(other), "enrolled for one tenant alone")
	require.NoError(t, s.SetAgent(ctx, tn.ID, Agent{Key: key, Label: "quầy 1", Revoked: true}))
	assert.Equal(t, evidence.AgentRevoked, state(tn))
	all, err := s.Agents(ctx, tn.ID)
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, "quầy 1", all[0].Label)
	assert.True(t, all[0].Revoked)
}

func aRequestIsWhatWasIssued(t *testing.T, s *Store) {
	tn, other := tenant(t, s), tenant(t, s)
	want := issue(t, s, tn, time.Minute)
	assert.Equal(t, time.Minute, want.Expires.Sub(want.Issued))
	got, err := s.Request(t.Context(), tn.ID, want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = s.Request(t.Context(), other.ID, want.ID)
	assert.ErrorIs(t, err, ErrNotFound)
	foreign, err := s.Foreign(t.Context(), other.ID, want.ID)
	require.NoError(t, err)
	assert.True(t, foreign)
	foreign, err = s.Foreign(t.Context(), other.ID, rand.Text())
	require.NoError(t, err)
	assert.False(t, foreign)
	again := want
	again.ID = rand.Text()
	_, err = s.Issue(t.Context(), again, time.Minute)
	assert.ErrorIs(t, err, ErrExists, "a nonce is issued once")
}

// A nonce of which nobody must be able to make two acceptances, by many at once.
func decidedOnce(t *testing.T, s *Store) {
	tn := tenant(t, s)
	r := issue(t, s, tn, time.Minute)
	const many = 16
	mine := make(chan bool, many)
	var all sync.WaitGroup
	for range many {
		o := outcome(t, true)
		all.Go(func() {
			got, err := s.Decide(context.Background(), tn.ID, r.ID, o, time.Hour)
			assert.NoError(t, err)
			mine <- err == nil && got.Outcome != nil && got.Outcome.Attempt == o.Attempt
		})
	}
	all.Wait()
	close(mine)
	won := 0
	for m := range mine {
		if m {
			won++
		}
	}
	assert.Equal(t, 1, won)
	got, err := s.Request(t.Context(), tn.ID, r.ID)
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, got.State)
	assert.Equal(t, evidence.NonceUsed, got.NonceState())
}

func aRefusalIsADecisionToo(t *testing.T, s *Store) {
	tn := tenant(t, s)
	r := issue(t, s, tn, time.Minute)
	first := outcome(t, false)
	got, err := s.Decide(t.Context(), tn.ID, r.ID, first, time.Hour)
	require.NoError(t, err)
	assert.Equal(t, StateRefused, got.State)
	got, err = s.Decide(t.Context(), tn.ID, r.ID, outcome(t, true), time.Hour)
	require.NoError(t, err)
	assert.Equal(t, StateRefused, got.State)
	assert.Equal(t, first.Attempt, got.Outcome.Attempt)
	assert.Equal(t, first.Report, got.Outcome.Report)
}

func nothingIsDecidedTooLateOrForOthers(t *testing.T, s *Store) {
	tn, other := tenant(t, s), tenant(t, s)
	r := issue(t, s, tn, time.Millisecond)
	require.Eventually(t, func() bool {
		got, err := s.Request(t.Context(), tn.ID, r.ID)
		return err == nil && got.State == StateExpired
	}, 10*time.Second, 5*time.Millisecond)
	got, err := s.Decide(t.Context(), tn.ID, r.ID, outcome(t, true), time.Hour)
	require.NoError(t, err)
	assert.Equal(t, StateExpired, got.State)
	assert.Nil(t, got.Outcome)
	r = issue(t, s, tn, time.Minute)
	_, err = s.Decide(t.Context(), other.ID, r.ID, outcome(t, true), time.Hour)
	assert.ErrorIs(t, err, ErrNotFound)
	got, err = s.Request(t.Context(), tn.ID, r.ID)
	require.NoError(t, err)
	assert.Equal(t, StateOpen, got.State)
}

func purgeEndsWhatHasStoodLongEnough(t *testing.T, s *Store) {
	tn := tenant(t, s)
	gone, stays, open := issue(t, s, tn, time.Minute), issue(t, s, tn, time.Minute), issue(t, s, tn, time.Minute)
	_, err := s.Decide(t.Context(), tn.ID, gone.ID, outcome(t, true), time.Millisecond)
	require.NoError(t, err)
	kept := outcome(t, true)
	kept.Bundle = []byte("evidence")
	_, err = s.Decide(t.Context(), tn.ID, stays.ID, kept, time.Hour)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		n, err := s.Purge(t.Context())
		return err == nil && n > 0
	}, 10*time.Second, 10*time.Millisecond)
	_, err = s.Request(t.Context(), tn.ID, gone.ID)
	assert.ErrorIs(t, err, ErrNotFound)
	got, err := s.Request(t.Context(), tn.ID, stays.ID)
	require.NoError(t, err)
	assert.Equal(t, []byte("evidence"), got.Outcome.Bundle)
	_, err = s.Request(t.Context(), tn.ID, open.ID)
	assert.NoError(t, err)
}

func theAuditTellsDecisionsAndRefusals(t *testing.T, s *Store) {
	tn := tenant(t, s)
	r := issue(t, s, tn, time.Minute)
	_, err := s.Decide(t.Context(), tn.ID, r.ID, outcome(t, true), time.Hour)
	require.NoError(t, err)
	require.NoError(t, s.AddRefusal(t.Context(), tn.ID, r.ID, "NONCE_USED"))
	lines, err := s.Audit(t.Context(), tn.Name, 10)
	require.NoError(t, err)
	var what []string
	for _, line := range lines {
		assert.Equal(t, tn.Name, line.Tenant)
		assert.Equal(t, r.ID, line.Request)
		what = append(what, line.What)
	}
	assert.ElementsMatch(t, []string{"NONCE_USED", "accepted"}, what)
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	s := openNew(t)
	tn := tenant(t, s)
	r := issue(t, s, tn, time.Minute)
	require.NoError(t, s.db.Close())
	_, err := s.Decide(t.Context(), tn.ID, r.ID, outcome(t, true), time.Hour)
	assert.ErrorIs(t, err, ErrUnavailable)
	_, err = s.Request(t.Context(), tn.ID, r.ID)
	assert.ErrorIs(t, err, ErrUnavailable)
	assert.ErrorIs(t, s.Ping(t.Context()), ErrUnavailable)
	_, err = s.Take(t.Context(), tn.ID)
	assert.ErrorIs(t, err, ErrUnavailable)
}
