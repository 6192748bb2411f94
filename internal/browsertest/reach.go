package browsertest

// Nameless lists the controls that a screen reader could not name.
func (p *Page) Nameless() []string {
	p.T.Helper()
	return Eval[[]string](p, `[...document.querySelectorAll("input, select, textarea, button, a, [role=listbox], section")].filter((e) =>
		e.checkVisibility() && !e.labels?.length && !e.getAttribute("aria-label") && !document.getElementById(e.getAttribute("aria-labelledby")) &&
		(e.matches("section") || !e.textContent.trim())).map((e) => e.outerHTML.slice(0, 200))`)
}

// Small lists the controls that are too low to be hit, except those that fit the selector.
func (p *Page) Small(except string) []string {
	p.T.Helper()
	return Eval[[]string](p, `[...document.querySelectorAll("button, input, select, textarea, a, summary")].filter((e) =>
		e.checkVisibility() && !e.matches("`+except+`") && (e.closest("label") ?? e).getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 200))`)
}

// Faint lists visible texts whose contrast with the ground behind them is below
// WCAG 2.2 AA (1.4.3), reckoned by its formula of relative luminance, except
// those in elements that fit the selector.
func (p *Page) Faint(except string) []string {
	p.T.Helper()
	return Eval[[]string](p, `((except) => {
	const parse = (c) => (c.match(/[\d.]+/g) ?? []).map(Number);
	const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
		.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = parse(getComputedStyle(e).backgroundColor);
			if (c.length === 3 || c[3] === 1) return c;
		}
		return [255, 255, 255];
	};
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const faint = [];
	for (let n; (n = walk.nextNode());) {
		const e = n.parentElement;
		if (!n.data.trim() || !e.checkVisibility() || e.closest(except)) continue;
		const [a, b] = [luminance(parse(getComputedStyle(e).color)), luminance(ground(e))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) faint.push(ratio.toFixed(2) + " " + n.data.trim());
	}
	return faint;
})("`+except+`")`)
}
