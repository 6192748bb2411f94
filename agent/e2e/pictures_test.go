//go:build e2e

package e2e

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// pictureLimit keeps the README quick to load, in bytes.
const pictureLimit = 300_000

// TestPictures takes the pictures of the documents; with -update it writes them.
func TestPictures(t *testing.T) {
	mau := persona.All()[0]
	tests := []struct {
		file, card string
		width      int64
		part       string // of the page; "" is the whole
	}{
		{"ct01-filled.png", mau.Name, 1366, ""},
		{"ct01-failed.png", mau.Name + "/copied-chip", 1366, "#cardPanel"},
		{"ct01-unproven.png", mau.Name + "/signer-unknown", 1366, "#cardPanel"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			p := counter(t, test.card, "instant")
			p.do(chromedp.EmulateViewport(test.width, 900))
			p.give(mau.Number)
			p.result()
			p.wait(`document.querySelector("#portrait").complete && document.getAnimations().every((a) => a.playState === "finished")`)
			whole, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
			require.NoError(t, err)
			keepPicture(t, test.file, p.cut(whole, test.part))
		})
	}
}

// TestPicturesOfTheOfficersPage: the page as it is on a working day, and the question of
// a page that asks to read cards, in window and on the page.
func TestPicturesOfTheOfficersPage(t *testing.T) {
	who := persona.All()[0]
	a := startAgent(t)
	const paired, asking = "https://motcua.example.vn", "https://dichvucong.example.vn"
	a.command("origins", "grant", paired, "--fields", "fullName,dateOfBirth,placeOfResidence,portrait", "--for", "day", "--presence")
	p := a.console()
	p.Do(chromedp.EmulateViewport(1366, 900))
	page := dial(t, a.address, paired)
	go page.read(1, who, "mock:"+who.Name)
	require.Empty(t, <-page.ended)
	go page.read(2, who, "ACME CCID 00 00")
	p.Wait(`document.querySelector("#reads progress") && document.querySelector("#verdicts li")`)
	keepPicture(t, "console.png", p.View())

	p.Do(chromedp.Click("#pair"))
	p.Wait(`!document.querySelector("#unpair").hidden`)
	other := dial(t, a.address, asking)
	go other.pair("Cổng dịch vụ công (thử nghiệm)", "CT01: thay đổi thông tin cư trú", "fullName", "dateOfBirth", "personalNumber", "portrait", "religion")
	p.Wait(`document.querySelector("form.question")`)
	keepPicture(t, "pairing.png", p.Picture("form.question"))
	for _, button := range []string{".question button[type=button]", "#reads button"} {
		p.Do(chromedp.Click(button))
	}
	assert.Equal(t, "PAIRING_DENIED", <-other.ended)
	assert.Equal(t, "OFFICER_REFUSED", <-page.ended)
}

// keepPicture looks at a picture's size and, with -update, writes it.
func keepPicture(t *testing.T, file string, picture []byte) {
	t.Helper()
	assert.Less(t, len(picture), pictureLimit)
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join("..", "..", "docs", "images", file), picture, 0o644))
	}
}

// cut keeps one element of a picture of the whole page, all of it for "", and
// writes it as small as Go can.
func (p *page) cut(whole []byte, part string) []byte {
	p.t.Helper()
	img, err := png.Decode(bytes.NewReader(whole))
	require.NoError(p.t, err)
	if part != "" {
		r := eval[[4]float64](p, `((r) => [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY])(document.querySelector("`+part+`").getBoundingClientRect())`)
		img = img.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(int(r[0]), int(r[1]), int(r[2])+1, int(r[3])+1))
	}
	var out bytes.Buffer
	require.NoError(p.t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img))
	return out.Bytes()
}
