package rpc

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExamplesInTheDocument validates every example of docs/protocol.md.
func TestExamplesInTheDocument(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	require.NoError(t, err)
	schemas, err := LoadSchemas()
	require.NoError(t, err)
	fences := regexp.MustCompile("(?s)```json (client|agent)([^\n]*)\n(.*?)```")
	found := 0
	for _, m := range fences.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		found++
		if m[1] == "agent" {
			assert.NoError(t, schemas.CheckOut(strings.TrimSpace(m[2]), []byte(m[3])), m[3])
			continue
		}
		r, bad := schemas.parseRequest([]byte(m[3]))
		require.Nil(t, bad, m[3])
		name := r.method
		if r.method == NotifyCancel {
			name = "cancelRequest"
		}
		assert.Empty(t, schemas.check(name+".params", r.params), m[3])
	}
	assert.GreaterOrEqual(t, found, 10)
}
