//go:build !cgo && !windows

package pcsc

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/readers"
)

func TestBuildWithoutPCSCSaysSo(t *testing.T) {
	s := New(WithTransmitLimit(1))
	ctx, cancel := context.WithCancel(t.Context())
	var told []readers.State
	err := s.Watch(ctx, func(state readers.State) {
		told = append(told, state)
		cancel()
	})
	assert.NoError(t, err)
	assert.Len(t, told, 1)
	_, connectErr := s.Connect(t.Context(), "reader")
	for _, err := range []error{told[0].Err, s.List(t.Context()).Err, connectErr} {
		assert.ErrorIs(t, err, readers.ErrNotBuilt)
		assert.ErrorIs(t, err, readers.ErrNoService)
	}
	assert.Zero(t, s.Abandoned())
}
