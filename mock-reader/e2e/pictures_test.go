//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// pictureLimit keeps the documents quick to load, in bytes.
const pictureLimit = 400_000

// TestPictures takes the picture of the documents; with -update it writes it.
func TestPictures(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1, "--persona", who.Name, "--link", "424")
	p := m.open()
	p.Do(chromedp.EmulateViewport(1500, 950))
	click(p, "#tearing summary")
	click(p, "#tear")
	p.Wait(`document.querySelector("#tearState").textContent`)
	_, err := m.read(0, who)
	require.Error(t, err)
	p.Wait(`document.querySelector("#lines li:last-child.bad")`)
	p.Do(chromedp.Focus("#lines"), chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.ArrowUp))
	p.Wait(`document.querySelector("#detailBody dl") && [...document.images].slice(0, 4).every((i) => i.complete)`)
	picture := p.View()
	assert.Less(t, len(picture), pictureLimit)
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join("..", "..", "docs", "images", "mock-reader.png"), picture, 0o644))
	}
}
