//go:build mutation

package torture

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/mutant"
)

// top is the module's folder, seen from this package.
const top = "../.."

// cases is how many a weakened reader goes through at most; the run ends with
// the first that it fails.
const cases = "2000"

// weakness is one check taken out of the reader, with what must grow by it.
type weakness struct {
	name string
	file string
	// old stands in the file once; new takes its place.
	old, new string
	found    func(Report) int
}

func wrong(r Report) int  { return r.WrongVerdicts }
func hangs(r Report) int  { return r.Hangs }
func panics(r Report) int { return r.Panics }
func leaked(r Report) int { return r.LeakedGoroutines }

var weaknesses = []weakness{
	{"one hash is not compared", "cardlib/passiveauth/sod.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {",
		"if g == lds.DG2 {\n\t\treturn nil\n\t}\n\tif subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {", wrong},
	{"a group that the chip hides is forgiven", "cardlib/read.go", "r.denied[g] = sw", "_ = sw", wrong},
	{"the content that the signature is not of", "cardlib/cms/signer.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), s.MessageDigest) != 1 {",
		"if false && subtle.ConstantTimeCompare(h.Sum(nil), s.MessageDigest) != 1 {", wrong},
	{"a signer without an anchor", "cardlib/passiveauth/anchor.go",
		"case err != nil:\n\t\treturn no(verdict.NoAnchor)", "case err != nil:\n\t\treturn verdict.Pass(verdict.Anchor)", wrong},
	{"a signer of another State", "cardlib/passiveauth/anchor.go", "case !j.sameState():", "case false:", wrong},
	{"a signer out of its time", "cardlib/passiveauth/validity.go",
		"case !signed.within(signer), anchor != nil && !signed.within(anchor.Certificate):", "case false:", wrong},
	{"any answer of active authentication", "cardlib/prove.go",
		"return verdict.Fail(id, verdict.WrongAnswer)\n\t}\n\treturn verdict.Fail(id, verdict.Refused)",
		"return verdict.Pass(id)\n\t}\n\treturn verdict.Fail(id, verdict.Refused)", wrong},
	{"a recorded answer of active authentication", "cardlib/activeauth/rsa.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), digest) != 1 {",
		"if false && subtle.ConstantTimeCompare(h.Sum(nil), digest) != 1 {", wrong},
	{"chip authentication without a proof", "cardlib/prove.go", "if err = r.proveChannel(); err == nil {", "{", wrong},
	{"answers without a right MAC", "cardlib/securemsg/protect.go",
		"if !EqualMAC(mac, objects.mac.Value) {", "if false && !EqualMAC(mac, objects.mac.Value) {", wrong},
	{"an edited EF.CardAccess", "cardlib/judge.go",
		"case access == securityinfo.Different:", "case access == securityinfo.Different && false:", wrong},
	{"an answer without end", "cardlib/apdu/link.go", "if i == maxGetResponses {", "if false {", hangs},
	{"a length that lies", "cardlib/tlv/tlv.go", "if len(b)-h < n {", "if false {", panics},
	{"a goroutine that never ends", "cardlib/read.go", "defer close(done)", "defer func() { close(done); select {} }()", leaked},
}

// TestEveryWeaknessIsFound runs torture on readers from which one check was
// taken, by the compiler's overlay: the tree itself is never changed.
func TestEveryWeaknessIsFound(t *testing.T) {
	for _, w := range weaknesses {
		t.Run(strings.ReplaceAll(w.name, " ", "-"), func(t *testing.T) {
			report, code := w.torture(t)
			assert.NotZero(t, code, "torture ended well")
			require.Positive(t, w.found(report), "not found in %d cases: %+v", report.Cases, report)
			first := report.Failures[0]
			t.Logf("found after %d cases in %.0f s: %s: %s", report.Cases, report.Seconds, first.Case, strings.SplitN(first.Wrong[0], "\n", 2)[0])
		})
	}
}

// TestTheWholeReaderPasses is the other side: with nothing taken out nothing is found.
func TestTheWholeReaderPasses(t *testing.T) {
	report, code := weakness{}.torture(t)
	assert.Zero(t, code)
	assert.True(t, report.Good(), "%v", &report)
	assert.GreaterOrEqual(t, 2*report.Altered, report.Cases)
}

// torture builds the tool with the weakness and runs it.
func (w weakness) torture(t *testing.T) (Report, int) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mock-reader")
	args := []string{"build", "-o", binary}
	if w.file != "" {
		args = append(args, "-overlay="+mutant.Overlay(t, top, w.file, w.old, w.new))
	}
	build := exec.Command("go", append(args, "./mock-reader")...)
	build.Dir = top
	out, err := build.CombinedOutput()
	require.NoError(t, err, "a mutant that does not compile proves nothing:\n%s", out)

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, binary, "torture", "--json", "--first", "--cases", cases)
	out, err = run.Output()
	require.NoError(t, ctx.Err())
	var report Report
	require.NoError(t, json.Unmarshal(out, &report), "%v: %s", err, out)
	return report, run.ProcessState.ExitCode()
}
