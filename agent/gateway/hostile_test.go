package gateway

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// attempt is one hostile handshake and the answer it gets: a status, or 101 and
// at once the close code 4403.
type attempt struct {
	name   string
	make   func(port int) handshake
	status int
}

// told is the answer to a well-formed origin without a grant.
const told = http.StatusSwitchingProtocols

func withStranger(name, origin string) attempt {
	return change("origin without a grant: "+name, told, func(h handshake, _ int) handshake { return h.set("Origin", origin) })
}

// change makes an attempt out of the valid handshake with one thing changed.
func change(name string, status int, f func(h handshake, port int) handshake) attempt {
	return attempt{name, func(port int) handshake { return f(valid(port), port) }, status}
}

func withOrigin(name, origin string) attempt {
	return change("origin: "+name, http.StatusForbidden, func(h handshake, _ int) handshake { return h.set("Origin", origin) })
}

func withHost(name string, host func(port string) string) attempt {
	return change("host: "+name, http.StatusForbidden, func(h handshake, port int) handshake {
		return h.set("Host", host(strconv.Itoa(port)))
	})
}

func withHeader(name string, status int, header, value string) attempt {
	return change(name, status, func(h handshake, _ int) handshake { return h.set(header, value) })
}

func without(name string, status int, header string) attempt {
	return change(name, status, func(h handshake, _ int) handshake { return h.without(header) })
}

func withTarget(target string, status int) attempt {
	return change("target "+target, status, func(h handshake, _ int) handshake { h.target = target; return h })
}

func withMethod(method string) attempt {
	return change("method "+method, http.StatusMethodNotAllowed, func(h handshake, _ int) handshake { h.method = method; return h })
}

var update = flag.Bool("update", false, "write docs/hostile-handshakes.md anew")

