package sdk

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThePagesOwnCodesAreDocumented: each failure that only a page can see stands with
// its cause in docs/protocol.md, and has a sentence and a remedy in both languages.
func TestThePagesOwnCodesAreDocumented(t *testing.T) {
	module, err := Files.ReadFile("chipid-client.js")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(module), "const PAGE_FAILURES = {")
	require.True(t, ok)
	table, _, ok = strings.Cut(table, "\n};")
	require.True(t, ok)
	document, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	require.NoError(t, err)
	codes := regexp.MustCompile(`(?m)^  ([A-Z_]+): \[`).FindAllStringSubmatch(table, -1)
	assert.GreaterOrEqual(t, len(codes), 12)
	for _, code := range codes {
		assert.True(t, strings.Contains(string(document), "`"+code[1]+"`"), code[1])
	}
	assert.Len(t, regexp.MustCompile(`vi: "[^"]+`).FindAllString(table, -1), 2*len(codes))
	assert.Len(t, regexp.MustCompile(`en: "[^"]+`).FindAllString(table, -1), 2*len(codes))
}
