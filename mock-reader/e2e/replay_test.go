//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/trace"
)

// saveTrace saves what the page shows and returns the file.
func saveTrace(t *testing.T, p *browsertest.Page) string {
	t.Helper()
	dir := t.TempDir()
	params := browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir}
	_, err := chromedp.CallBrowser(p.Ctx, browser.SetDownloadBehavior, params)
	require.NoError(t, err)
	click(p, "#save")
	var files []string
	require.Eventually(t, func() bool {
		files, _ = filepath.Glob(filepath.Join(dir, "*.json"))
		return len(files) == 1
	}, browsertest.Patience, 50e6)
	return files[0]
}

// A session saved on the page is looked at again on another mock's page, step by step.
func TestSaveAndReplay(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1, "--persona", who.Name)
	p := m.open()
	_, err := m.read(0, who)
	require.NoError(t, err)
	p.Wait(`document.querySelectorAll("#lines li").length > 30`)
	all := rows(p)
	file := saveTrace(t, p)
	f, err := os.Open(file)
	require.NoError(t, err)
	saved, err := trace.Read(f)
	require.NoError(t, f.Close())
	require.NoError(t, err, "the program reads what the page saved")
	assert.Len(t, saved, all)

	other := serve(t, 1)
	p = other.open()
	p.Do(chromedp.SetUploadFiles("#file", []string{file}))
	p.Wait(`!document.querySelector("#replay").hidden`)
	assert.Contains(t, p.Text("#replayName"), filepath.Base(file))
	assert.Equal(t, all, rows(p))
	click(p, "#step")
	assert.Equal(t, 1, rows(p))
	click(p, "#step")
	assert.Equal(t, 2, rows(p))
	assert.Equal(t, "true", browsertest.Eval[string](p, `document.querySelector("#lines li:nth-child(2)").getAttribute("aria-selected")`))
	p.Set("pace", "16")
	click(p, "#play")
	p.Wait(`document.querySelectorAll("#lines li").length > 5`)
	click(p, "#play")
	p.Set("position", "3")
	assert.Equal(t, 3, rows(p))
	click(p, "#live")
	p.Wait(`document.querySelector("#replay").hidden`)
	assert.Equal(t, 0, rows(p))

	bad := filepath.Join(t.TempDir(), "bad.json")
	require.NoError(t, os.WriteFile(bad, []byte(`{"format":"chipid-trace","version":1,"lines":[null]}`), 0o600))
	p.Do(chromedp.SetUploadFiles("#file", []string{bad}))
	p.Wait(`document.querySelector("#said").textContent.includes("không phải")`)
	evil := filepath.Join(t.TempDir(), "evil.json")
	require.NoError(t, os.WriteFile(evil, []byte(`{"format":"chipid-trace","version":1,"lines":[{"kind":"apdu","name":"<img src=x onerror=alert(1)>","meaning":7,"parts":[{}],"broken":"x"}]}`), 0o600))
	p.Do(chromedp.SetUploadFiles("#file", []string{evil}))
	p.Wait(`document.querySelectorAll("#lines li").length === 1`)
	click(p, "#lines li")
	assert.Contains(t, p.Text("#detailTitle, #lines"), "<img")
	assert.Zero(t, browsertest.Eval[int](p, `document.querySelectorAll("#lines img, #detail img").length`))
}