var hostile = []attempt{
	// DNS rebinding and other names for this computer.
	change("DNS rebinding: Host and Origin both the attacker's", http.StatusForbidden, func(h handshake, port int) handshake {
		return h.set("Host", "evil.example:"+strconv.Itoa(port)).set("Origin", "http://evil.example:"+strconv.Itoa(port))
	}),
	withHost("attacker's name, wanted Origin", func(p string) string { return "evil.example:" + p }),
	withHost("no port", func(string) string { return "127.0.0.1" }),
	withHost("another port", func(string) string { return "127.0.0.1:1" }),
	withHost("upper case", func(p string) string { return "LOCALHOST:" + p }),
	withHost("trailing dot", func(p string) string { return "localhost.:" + p }),
	withHost("sub-domain of localhost", func(p string) string { return "evil.localhost:" + p }),
	withHost("localhost as prefix", func(p string) string { return "localhost.evil.example:" + p }),
	withHost("short IPv4", func(p string) string { return "127.1:" + p }),
	withHost("another loopback address", func(p string) string { return "127.0.0.2:" + p }),
	withHost("0.0.0.0", func(p string) string { return "0.0.0.0:" + p }),
	withHost("IPv6 written long", func(p string) string { return "[0:0:0:0:0:0:0:1]:" + p }),
	withHost("mapped IPv4", func(p string) string { return "[::ffff:127.0.0.1]:" + p }),
	change("host: userinfo", http.StatusBadRequest, func(h handshake, port int) handshake {
		return h.set("Host", "user@127.0.0.1:"+strconv.Itoa(port))
	}),
	withHost("IPv4 as one number", func(p string) string { return "2130706433:" + p }),
	withHost("hexadecimal IPv4", func(p string) string { return "0x7f.1:" + p }),
	withHost("two names", func(p string) string { return "127.0.0.1:" + p + ",evil.example" }),
	change("host: path behind it", http.StatusBadRequest, func(h handshake, port int) handshake {
		return h.set("Host", "127.0.0.1:"+strconv.Itoa(port)+"/v1")
	}),
	withHost("port with a zero before it", func(p string) string { return "127.0.0.1:0" + p }),
	withHost("empty", func(string) string { return "" }),
	without("no Host", http.StatusBadRequest, "Host"),
	change("two Hosts", http.StatusBadRequest, func(h handshake, _ int) handshake { return h.add("Host", "evil.example") }),
	change("absolute target with a foreign name", http.StatusBadRequest, func(h handshake, _ int) handshake {
		h.target = "http://evil.example/v1"
		return h
	}),
	change("absolute target with our name behind a foreign Host", http.StatusBadRequest, func(h handshake, port int) handshake {
		h.target = "http://127.0.0.1:" + strconv.Itoa(port) + "/v1"
		return h.set("Host", "evil.example")
	}),

	// Origins.
	without("no Origin", http.StatusForbidden, "Origin"),
	withOrigin("null (file page, sandboxed frame)", "null"),
	withOrigin("empty", ""),
	withStranger("another site", "https://evil.example"),
	withOrigin("http instead of https", "http://motcua.example.vn"),
	withStranger("another port", wanted+":8443"),
	withOrigin("default port written out", wanted+":443"),
	withStranger("sub-domain", "https://x.motcua.example.vn"),
	withStranger("parent domain", "https://example.vn"),
	withStranger("wanted name as prefix", wanted+".evil.example"),
	withStranger("wanted name as suffix", "https://evilmotcua.example.vn"),
	withOrigin("wanted name as userinfo", "https://motcua.example.vn@evil.example"),
	withOrigin("userinfo before the wanted name", "https://user@motcua.example.vn"),
	withOrigin("trailing dot", wanted+"."),
	withOrigin("trailing slash", wanted+"/"),
	withOrigin("path", wanted+"/page"),
	withOrigin("upper case host", "https://MOTCUA.example.vn"),
	withOrigin("upper case scheme", "HTTPS://motcua.example.vn"),
	withOrigin("look-alike letter", "https://mоtcua.example.vn"),
	withStranger("look-alike in punycode", "https://xn--mtcua-jye.example.vn"),
	withOrigin("pattern", "https://*.example.vn"),
	withOrigin("star", "*"),
	withOrigin("two in one header", wanted+" https://evil.example"),
	withStranger("the agent itself", "http://localhost"),
	withStranger("developer's page on another port", "http://localhost:3001"),
	withStranger("developer's page by address", "http://127.0.0.1:3000"),
	withOrigin("browser extension", "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh"),
	withOrigin("file", "file://"),
	withOrigin("long", "https://"+strings.Repeat("a.", 300)+"example"),
	change("origin: a control character", http.StatusBadRequest, func(h handshake, _ int) handshake { return h.set("Origin", wanted+"\x01") }),
	change("two Origin headers", http.StatusForbidden, func(h handshake, _ int) handshake { return h.add("Origin", wanted) }),

	// Local clients.
	change("a wrong token", http.StatusUnauthorized, func(h handshake, _ int) handshake {
		return h.without("Origin").set("Authorization", "Bearer chipid_wrong")
	}),
	change("an empty token", http.StatusUnauthorized, func(h handshake, _ int) handshake { return h.without("Origin").set("Authorization", "Bearer ") }),
	change("a token as a password", http.StatusUnauthorized, func(h handshake, _ int) handshake {
		return h.without("Origin").set("Authorization", "Basic "+goodToken)
	}),
	change("two tokens", http.StatusUnauthorized, func(h handshake, _ int) handshake {
		return h.without("Origin").set("Authorization", "Bearer "+goodToken).add("Authorization", "Bearer "+goodToken)
	}),
	change("a right token beside an origin", http.StatusForbidden, func(h handshake, _ int) handshake { return h.set("Authorization", "Bearer "+goodToken) }),
	change("a right token in the target", http.StatusBadRequest, func(h handshake, _ int) handshake {
		h.target = "/v1?token=" + goodToken
		return h.without("Origin")
	}),
	change("a right token and a foreign Host", http.StatusForbidden, func(h handshake, port int) handshake {
		return h.without("Origin").set("Authorization", "Bearer "+goodToken).set("Host", "evil.example:"+strconv.Itoa(port))
	}),

	// Sub-protocol.
	without("no sub-protocol", http.StatusBadRequest, "Sec-WebSocket-Protocol"),
	withHeader("sub-protocol of a later version", http.StatusBadRequest, "Sec-WebSocket-Protocol", "chipid.v2"),
	withHeader("sub-protocol in upper case", http.StatusBadRequest, "Sec-WebSocket-Protocol", "CHIPID.V1"),
	withHeader("sub-protocol with an ending", http.StatusBadRequest, "Sec-WebSocket-Protocol", "chipid.v1x"),
	withHeader("empty sub-protocol", http.StatusBadRequest, "Sec-WebSocket-Protocol", ""),
	withHeader("sub-protocol twice", http.StatusBadRequest, "Sec-WebSocket-Protocol", "chipid.v1, chipid.v1"),

	// Handshake.
	without("plain GET without upgrade", http.StatusUpgradeRequired, "Upgrade"),
	without("no Connection", http.StatusUpgradeRequired, "Connection"),
	withHeader("upgrade to h2c", http.StatusUpgradeRequired, "Upgrade", "h2c"),
	withHeader("old WebSocket version", http.StatusUpgradeRequired, "Sec-WebSocket-Version", "8"),
	without("no WebSocket version", http.StatusUpgradeRequired, "Sec-WebSocket-Version"),
	without("no key", http.StatusBadRequest, "Sec-WebSocket-Key"),
	withHeader("short key", http.StatusBadRequest, "Sec-WebSocket-Key", "c2hvcnQ="),
	withHeader("key that is no base64", http.StatusBadRequest, "Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!=="),
	change("HTTP/1.0", http.StatusUpgradeRequired, func(h handshake, _ int) handshake { h.version = "HTTP/1.0"; return h }),
	change("a body", http.StatusBadRequest, func(h handshake, _ int) handshake {
		h.body = "{}"
		return h.set("Content-Length", "2")
	}),
	change("two lengths", http.StatusBadRequest, func(h handshake, _ int) handshake {
		return h.set("Content-Length", "0").add("Content-Length", "5")
	}),
	change("a length and chunks", http.StatusBadRequest, func(h handshake, _ int) handshake {
		h.body = "0\r\n\r\n"
		return h.set("Content-Length", "5").set("Transfer-Encoding", "chunked")
	}),
	change("a space before a header's colon", http.StatusBadRequest, func(h handshake, _ int) handshake { return h.add("Cookie ", "x") }),
	change("a wanted request behind a refused one", http.StatusForbidden, func(h handshake, port int) handshake {
		h.body = string(valid(port).bytes())
		return h.set("Host", "evil.example")
	}),
	change("a chunked body", http.StatusBadRequest, func(h handshake, _ int) handshake {
		h.body = "2\r\n{}\r\n0\r\n\r\n"
		return h.set("Transfer-Encoding", "chunked")
	}),
	change("header of 20 kB", http.StatusRequestHeaderFieldsTooLarge, func(h handshake, _ int) handshake {
		return h.add("Cookie", strings.Repeat("x", 20<<10))
	}),

	// Other methods and paths.
	withMethod(http.MethodPost), withMethod(http.MethodOptions), withMethod(http.MethodHead), withMethod(http.MethodDelete), withMethod(http.MethodTrace), withMethod("get"),
	withTarget("/", http.StatusNotFound), withTarget("/v2", http.StatusNotFound), withTarget("/v1/", http.StatusNotFound),
	withTarget("//v1", http.StatusNotFound), withTarget("/health/../v1", http.StatusNotFound), withTarget("/schema", http.StatusNotFound),
	withTarget("/%76%31", http.StatusBadRequest), withTarget("/v1?token=1", http.StatusBadRequest),
}

