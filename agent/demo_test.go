package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/config"
	"chipid/agent/demo"
)

// TestTheDemosSettingsLast: files that are looked at anew, as at each start, take nothing
// from the demo, or its card would be judged without its root.
func TestTheDemosSettingsLast(t *testing.T) {
	s, err := demoSettings(t.TempDir(), demo.Agent{Port: 4711, Origin: "http://localhost:4712"})
	require.NoError(t, err)
	again, err := s.again()
	require.NoError(t, err)
	for _, each := range []settings{s, again} {
		assert.True(t, each.Bool(config.Mock))
		assert.Equal(t, 4711, each.Int(config.Port))
		assert.Equal(t, []string{"http://localhost:4712"}, each.List(config.Origins))
	}
}
