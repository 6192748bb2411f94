package rooms

import (
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// top is the repository's top folder, seen from here.
const top = "../.."

// tags are the build tags of all tests, so that no file is overlooked.
const tags = "-tags=pcsc,e2e,installer,openjpeg,postgres"

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Module                             *struct {
		Path, Version string
		Main          bool
	}
}

// list returns what `go list -json` says.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports,Module", tags}, args...)...)
	cmd.Dir = top
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var all []pkg
	for d := json.NewDecoder(out); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
	require.NoError(t, cmd.Wait())
	return all
}

func document(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(top, name))
	require.NoError(t, err)
	return string(b)
}

func TestEveryRoomStandsInTheArchitecture(t *testing.T) {
	table := document(t, "ARCHITECTURE.md")
	for _, p := range list(t, "./...") {
		room := strings.TrimPrefix(p.ImportPath, "chipid/")
		assert.True(t, strings.Contains(table, "`"+room+"`"), "%s is missing in the table of rooms", room)
	}
	for _, m := range regexp.MustCompile("`((?:cardlib|agent|mock-reader|verifier|internal)/[a-z0-9/]+)`").FindAllStringSubmatch(table, -1) {
		assert.DirExists(t, filepath.Join(top, m[1]))
	}
}

// rules are the import rules of ARCHITECTURE.md: importers under one of the first
// may not import what lies under the second, unless they are excepted. What is
// excepted within the forbidden may be imported by all.
var rules = []struct {
	name, importer, forbidden string
	except                    []string
}{
	{"cardlib knows nothing above it", "chipid/cardlib", "chipid/agent", nil},
	{"cardlib knows no mock", "chipid/cardlib", "chipid/mock-reader", nil},
	{"the mock knows no agent", "chipid/mock-reader", "chipid/agent", nil},
	{"cardlib knows no back end", "chipid/cardlib", "chipid/verifier", nil},
	{"the agent knows no back end", "chipid/agent", "chipid/verifier", nil},
	{"the back end knows no agent", "chipid/verifier", "chipid/agent", nil},
	{"the back end knows no mock", "chipid/verifier", "chipid/mock-reader", nil},
	{"one room knows PostgreSQL", "chipid", "github.com/jackc/pgx", []string{"chipid/verifier/store"}},
	{"one room knows SQLite", "chipid", "modernc.org/sqlite", []string{"chipid/verifier/store"}},
	{"one room knows Prometheus", "chipid", "github.com/prometheus", []string{"chipid/verifier/telemetry"}},
	{"one room knows OpenTelemetry", "chipid", "go.opentelemetry.io", []string{"chipid/verifier/telemetry"}},
	{"one room knows PC/SC", "chipid", "github.com/ebfe/scard", []string{"chipid/cardlib/pcsc"}},
	{"three rooms know WebSockets", "chipid", "github.com/gorilla/websocket", []string{"chipid/agent/gateway", "chipid/agent/rpc", "chipid/agent/console"}},
	{"cardlib has no network", "chipid/cardlib", "net", nil},
	{"two rooms know Unicode tables", "chipid/cardlib", "golang.org/x/text", []string{"chipid/cardlib/cccd", "chipid/cardlib/mrz"}},
	{"one room knows the JPEG 2000 decoder", "chipid", "github.com/ajroetker", []string{"chipid/cardlib/portrait/decoder"}},
	{"no room of cardlib starts the decoder", "chipid/cardlib", "chipid/cardlib/portrait/decoder", nil},
	{"of the agent only main is the decoder", "chipid/agent/", "chipid/cardlib/portrait/decoder", nil},
	{"cardlib knows no schemas", "chipid/cardlib", "github.com/santhosh-tekuri/jsonschema", nil},
	{"the gateway knows no cards", "chipid/agent/gateway", "chipid/cardlib", nil},
	{"the gateway knows no protocol", "chipid/agent/gateway", "chipid/agent/rpc", nil},
	{"reading knows no sockets", "chipid/agent/reading", "chipid/agent/gateway", nil},
	{"the form's page knows no agent but the pages' client", "chipid/agent/demo", "chipid/agent/", []string{"chipid/agent/sdk"}},
	{"only a browser test drives browsers", "chipid", "github.com/chromedp", []string{"chipid/internal/browsertest"}},
}

func TestImportRules(t *testing.T) {
	all := list(t, "./...")
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			found := false
			for _, p := range all {
				if !under(p.ImportPath, rule.importer) || exceptedBy(rule.except, p.ImportPath) {
					continue
				}
				found = true
				for _, imported := range p.Imports { // tests may look further
					assert.False(t, under(imported, rule.forbidden) && !exceptedBy(rule.except, imported), "%s imports %s", p.ImportPath, imported)
				}
			}
			assert.True(t, found, "the rule is about nobody")
		})
	}
}

// under tells whether a package is the other or lies in it.
func under(path, of string) bool {
	return path == of || strings.HasPrefix(path, strings.TrimSuffix(of, "/")+"/")
}

func exceptedBy(except []string, path string) bool {
	for _, e := range except {
		if under(path, e) {
			return true
		}
	}
	return false
}

func TestEveryDependencyIsExplained(t *testing.T) {
	table := document(t, "docs/dependencies.md")
	for _, p := range list(t, "-deps", "-test", "./...") {
		if p.Module == nil || p.Module.Main {
			continue
		}
		row := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(p.Module.Path) + "` \\| " + regexp.QuoteMeta(p.Module.Version) + `\b`)
		assert.True(t, row.MatchString(table), "no row for %s %s (of %s)", p.Module.Path, p.Module.Version, p.ImportPath)
	}
}

func TestEveryDecisionIsListed(t *testing.T) {
	index := document(t, "docs/adr/README.md")
	files, err := filepath.Glob(filepath.Join(top, "docs/adr/[0-9]*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		assert.True(t, strings.Contains(index, "("+filepath.Base(file)+")"), "%s is not in the list", file)
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "build") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".md" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(m[1], "://") {
				_, err := os.Stat(filepath.Join(filepath.Dir(path), m[1]))
				assert.NoError(t, err, "linked in %s", path)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
