package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func aRelayHasOneHolder(t *testing.T, s *Store) {
	tn := tenant(t, s)
	r := issue(t, s, tn, time.Minute)
	_, _, err := s.RelayHolder(t.Context(), r.ID, time.Minute)
	assert.ErrorIs(t, err, ErrNotFound, "nobody has it")
	assert.ErrorIs(t, s.HoldRelay(t.Context(), "another tenant", r.ID, "a/1"), ErrNotFound)
	require.NoError(t, s.HoldRelay(t.Context(), tn.ID, r.ID, "a/1"))
	assert.ErrorIs(t, s.HoldRelay(t.Context(), tn.ID, r.ID, "b/1"), ErrExists)
	assert.ErrorIs(t, s.HoldRelay(t.Context(), tn.ID, r.ID, "a/1"), ErrExists, "nor the same one twice")

	holder, alive, err := s.RelayHolder(t.Context(), r.ID, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "a/1", holder)
	assert.False(t, alive, "it has given no sign of life")
	require.NoError(t, s.Beat(t.Context(), "a/1"))
	require.NoError(t, s.Beat(t.Context(), "a/1"))
	_, alive, err = s.RelayHolder(t.Context(), r.ID, time.Minute)
	require.NoError(t, err)
	assert.True(t, alive)
	time.Sleep(5 * time.Millisecond)
	_, alive, err = s.RelayHolder(t.Context(), r.ID, 0)
	require.NoError(t, err)
	assert.False(t, alive, "too long ago")

	_, err = s.Decide(t.Context(), tn.ID, r.ID, Outcome{Accepted: true, Report: "{}"}, time.Hour)
	require.NoError(t, err)
	assert.ErrorIs(t, s.HoldRelay(t.Context(), tn.ID, r.ID, "c/1"), ErrNotFound, "decided")
	over := issue(t, s, tn, time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	assert.ErrorIs(t, s.HoldRelay(t.Context(), tn.ID, over.ID, "c/1"), ErrNotFound, "expired")
}
