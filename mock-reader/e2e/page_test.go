//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/internal/browsertest"
	"chipid/mock-reader/persona"
)

// rows counts the lines that are shown.
func rows(p *browsertest.Page) int {
	return browsertest.Eval[int](p, `document.querySelectorAll("#lines li").length`)
}

// Put a card in, read it, see its commands; tear the next one; put it back.
func TestInsertReadTear(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1, "--link", "424")
	p := m.open()
	assert.Equal(t, "Không có thẻ", p.Text("#now"))
	assert.NotContains(t, browsertest.Eval[string](p, "location.href"), "#", "the token does not stay in the address bar")

	click(p, `#cards li[data-persona="`+who.Name+`"] .insert`)
	p.Wait(`document.querySelector("#now").textContent.includes("` + who.FullName + `")`)
	_, err := m.read(0, who)
	require.NoError(t, err)
	p.Wait(`document.querySelectorAll("#lines li").length > 30`)
	text := p.Text("#lines")
	for _, want := range []string{"SELECT EF.SOD", "PACE bước 2", "DG13 (thông tin công dân)", "SM", "9000"} {
		assert.Contains(t, text, want)
	}

	click(p, "#tearing summary")
	p.Set("tearFile", "DG2")
	p.Set("tearPercent", "40")
	click(p, "#tear")
	p.Wait(`document.querySelector("#tearState").textContent.includes("DG2 40 %")`)
	_, err = m.read(0, who)
	require.ErrorIs(t, err, apdu.ErrRemoved)
	p.Wait(`document.querySelector("#now").textContent === "Không có thẻ" && document.querySelector("#lines li:last-child.bad")`)
	assert.Equal(t, "", p.Text("#tearState"), "once")
	assert.Contains(t, p.Text("#lines"), "Lỗi cố ý của thẻ: tear")

	click(p, `#cards li[data-persona="`+who.Name+`"] .insert`)
	p.Wait(`!document.querySelector("#remove").disabled`)
	_, err = m.read(0, who)
	require.NoError(t, err)
	click(p, "#remove")
	p.Wait(`document.querySelector("#now").textContent === "Không có thẻ"`)
}

// Two readers: each has its card, and the page works on the one chosen.
func TestSeveralReaders(t *testing.T) {
	all := persona.All()
	m := serve(t, 2, "--persona", all[0].Name, "--persona", all[5].Name)
	p := m.open()
	p.Wait(`document.querySelector("#reader").checkVisibility() && document.querySelectorAll("#reader option").length === 2`)
	p.Wait(`document.querySelector("#now").textContent.includes("` + all[0].FullName + `")`)
	p.Set("reader", m.readers[1])
	p.Wait(`document.querySelector("#now").textContent.includes("` + all[5].FullName + `")`)
	click(p, "#foreign")
	p.Wait(`document.querySelector("#now").textContent.includes("token")`)
	_, err := m.read(0, all[0])
	require.NoError(t, err, "the first reader was left alone")
	p.Set("link", "t0,sleep")
	p.Wait(`[...document.querySelectorAll("#reader option")].length === 2 && document.querySelector("#link").value === "t0,sleep"`)
	p.Set("reader", m.readers[0])
	assert.Equal(t, "instant", browsertest.Eval[string](p, `document.querySelector("#link").value`))
}

// Filter, look at one line, hold, clear.
func TestTheTraceIsWorkedWith(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1, "--persona", who.Name)
	p := m.open()
	_, err := m.read(0, who)
	require.NoError(t, err)
	p.Wait(`document.querySelectorAll("#lines li").length > 30`)
	all := rows(p)
	click(p, "#noReads")
	assert.Less(t, rows(p), all)
	click(p, "#noReads")
	p.Do(chromedp.SendKeys("#text", "nguyễn thị"))
	p.Wait(`document.querySelectorAll("#lines li").length === 1`)
	click(p, "#lines li")
	p.Wait(`document.querySelector("#detailBody dl")`)
	detail := p.Text("#detail")
	for _, want := range []string{"Doc 9303-10 §3.6.4", "Nguyễn Thị Mẫu", "Lệnh, bản rõ", "0C B0", "mã xác thực (MAC)"} {
		assert.Contains(t, detail, want)
	}
	p.Set("text", "")
	assert.Equal(t, all, rows(p))

	click(p, "#pause")
	assert.Equal(t, "true", browsertest.Eval[string](p, `document.querySelector("#pause").getAttribute("aria-pressed")`))
	_, err = m.read(0, who)
	require.NoError(t, err)
	p.Wait(`document.querySelector("#count").textContent.includes("dòng mới đang chờ")`)
	assert.Equal(t, all, rows(p))
	click(p, "#pause")
	assert.Greater(t, rows(p), all)
	click(p, "#clear")
	p.Wait(`document.querySelectorAll("#lines li").length === 0`)
}

