package rooms

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryProofOfTheThreatModelExists: a test or fuzz target that the threat model
// names is there.
func TestEveryProofOfTheThreatModelExists(t *testing.T) {
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
	for _, folder := range []string{"agent", "cardlib", "mock-reader", "installer", "internal"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(top, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(b, -1) {
				there[string(m[1])] = true
			}
			return err
		}))
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]+)`").FindAllStringSubmatch(document(t, "docs/threat-model.md"), -1)
	assert.Greater(t, len(named), 40)
	for _, m := range named {
		assert.True(t, there[m[1]], "%s is named and does not exist", m[1])
	}
}