func TestHostileHandshakes(t *testing.T) {
	handler := &echo{}
	l := start(t, generous(), handler)
	for _, a := range hostile {
		t.Run(a.name, func(t *testing.T) {
			resp, rest := sendAll(t, l.Addresses()[0], a.make(l.Port()).bytes())
			assert.Equal(t, a.status, resp.StatusCode)
			assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
			if a.status == told {
				assert.Equal(t, "\x88\x13\x11\x33ORIGIN_NOT_PAIRED", rest, "one close frame, 4403, and nothing before it")
				return
			}
			assert.Empty(t, resp.Header.Get("Sec-WebSocket-Accept"))
			assert.NotContains(t, rest, "HTTP/", "one answer, whatever follows the request")
			assert.LessOrEqual(t, resp.ContentLength, int64(64), "a refusal says nothing")
		})
	}
	assert.Zero(t, handler.served.Load(), "nobody got through to the protocol")
	assert.GreaterOrEqual(t, len(hostile), 60)
}

// accepted are handshakes that are let in: the controls of the table above.
func accepted(portNumber int) map[string]handshake {
	port := strconv.Itoa(portNumber)
	return map[string]handshake{
		"by IPv4 address":                      valid(portNumber),
		"by IPv6 address":                      valid(portNumber).set("Host", "[::1]:"+port),
		"by name":                              valid(portNumber).set("Host", "localhost:"+port),
		"developer's page":                     valid(portNumber).set("Origin", "http://localhost:3000"),
		"later version offered beside":         valid(portNumber).set("Sec-WebSocket-Protocol", "chipid.v2, chipid.v1"),
		"extensions offered, none taken":       valid(portNumber).set("Sec-WebSocket-Extensions", "permessage-deflate"),
		"Connection with keep-alive (Firefox)": valid(portNumber).set("Connection", "keep-alive, Upgrade"),
		"local client with its token":          valid(portNumber).without("Origin").set("Authorization", "Bearer "+goodToken),
	}
}

