package wycheproof

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryFileLoads also guards against a file that nobody reads: each kind of
// vector is used by the package that it is about.
func TestEveryFileLoads(t *testing.T) {
	list, err := files.ReadDir("testdata")
	require.NoError(t, err)
	total := 0
	for _, f := range list {
		name := strings.TrimSuffix(f.Name(), ".json.gz")
		groups, err := Load(name)
		require.NoError(t, err)
		for _, g := range groups {
			for _, v := range g.Tests {
				total++
				assert.Contains(t, []Result{Valid, Invalid, Acceptable}, v.Result, "%s: %v", name, v)
			}
		}
	}
	assert.Len(t, list, 33)
	assert.Greater(t, total, 10000)
	_, err = Load("nothing")
	assert.Error(t, err)
}
