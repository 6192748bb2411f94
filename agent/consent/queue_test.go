package consent

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQueueAsksAndIsAnswered(t *testing.T) {
	q := NewQueue()
	got := make(chan Decision, 1)
	_, changed := q.List()
	go func() {
		d, err := q.Ask(context.Background(), Question{Kind: AskAgain, Purpose: "thử"})
		assert.NoError(t, err)
		got <- d
	}()
	<-changed
	pending, _ := q.List()
	require.Len(t, pending, 1)
	assert.Equal(t, "thử", pending[0].Purpose)
	assert.ErrorIs(t, q.Answer("99", Decision{}), ErrNoQuestion)
	require.NoError(t, q.Answer(pending[0].ID, Decision{Granted: true}))
	assert.True(t, (<-got).Granted)
	assert.ErrorIs(t, q.Answer(pending[0].ID, Decision{}), ErrNoQuestion, "answered once")
}

func TestQueueForgetsWhoGaveUp(t *testing.T) {
	q := NewQueue()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, maxPending)
	for range maxPending {
		_, changed := q.List()
		go func() { _, err := q.Ask(ctx, Question{}); done <- err }()
		<-changed
	}
	_, err := q.Ask(ctx, Question{})
	assert.ErrorIs(t, err, ErrNobody, "no more than that wait")
	cancel()
	for range maxPending {
		assert.ErrorIs(t, <-done, context.Canceled)
	}
	pending, _ := q.List()
	assert.Empty(t, pending)
}
