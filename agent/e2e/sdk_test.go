//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/mock-reader/persona"
)

// withClient runs a script in the page with the client module as c, and returns the
// text that it gives, or the code of the error that it ends with.
func (p *page) withClient(script string) string {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => { window.seen = ""; import("/js/chipid-client.js").then(async (c) => { %s })
		.then((v) => { window.seen = String(v); }, (e) => { window.seen = e.code ?? String(e); }); return true; })()`, script))
	p.wait(`window.seen !== ""`)
	return eval[string](p, "window.seen")
}

// TestTheClientOfPages: addresses are tried in order, the agent's key is checked, a
// read that lost its connection gives its result over another one.
func TestTheClientOfPages(t *testing.T) {
	who := persona.All()[0]
	put(t, who.Name, "instant")
	p := open(t, theatre.portal)
	p.network = true
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	const dead = "ws://127.0.0.1:1/v1"
	assert.Equal(t, "true", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect([%q, %q]); window.key = a.agent.identity.key; a.close(); return a.paired;`, dead, theatre.agent)))
	assert.Equal(t, "AGENT_NOT_RUNNING", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q);`, dead)))
	assert.Equal(t, "true", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q, {key: window.key}); a.close(); return a.paired;`, theatre.agent)))
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q, {key: "A" + window.key.slice(1)});`, theatre.agent)))
	assert.Equal(t, "9590 9597 ws://127.0.0.1:9590/v1 wss://localhost:9690/v1", p.withClient(`return [c.PORTS[0], c.PORTS[7], c.addresses()[0], c.addresses("wss")[0]].join(" ");`))

	put(t, who.Name, "normal")
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	read := fmt.Sprintf(`const a = await c.ChipidClient.connect(%q);
		const lost = await a.readCard({fields: ["fullName", "portrait"], purpose: "thử", key: {id: %q}}, {onProgress: () => a.close()}).then(() => null, (e) => e);
		if (lost?.code !== "AGENT_LOST") return "not lost: " + lost?.code;
		const b = await c.ChipidClient.connect(%q);
		const result = await b.resume(lost.resume); b.close();
		return result.citizen.fullName + " " + (result.citizen.portrait !== null);`, theatre.agent, who.Number, theatre.agent)
	assert.Equal(t, who.FullName+" true", p.withClient(read), "without a second read")
	assert.Equal(t, "METHOD_NOT_FOUND", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q); try { await a.call("card.write", {}); } finally { a.close(); }`, theatre.agent)))
	assert.Equal(t, "1.3.2", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q); const d = await a.call("rpc.discover", {}); a.close(); return d.openrpc;`, theatre.agent)))
}
