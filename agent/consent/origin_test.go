package consent

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseOrigin(t *testing.T) {
	good := []string{
		"https://motcua.example.vn", "https://motcua.example.vn:8443", "https://xn--mt-ca-0ya.example", "https://localhost",
		"http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:8080", "http://ct01.localhost:9", "https://10.1.2.3",
		"https://[2001:db8::1]:444", "https://a_b.example",
	}
	for _, text := range good {
		o, err := ParseOrigin(text)
		require.NoError(t, err, text)
		assert.Equal(t, text, o.String())
	}
	bad := map[string]string{
		"empty": "", "null": "null", "no scheme": "motcua.example.vn", "userinfo": "https://a@b.example", "user and password": "https://a:b@c.example",
		"path": "https://a.example/", "query": "https://a.example?x", "fragment": "https://a.example#x", "upper case host": "https://A.example",
		"upper case scheme": "HTTPS://a.example", "trailing dot": "https://a.example.", "pattern": "https://*.example", "lone star": "*",
		"default port": "https://a.example:443", "http default port": "http://localhost:80", "port 0": "https://a.example:0", "port with zeros": "https://a.example:08443",
		"port too large": "https://a.example:65536", "signed port": "https://a.example:+1", "empty port": "https://a.example:", "http": "http://motcua.example.vn",
		"ws": "ws://a.example", "file": "file://", "extension": "chrome-extension://abcdefghijklmnop", "Unicode host": "https://một.example",
		"look-alike letter": "https://mоtcua.example.vn", "encoded dot": "https://a%2eexample", "empty label": "https://a..example", "no host": "https://",
		"blank": "https://a.example ", "two": "https://a.example https://b.example", "comma": "https://a.example,https://b.example", "short IPv4": "http://127.1",
		"hex IPv4": "http://0x7f.0.0.1", "decimal IPv4": "http://2130706433", "octal IPv4": "http://0177.0.0.1", "hex last label": "https://1.0x7f",
		"IPv6 not normal": "http://[0:0:0:0:0:0:0:1]", "IPv6 with zone": "http://[fe80::1%25eth0]", "mapped IPv4": "http://[::ffff:127.0.0.1]", "IPv6 without bracket": "http://::1",
		"localhost as prefix": "http://localhost.evil.example", "localhost as suffix of a name": "http://evillocalhost", "back slash": `https://a.example\@b`,
		"long label": "https://" + strings.Repeat("a", 64) + ".example", "long": "https://" + strings.Repeat("a.", 200) + "example", "NUL": "https://a.example\x00",
	}
	for name, text := range bad {
		_, err := ParseOrigin(text)
		assert.ErrorIs(t, err, ErrOrigin, "%s: %q", name, text)
	}
}

func TestInternational(t *testing.T) {
	for text, want := range map[string]bool{"https://xn--mt-ca-0ya.example": true, "https://a.xn--mt-ca-0ya.example:8443": true, "https://motcua.example.vn": false, "https://a-xn--b.example": false} {
		o, err := ParseOrigin(text)
		require.NoError(t, err)
		assert.Equal(t, want, o.International(), text)
	}
}

func TestRunAdmitsExactly(t *testing.T) {
	run, err := NewRun("https://motcua.example.vn", "http://localhost:3000")
	require.NoError(t, err)
	for text, want := range map[string]bool{
		"https://motcua.example.vn": true, "http://localhost:3000": true,
		"https://motcua.example.vn:8443": false, "https://localhost:3000": false, "http://localhost:3001": false,
		"https://x.motcua.example.vn": false, "https://example.vn": false, "http://127.0.0.1:3000": false,
	} {
		o, err := ParseOrigin(text)
		require.NoError(t, err)
		assert.Equal(t, want, run.Admits(o), text)
	}
	assert.False(t, run.Admits(Origin{}), "no origin")
}

func TestRunRefusesMistakes(t *testing.T) {
	_, err := NewRun("https://good.example", "https://Bad.example/")
	assert.ErrorIs(t, err, ErrOrigin)
}

func FuzzParseOrigin(f *testing.F) {
	for _, seed := range []string{"https://a.example", "http://[::1]:1", "null", "https://a@b", "http://127.0.0.1:8080", "://", "https://[", "https://]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOrigin(text)
		if err != nil {
			return
		}
		again, err := ParseOrigin(o.String())
		require.NoError(t, err)
		assert.Equal(t, o, again)
		assert.Equal(t, strings.ToLower(text), text)
	})
}

// TestOriginsOfThePolicy: the administrator's naming an origin is no grant of its
// operator: no mock cards, no second read unasked, and the citizen's consent is stated.
func TestOriginsOfThePolicy(t *testing.T) {
	named, err := NewPolicy("https://motcua.example.vn")
	require.NoError(t, err)
	p, ok := NewBook(named, nil, nil).Permission(origin(t, "https://motcua.example.vn"))
	require.True(t, ok)
	assert.Equal(t, Permission{All: true, Presence: true, By: ByAdmin}, p)
	_, err = NewPolicy("https://*.example.vn")
	assert.ErrorIs(t, err, ErrOrigin)
}
