package config

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows/registry"
)

// TestAPolicyInTheRegistryIsHeard writes policies as a group policy does: into a key
// that was not there. It needs an administrator.
func TestAPolicyInTheRegistryIsHeard(t *testing.T) {
	place := AdminPlace()
	ctx, cancel := context.WithCancel(t.Context())
	told, done := make(chan struct{}, 100), make(chan error, 1)
	go func() { done <- place.Watch(ctx, func() { told <- struct{}{} }) }()
	t.Cleanup(func() { _ = registry.DeleteKey(registry.LOCAL_MACHINE, adminKey) })
	hears := func(do func()) {
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
			do() // again, until the watch has begun
			select {
			case <-told:
				return
			case err := <-done:
				t.Fatal("the watch ended: ", err)
			case <-time.After(5 * settle):
			}
		}
		t.Fatal("not told")
	}
	write := func(text string) {
		k, _, err := registry.CreateKey(registry.LOCAL_MACHINE, adminKey, registry.SET_VALUE|registry.WOW64_64KEY)
		require.NoError(t, err)
		defer k.Close()
		require.NoError(t, k.SetStringValue("Policy", text))
	}
	tries := 0
	hears(func() {
		tries++
		write(fmt.Sprintf("pairing.allowed = false # %d", tries))
	})
	policy, err := place.Policy()
	require.NoError(t, err)
	c, err := Load(Inputs{Policy: policy})
	require.NoError(t, err)
	assert.False(t, c.Bool(Pairing))
	assert.Equal(t, FromPolicy, c.Source(Pairing))
	hears(func() { _ = registry.DeleteKey(registry.LOCAL_MACHINE, adminKey) })
	policy, err = place.Policy()
	require.NoError(t, err)
	assert.Nil(t, policy.Text)
	cancel()
	require.NoError(t, <-done)
}