func TestWantedHandshakes(t *testing.T) {
	handler := &echo{}
	l := start(t, generous(), handler)
	for name, h := range accepted(l.Port()) {
		for _, address := range l.Addresses() {
			t.Run(name+" on "+address, func(t *testing.T) {
				resp := send(t, address, h.bytes())
				assert.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
				assert.Equal(t, SubProtocol, resp.Header.Get("Sec-WebSocket-Protocol"))
				assert.Empty(t, resp.Header.Get("Sec-WebSocket-Extensions"))
			})
		}
	}
	require.Eventually(t, func() bool { return int(handler.served.Load()) == len(accepted(1))*len(l.Addresses()) }, patience, 10*time.Millisecond)
}

// TestHostileDocument keeps docs/hostile-handshakes.md as the table is; the
// answers in it are those that the test above gets.
func TestHostileDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Hostile handshakes\n\nGenerated from the tests of `agent/gateway` (`go test ./agent/gateway -run TestHostileDocument -update`); each row is sent to a running agent ")
	b.WriteString("that admits `" + wanted + "` and `http://localhost:3000`.\n\n| what is wrong | answer |\n|---|---|\n")
	for _, a := range hostile {
		answer := strconv.Itoa(a.status)
		if a.status == told {
			answer = "101, then nothing but close code 4403 `ORIGIN_NOT_PAIRED`"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", a.name, answer)
	}
	b.WriteString("\n## Controls\n\nThese differ from the rows above in as little, and are let in (101).\n\n")
	for _, name := range slices.Sorted(maps.Keys(accepted(1))) {
		b.WriteString("- " + name + "\n")
	}
	path := filepath.Join("..", "..", "docs", "hostile-handshakes.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, b.String(), strings.ReplaceAll(string(got), "\r\n", "\n"), "run: go test ./agent/gateway -run TestHostileDocument -update")
}

func TestForeignPeer(t *testing.T) {
	run, err := consent.NewRun(wanted)
	require.NoError(t, err)
	listeners, err := Listen(0)
	require.NoError(t, err)
	defer listeners.Close()
	handler := &echo{}
	server := New(listeners, Config{Admitter: run, Handler: handler})
	for _, peer := range []string{"192.168.1.20:5000", "[2001:db8::1]:5000", "[::ffff:10.0.0.1]:5000", "", "@"} {
		for _, path := range []string{PathSocket, PathHealth} {
			r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
			r.Host, r.RemoteAddr = "127.0.0.1:"+strconv.Itoa(listeners.Port()), peer
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			assert.Equal(t, http.StatusForbidden, w.Code, "%s from %q", path, peer)
			assert.Empty(t, w.Body.String())
		}
	}
	assert.Zero(t, handler.served.Load())
}

func TestHealth(t *testing.T) {
	l := start(t, generous(), &echo{})
	host := "localhost:" + strconv.Itoa(l.Port())
	get := func(headers ...[2]string) *http.Response {
		h := handshake{"GET", PathHealth, "HTTP/1.1", append([][2]string{{"Host", host}}, headers...), ""}
		return send(t, l.Addresses()[0], h.bytes())
	}
	resp := get()
	assert.Equal(t, http.StatusNoContent, resp.StatusCode, "no page: a person or a probe")
	assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))

	resp = get([2]string{"Origin", wanted})
	assert.Equal(t, http.StatusNoContent, resp.StatusCode)
	assert.Equal(t, wanted, resp.Header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "Origin", resp.Header.Get("Vary"))

	preflight := func(headers ...[2]string) *http.Response {
		h := handshake{"OPTIONS", PathHealth, "HTTP/1.1", append([][2]string{{"Host", host}, {"Access-Control-Request-Method", "GET"}}, headers...), ""}
		return send(t, l.Addresses()[0], h.bytes())
	}
	private := [2]string{"Access-Control-Request-Private-Network", "true"}
	resp = preflight([2]string{"Origin", wanted}, private)
	assert.Equal(t, http.StatusNoContent, resp.StatusCode)
	assert.Equal(t, "true", resp.Header.Get("Access-Control-Allow-Private-Network"))
	assert.Equal(t, wanted, resp.Header.Get("Access-Control-Allow-Origin"))
	assert.Empty(t, preflight([2]string{"Origin", wanted}).Header.Get("Access-Control-Allow-Private-Network"), "not asked for")
	resp = preflight([2]string{"Origin", "https://evil.example"}, private)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	assert.Empty(t, resp.Header.Get("Access-Control-Allow-Private-Network"))
	assert.Equal(t, http.StatusMethodNotAllowed, preflight(private).StatusCode, "nobody asks")

	for _, origin := range []string{"https://evil.example", "null", "https://*.example.vn"} {
		resp = get([2]string{"Origin", origin})
		assert.Equal(t, http.StatusForbidden, resp.StatusCode, origin)
		assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"), origin)
	}
	host = "evil.example:" + strconv.Itoa(l.Port())
	assert.Equal(t, http.StatusForbidden, get().StatusCode, "DNS rebinding")
}

func TestRefusalsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Refusals() {
		assert.False(t, seen[r.Cause], r.Cause)
		assert.GreaterOrEqual(t, r.Status, 400)
		assert.NotEmpty(t, r.When)
		seen[r.Cause] = true
	}
}

func TestRefusalsAreDocumented(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	require.NoError(t, err)
	var rows strings.Builder
	for _, r := range Refusals() {
		fmt.Fprintf(&rows, "| `%s` | %d | %s |\n", r.Cause, r.Status, r.When)
	}
	assert.Contains(t, strings.ReplaceAll(string(b), "\r\n", "\n"), rows.String(), "docs/protocol.md is to have exactly this table")
}
