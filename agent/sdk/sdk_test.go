//go:build e2e

package sdk

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tools is where the packages of package-lock.json are installed: where no other
// test looks for files of ours.
var tools = filepath.Join("..", "..", "build", "sdk")

// npm installs the packages once.
var npm = sync.OnceValues(func() ([]byte, error) {
	if err := os.MkdirAll(tools, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		b, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(tools, name), b, 0o600)
		}
		if err != nil {
			return nil, err
		}
	}
	install := exec.Command("npm", "ci")
	install.Dir = tools
	return install.CombinedOutput()
})

// tsc is TypeScript's compiler.
var tsc = filepath.Join(tools, "node_modules", ".bin", "tsc")

func tool(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := npm()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return out
}

// TestTypesAreThoseOfTheModule: TypeScript finds no mistake in the module, its
// declarations are the ones that are kept here, and a page in TypeScript can use them.
func TestTypesAreThoseOfTheModule(t *testing.T) {
	dir := t.TempDir()
	tool(t, tsc, "-p", "tsconfig.json", "--outDir", dir)
	want, err := os.ReadFile(filepath.Join(dir, "chipid-client.d.ts"))
	require.NoError(t, err)
	got, err := os.ReadFile("chipid-client.d.ts")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run: npx tsc -p . --outDir .")
	check := []string{"--noEmit", "--strict", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable"}
	tool(t, tsc, append(check, "testdata/page.ts")...)

	right, err := os.ReadFile("testdata/page.ts")
	require.NoError(t, err)
	mistakes := map[string][2]string{
		"wrong-code":   {`"ACCESS_DENIED"`, `"ACCESS_DENIDE"`},
		"wrong-member": {"report.outcome", "report.outcom"},
		"wrong-key":    {"key: { id", "key: { pin"},
		"wrong-null":   {"citizen.dateOfBirth ?? ", "citizen.dateOfBirth ** "},
		"no-purpose":   {"purpose:", "porpoise:"},
	}
	for name, change := range mistakes {
		text := strings.Replace(string(right), change[0], change[1], 1)
		require.NotEqual(t, string(right), text, name)
		file := filepath.Join("testdata", name+".ts")
		t.Cleanup(func() { os.Remove(file) })
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		check = append(check, file)
	}
	out, err := exec.Command(tsc, check...).CombinedOutput()
	require.Error(t, err)
	for name := range mistakes {
		assert.Contains(t, string(out), name+".ts(", "the mistake is noticed")
	}
}

// TestDocumentsAreWhatTheyClaim: the schemas of OpenRPC and AsyncAPI, by their
// makers, accept the documents and refuse spoilt ones.
func TestDocumentsAreWhatTheyClaim(t *testing.T) {
	openRPC := tool(t, "node", "-p", `JSON.stringify((m => m.default ?? m)(require("./../../build/sdk/node_modules/@open-rpc/meta-schema")))`)
	asyncAPI := tool(t, "node", "-p", `require("fs").readFileSync("../../build/sdk/node_modules/@asyncapi/specs/schemas/3.0.0.json", "utf8")`)
	docs := filepath.Join("..", "..", "docs")
	for name, tc := range map[string]struct {
		schema []byte
		member string
	}{"openrpc.json": {openRPC, `"methods"`}, "asyncapi.json": {asyncAPI, `"channels"`}} {
		t.Run(name, func(t *testing.T) {
			compiled := compile(t, tc.schema)
			text, err := os.ReadFile(filepath.Join(docs, name))
			require.NoError(t, err)
			document := func(b []byte) any {
				v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
				require.NoError(t, err)
				return v
			}
			require.NoError(t, compiled.Validate(document(text)))
			spoilt := bytes.Replace(text, []byte(tc.member), []byte(`"methodes"`), 1)
			require.Error(t, compiled.Validate(document(spoilt)))
		})
	}
}

// compile makes a validator of a draft-07 schema that bundles all it refers to.
func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	// OpenRPC takes the schema of its schemas from a copy of draft-07 elsewhere.
	text = regexp.MustCompile(`"https://meta\.json-schema\.tools/?(#/definitions/JSONSchemaObject)?`).ReplaceAll(text, []byte(`"http://json-schema.org/draft-07/schema#`))
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("https://chipid.invalid/meta.json", v))
	compiled, err := compiler.Compile("https://chipid.invalid/meta.json")
	require.NoError(t, err)
	return compiled
}