// Everything without a mouse: insert, walk through the lines, read the details.
func TestKeyboardAlone(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1)
	p := m.open()
	p.Do(chromedp.Focus(".skip"))
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Wait(`document.activeElement.id === "now"`)
	press := func(key string, until string) {
		t.Helper()
		for range 40 {
			p.Do(chromedp.KeyEvent(key))
			if browsertest.Eval[bool](p, until) {
				return
			}
		}
		require.Fail(t, "never reached: "+until, p.Focused())
	}
	press(kb.Tab, `document.activeElement.matches("#cards li:first-child .insert")`)
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Wait(`document.querySelector("#now").textContent.includes("` + who.FullName + `")`)
	_, err := m.read(0, who)
	require.NoError(t, err)
	p.Do(chromedp.Focus("#lines"))
	p.Do(chromedp.KeyEvent(kb.Home))
	first := browsertest.Eval[string](p, `document.querySelector("#lines").getAttribute("aria-activedescendant")`)
	assert.Equal(t, first, browsertest.Eval[string](p, `document.querySelector("#lines li").id`))
	p.Do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	p.Wait(`document.querySelector("#lines li:nth-child(3)").getAttribute("aria-selected") === "true"`)
	assert.Equal(t, 1, browsertest.Eval[int](p, `document.querySelectorAll("[aria-selected=true]").length`))
	p.Do(chromedp.KeyEvent(kb.End))
	p.Wait(`document.querySelector("#lines li:last-child").getAttribute("aria-selected") === "true"`)
	p.Do(chromedp.KeyEvent(kb.Tab))
	assert.Equal(t, "detail", p.Focused(), "the details can be scrolled by keys")
}

func TestThePageCanBeHeardAndSeen(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 2, "--persona", who.Name)
	p := m.open()
	click(p, "#tearing summary")
	p.Set("tearFile", "DG13")
	click(p, "#tear")
	p.Wait(`document.querySelector("#tearState").textContent`)
	_, err := m.read(0, who)
	require.Error(t, err)
	p.Wait(`document.querySelector("#lines li:last-child.bad")`)
	p.Do(chromedp.Focus("#lines"), chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.ArrowUp))
	p.Wait(`document.querySelector("#detailBody dl")`)
	assert.Empty(t, p.Nameless())
	assert.Empty(t, p.Small(".skip, #scenario"))
	assert.Empty(t, p.Faint(".skip, option"))
	assert.Equal(t, "listbox", browsertest.Eval[string](p, `document.querySelector("#lines").getAttribute("role")`))
	assert.Equal(t, 4, browsertest.Eval[int](p, `document.querySelectorAll("[role=status][aria-live=polite]").length`))
	p.Do(chromedp.EmulateViewport(360, 740))
	wide := browsertest.Eval[[]string](p, `[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 360).map((e) => e.tagName + "#" + e.id + "." + e.className)`)
	assert.LessOrEqual(t, browsertest.Eval[int](p, "document.documentElement.scrollWidth"), 360, "too wide: %v", wide)
}

// What is left of Vietnamese after switching is names on the cards.
func TestLanguages(t *testing.T) {
	who := persona.All()[0]
	m := serve(t, 1, "--persona", who.Name)
	p := m.open()
	_, err := m.read(0, who)
	require.NoError(t, err)
	p.Wait(`document.querySelectorAll("#lines li").length > 30`)
	p.Do(chromedp.Focus("#lines"), chromedp.KeyEvent(kb.End))
	p.Wait(`document.querySelector("#detailBody dl")`)
	before := p.Text("body")
	click(p, "#language")
	assert.Equal(t, "Test reader", p.Text("h1"))
	assert.Equal(t, "en", browsertest.Eval[string](p, "document.documentElement.lang"))
	left := browsertest.Eval[[]string](p, `(() => {
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const left = [];
		for (let n; (n = walk.nextNode());) {
			const e = n.parentElement;
			if (/[ạảãàáâậầấẩẫăắằặẳẵđẹẻẽèéêệềếểễịỉĩìíọỏõòóôộồốổỗơợờớởỡụủũùúưựừứửữỵỷỹỳý]/i.test(n.data) &&
				e.checkVisibility() && !e.closest(".name, #now, .event, #language, option, dd")) left.push(n.data.trim());
		}
		return left;
	})()`)
	assert.Empty(t, left)
	click(p, "#language")
	assert.Equal(t, before, p.Text("body"), "and back")
}

// Without its token the page says so and shows nothing.
func TestThePageWithoutItsToken(t *testing.T) {
	m := serve(t, 1)
	p := browsertest.Open(t, stage.browser, "about:blank")
	p.Network = true
	p.Do(chromedp.Navigate(m.page[:len(m.page)-3] + "xyz"))
	p.Wait(`document.querySelector("#said").textContent.includes("#")`)
	assert.Equal(t, 0, browsertest.Eval[int](p, `document.querySelectorAll("#cards li").length`))
}
