package catalogue

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/verdict"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

// constants returns the values of the string constants of the named type that
// the package in dir declares.
func constants(t *testing.T, dir, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var values []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			values = append(values, constantsOf(decl, typeName)...)
		}
	}
	require.NotEmpty(t, values, "constants of type %s in %s", typeName, dir)
	return values
}

func constantsOf(decl ast.Decl, typeName string) []string {
	gen, ok := decl.(*ast.GenDecl)
	if !ok || gen.Tok != token.CONST {
		return nil
	}
	var values []string
	for _, spec := range gen.Specs {
		v := spec.(*ast.ValueSpec)
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != typeName {
			continue
		}
		for _, expr := range v.Values {
			if lit, ok := expr.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				values = append(values, s)
			}
		}
	}
	return values
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, code := range constants(t, "../../cardlib", "Code") {
		_, ok := Lookup(Code(code))
		assert.True(t, ok, "cardlib's code %s", code)
	}
	for _, code := range constants(t, "../../cardlib/remoteca", "Code") {
		_, ok := Lookup(Code(code))
		assert.True(t, ok, "the code of a proof %s", code)
	}
	for _, code := range constants(t, ".", "Code") {
		_, ok := Lookup(Code(code))
		assert.True(t, ok, "the agent's code %s", code)
	}
}

func TestEveryReasonHasWords(t *testing.T) {
	known := constants(t, "../../cardlib/verdict", "Reason")
	for _, r := range known {
		_, ok := byReason[verdict.Reason(r)]
		assert.True(t, ok, "reason %s", r)
	}
	assert.Len(t, reasons, len(known), "reasons that nobody gives")
}

func TestEveryCheckStatusAndStageHasWords(t *testing.T) {
	for _, id := range verdict.All() {
		assert.NotEqual(t, string(id), CheckOf(id).Title.En, "check %s", id)
	}
	for _, s := range constants(t, "../../cardlib/verdict", "Status") {
		assert.NotEmpty(t, StatusOf(verdict.Status(s)).Vi, "status %s", s)
	}
	for _, o := range constants(t, "../../cardlib/verdict", "Outcome") {
		assert.Equal(t, verdict.Outcome(o), OutcomeOf(verdict.Outcome(o)).Outcome)
	}
	for _, s := range constants(t, "../../cardlib", "Stage") {
		assert.Equal(t, s, StageOf(s).ID)
		assert.NotContains(t, StageOf(s).What.En, "Reading the card…", "stage %s", s)
	}
}

func TestNothingTwice(t *testing.T) {
	codes, numbers := map[Code]bool{}, map[int]Code{}
	for _, e := range Errors() {
		assert.False(t, codes[e.Code], "%s stands twice", e.Code)
		assert.Empty(t, numbers[e.Number], "%d of %s", e.Number, e.Code)
		codes[e.Code], numbers[e.Number] = true, e.Code
	}
	seen := map[verdict.Reason]bool{}
	for _, r := range reasons {
		assert.False(t, seen[r.Reason], "%s stands twice", r.Reason)
		seen[r.Reason] = true
	}
}

func TestNumbersLeaveTheReservedRange(t *testing.T) {
	standard := map[int]bool{-32700: true, -32600: true, -32601: true, -32602: true, -32603: true}
	for _, e := range Errors() {
		if e.Number >= -32768 && e.Number <= -32000 {
			assert.True(t, standard[e.Number], "%s has %d", e.Code, e.Number)
		}
	}
}

func TestExitCodes(t *testing.T) {
	allowed := map[int]bool{ExitUsage: true, ExitTrouble: true, ExitCancelled: true}
	for _, e := range Errors() {
		if e.Code == EvidenceMalformed {
			assert.Equal(t, ExitFailed, e.Exit, "a verifier refuses what is no evidence")
			continue
		}
		assert.True(t, allowed[e.Exit], "%s exits with %d", e.Code, e.Exit)
	}
}

// allTexts returns every sentence with a name to find it by.
func allTexts() map[string]Text {
	all := map[string]Text{}
	for _, e := range Errors() {
		all[string(e.Code)+" what"], all[string(e.Code)+" remedy"] = e.What, e.Remedy
	}
	for _, r := range reasons {
		all[string(r.Reason)+" what"], all[string(r.Reason)+" remedy"] = r.What, r.Remedy
	}
	for _, o := range outcomes {
		all[string(o.Outcome)+" what"], all[string(o.Outcome)+" remedy"] = o.What, o.Remedy
	}
	for _, c := range checks {
		all[string(c.ID)+" title"], all[string(c.ID)+" passed"] = c.Title, c.Passed
	}
	for s, text := range statuses {
		all[string(s)] = text
	}
	for _, s := range stages {
		all[s.ID] = s.What
	}
	return all
}

func TestTexts(t *testing.T) {
	for name, text := range allTexts() {
		assert.NotEmpty(t, strings.TrimSpace(text.Vi), "%s: Vietnamese", name)
		assert.NotEmpty(t, strings.TrimSpace(text.En), "%s: English", name)
		assert.NotEqual(t, text.Vi, text.En, name)
		assert.NotContains(t, strings.ToLower(text.Vi), "xác thực điện tử", "%s: the ministry's term", name)
		assert.NotContains(t, text.Vi+text.En, "|", "%s: breaks the table", name)
	}
}

func TestSetupIsNeverAnAlarm(t *testing.T) {
	for _, r := range []verdict.Reason{verdict.NoTrustStore, verdict.ClockImplausible, verdict.NoCRL, verdict.CRLStale} {
		assert.True(t, ReasonOf(r).Setup, string(r))
		c := verdict.NoVerdict(verdict.Anchor, r)
		assert.Equal(t, Neutral, ToneOf(c), string(r))
		what, remedy := Says(c)
		assert.NotContains(t, what.Vi+remedy.Vi, "Không dùng dữ liệu", string(r))
	}
}

func TestTones(t *testing.T) {
	assert.Equal(t, Good, ToneOf(verdict.Pass(verdict.Hashes)))
	assert.Equal(t, Alarm, ToneOf(verdict.Fail(verdict.Hashes, verdict.HashMismatch)))
	assert.Equal(t, Note, ToneOf(verdict.Fail(verdict.Expiry, verdict.CardExpired)))
	assert.Equal(t, Neutral, ToneOf(verdict.Skip(verdict.ActiveAuth)))
}

func TestUnknownCodesStillSpeak(t *testing.T) {
	assert.Equal(t, Internal, Of("NEVER_HEARD_OF").Code)
	assert.Equal(t, "NEVER_HEARD_OF", ReasonOf("NEVER_HEARD_OF").What.Vi)
	assert.Equal(t, "x", CheckOf("x").Title.En)
	assert.NotEmpty(t, StageOf("x").What.Vi)
	assert.Equal(t, verdict.Unproven, OutcomeOf("x").Outcome)
}

func TestErrorsDocument(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "errors.md")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(Markdown()), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err, "run: go generate ./agent/catalogue")
	assert.Equal(t, Markdown(), strings.ReplaceAll(string(got), "\r\n", "\n"), "run: go generate ./agent/catalogue")
}
