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

// mayFillStores are the files in which a trust store is filled. Each takes what it
// adds from a file that an operator named, or from the published test PKI.
var mayFillStores = []string{
	"agent/sources.go",     // the configured folders; the test CSCA
	"agent/trust.go",       // trust inspect: a store that nothing is judged by
	"agent/trustadd.go",    // trust add: likewise; then it writes the file
	"agent/demo/office.go", // the demo's back end: the test CSCA alone
	"internal/matrix/",
	"internal/evidencetest/",
	"verifier/", // a back end: the folders that its operator names
	"mock-reader/torture/",
	"mock-reader/conformance/",
}

// fills are the calls that put something into a store.
var fills = regexp.MustCompile(`\.(Add|AddCertificate|AddCRL|AddObjects|Install|Resolve)\(|\.Load\([^)]|trust\.Open\(`)

// TestNoCardBringsAnAnchor: nowhere else is anything put into a store, in
// particular not where cards are read and pages are answered.
func TestNoCardBringsAnAnchor(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, top+string(filepath.Separator)))
		if strings.HasPrefix(name, "cardlib/trust/") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(source), `"chipid/cardlib/trust"`) {
			return err
		}
		seen++
		for _, allowed := range mayFillStores {
			if strings.HasPrefix(name, allowed) {
				return nil
			}
		}
		assert.Empty(t, fills.FindAllString(string(source), -1), "%s fills a trust store", name)
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, seen, 10)
}
