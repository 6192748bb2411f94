//go:build postgres

package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/internal/pgtest"
)

func TestOnPostgreSQL(t *testing.T) {
	server := pgtest.Start(t)
	for name, test := range behaviours {
		t.Run(name, func(t *testing.T) {
			s, err := Open(server.Address())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			require.NoError(t, s.Migrate(t.Context()))
			test(t, s)
		})
	}
}

// A decision whose commit was not answered is looked up: the database goes away
// in the middle of many, and each is found as its caller was told.
func TestADecisionSurvivesARestart(t *testing.T) {
	server := pgtest.Start(t)
	s, err := Open(server.Address())
	require.NoError(t, err)
	defer s.Close()
	require.NoError(t, s.Migrate(t.Context()))
	tn := tenant(t, s)
	r := issue(t, s, tn, 1<<40)
	server.Kill()
	_, err = s.Decide(t.Context(), tn.ID, r.ID, outcome(t, true), 1<<40)
	require.ErrorIs(t, err, ErrUnavailable)
	server.Restart()
	got, err := s.Request(t.Context(), tn.ID, r.ID)
	require.NoError(t, err)
	require.Equal(t, StateOpen, got.State)
	o := outcome(t, true)
	got, err = s.Decide(t.Context(), tn.ID, r.ID, o, 1<<40)
	require.NoError(t, err)
	require.Equal(t, o.Attempt, got.Outcome.Attempt)
	server.Kill()
	server.Restart()
	got, err = s.Request(t.Context(), tn.ID, r.ID)
	require.NoError(t, err)
	require.Equal(t, StateAccepted, got.State)
}
