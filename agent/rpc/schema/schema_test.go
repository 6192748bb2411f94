package schema

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
)

var update = flag.Bool("update", false, "write the generated documents anew")

// TestGeneratedDocuments keeps what is made of the schemas as they are.
func TestGeneratedDocuments(t *testing.T) {
	top := filepath.Join("..", "..", "..")
	for path, generate := range map[string]func() ([]byte, error){
		"docs/openrpc.json":           OpenRPC,
		"docs/asyncapi.json":          AsyncAPI,
		"docs/reference.md":           Reference,
		"agent/sdk/chipid-types.d.ts": TypeScript,
	} {
		t.Run(path, func(t *testing.T) {
			want, err := generate()
			require.NoError(t, err)
			file := filepath.Join(top, filepath.FromSlash(path))
			if *update {
				require.NoError(t, os.WriteFile(file, want, 0o644))
			}
			got, err := os.ReadFile(file)
			require.NoError(t, err, "run: go generate ./agent/rpc/schema")
			assert.Equal(t, string(want), strings.ReplaceAll(string(got), "\r\n", "\n"), "run: go generate ./agent/rpc/schema")
		})
	}
}

// TestEveryMethodHasItsSchemas, and no schema is left over.
func TestEveryMethodHasItsSchemas(t *testing.T) {
	used := append([]string{"error"}, hidden...)
	for _, m := range Methods() {
		assert.True(t, Has(m.Params), m.Name)
		assert.Equal(t, m.Direction == Call, m.Result != "", m.Name)
		assert.True(t, m.Result == "" || Has(m.Result), m.Name)
		assert.NotEmpty(t, m.What.Vi)
		assert.NotEmpty(t, m.What.En)
		used = append(used, m.Params, m.Result)
		for _, code := range m.Errors {
			_, known := catalogue.Lookup(code)
			assert.True(t, known, "%s: %s", m.Name, code)
		}
	}
	for _, name := range Names() {
		assert.True(t, slices.Contains(used, name), "%s belongs to no method", name)
	}
}

// TestEveryMemberIsExplained in both languages.
func TestEveryMemberIsExplained(t *testing.T) {
	for _, name := range Names() {
		if name == "request" || name == "message" {
			continue
		}
		s, err := load(name)
		require.NoError(t, err)
		explained(t, name, s)
	}
}

func explained(t *testing.T, path string, v node) {
	t.Helper()
	switch v := v.(type) {
	case *object:
		for _, inner := range []string{"properties", "$defs"} {
			if members := v.get(inner); members != nil {
				for _, name := range members.keys {
					m := members.get(name)
					assert.NotEmpty(t, m.text("description"), "%s.%s", path, name)
					assert.NotEmpty(t, m.text("x-vi"), "%s.%s", path, name)
				}
			}
		}
		for _, key := range v.keys {
			explained(t, path+"."+key, v.values[key])
		}
	case []any:
		for _, each := range v {
			explained(t, path, each)
		}
	}
}

// TestPatternsAreUnderstoodEverywhere: what the regular expressions of ECMAScript, Python
// and Go do not share would break a client that validates with the schemas.
func TestPatternsAreUnderstoodEverywhere(t *testing.T) {
	portable := regexp.MustCompile(`^(\\[dDsSwW.x]|[^\\])*$`)
	found := 0
	for _, name := range Names() {
		text, err := files.ReadFile(name + ".json")
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`"pattern": ("(?:\\.|[^"\\])*")`).FindAllSubmatch(text, -1) {
			var pattern string
			require.NoError(t, json.Unmarshal(m[1], &pattern))
			assert.Regexp(t, portable, pattern, name)
			found++
		}
	}
	assert.Greater(t, found, 10)
}

// TestReferencesResolve in both documents: each points at something that is there.
func TestReferencesResolve(t *testing.T) {
	for name, generate := range map[string]func() ([]byte, error){"openrpc": OpenRPC, "asyncapi": AsyncAPI} {
		b, err := generate()
		require.NoError(t, err)
		var root any
		require.NoError(t, json.Unmarshal(b, &root))
		found := 0
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				if ref, ok := v["$ref"].(string); ok {
					found++
					assert.True(t, resolves(root, ref), "%s: %s", name, ref)
				}
				for _, each := range v {
					walk(each)
				}
			case []any:
				for _, each := range v {
					walk(each)
				}
			}
		}
		walk(root)
		assert.Greater(t, found, 50, name)
	}
}

func resolves(root any, ref string) bool {
	path, ok := strings.CutPrefix(ref, "#/")
	for part := range strings.SplitSeq(path, "/") {
		o, isObject := root.(map[string]any)
		if !isObject {
			return false
		}
		if root, ok = o[part]; !ok {
			return false
		}
	}
	return ok
}

// TestOrderIsKept: what is loaded and written again is what it was.
func TestOrderIsKept(t *testing.T) {
	for _, name := range Names() {
		s, err := load(name)
		require.NoError(t, err)
		b, err := pretty(s)
		require.NoError(t, err)
		text, err := Text(name)
		require.NoError(t, err)
		assert.Equal(t, string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), string(b), name)
	}
}
