package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/chromedp/chromedp"
)

// axeFile is where tools/npm.sh puts axe-core, seen from the repository's top folder.
const axeFile = "build/npm/node_modules/axe-core/axe.min.js"

// axeSource finds axe-core; a missing one is an error and never a pass.
var axeSource = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if b, err := os.ReadFile(filepath.Join(dir, axeFile)); err == nil {
			return string(b), nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "", fmt.Errorf("no %s: run tools/npm.sh", axeFile)
})

// Violation is what axe-core holds against a page.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	// Nodes are the elements, as HTML.
	Nodes []string `json:"nodes"`
}

// Axe runs axe-core over the page as it stands and returns its violations, and
// how many of its rules had something to look at and passed: none would mean
// that it did not run.
func (p *Page) Axe() (violations []Violation, passed int) {
	p.T.Helper()
	source, err := axeSource()
	if err != nil {
		p.T.Fatal(err)
	}
	if _, err := chromedp.Run(p.Ctx, chromedp.Evaluate[bool]("("+asModule(source)+", Boolean(window.axe))")); err != nil {
		p.T.Fatalf("axe-core: %v", err)
	}
	text, err := chromedp.Run(p.Ctx, chromedp.Evaluate[string](`axe.run(document).then((r) => JSON.stringify({passed: r.passes.length,
		violations: r.violations.map((v) => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 300))}))}))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.T.Fatalf("axe-core: %v", err)
	}
	var said struct {
		Violations []Violation
		Passed     int
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		p.T.Fatal(err)
	}
	return said.Violations, said.Passed
}

// asModule makes an expression of a script.
func asModule(source string) string { return "(() => {" + source + "\n})()" }
