package evidence

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/lds"
)

func request() Request {
	return Request{Nonce: []byte(strings.Repeat("\x01", 32)), Origin: "https://motcua.example.vn", Purpose: "CT01", Groups: []lds.Group{lds.DG1, lds.DG13}}
}

// The expected values were reckoned with another program (testdata/README.md).
func TestChallengeVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/challenges.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Nonce, Origin, Purpose, Challenge string
			Groups                            []lds.Group
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Vectors, 6)
	for _, v := range file.Vectors {
		nonce, err := hex.DecodeString(v.Nonce)
		require.NoError(t, err)
		c := Request{Nonce: nonce, Origin: v.Origin, Purpose: v.Purpose, Groups: v.Groups}.Challenge()
		assert.Equal(t, v.Challenge, hex.EncodeToString(c[:]), v.Purpose)
	}
	document, err := os.ReadFile("../../docs/evidence.md")
	require.NoError(t, err)
	for _, v := range file.Vectors {
		assert.Contains(t, string(document), v.Challenge, "the page tells the same")
	}
}

func TestEveryPartOfARequestChangesTheChallenge(t *testing.T) {
	base := request().Challenge()
	for name, change := range map[string]func(*Request){
		"nonce":            func(r *Request) { r.Nonce = []byte(strings.Repeat("\x02", 32)) },
		"origin":           func(r *Request) { r.Origin = "https://motcua.example.vn:8443" },
		"purpose":          func(r *Request) { r.Purpose = "CT02" },
		"groups":           func(r *Request) { r.Groups = []lds.Group{lds.DG1} },
		"no groups":        func(r *Request) { r.Groups = nil },
		"moved boundaries": func(r *Request) { r.Origin, r.Purpose = r.Origin+"C", "T01" },
	} {
		r := request()
		change(&r)
		assert.NotEqual(t, base, r.Challenge(), name)
	}
}

func TestCanonicalOrigin(t *testing.T) {
	for _, good := range []string{"https://motcua.example.vn", "https://motcua.example.vn:8443", "http://localhost:8601", "http://127.0.0.1:1", "https://[::1]:9590", "http://[::1]", "https://a"} {
		assert.True(t, CanonicalOrigin(good), good)
	}
	for _, bad := range []string{"", "null", "https://", "https://:443", "https://a:443", "http://a:80", "https://a:0", "https://a:065", "https://a:65536", "https://a:", "https://a/", "https://A", "https://a b",
		"https://a?", "https://a#", "https://u@a", "ftp://a", "HTTPS://a", "https:/a", "https://.a", "https://-a", "https://[::1", "https://[]", "https://[::g]", "https://é", "https://a:8443:1", "https://" + strings.Repeat("a", 256)} {
		assert.False(t, CanonicalOrigin(bad), bad)
	}
}

func TestRequestCheck(t *testing.T) {
	require.NoError(t, request().Check())
	for name, change := range map[string]func(*Request){
		"short nonce":        func(r *Request) { r.Nonce = r.Nonce[:31] },
		"long nonce":         func(r *Request) { r.Nonce = make([]byte, 65) },
		"no purpose":         func(r *Request) { r.Purpose = "" },
		"long purpose":       func(r *Request) { r.Purpose = strings.Repeat("x", MaxPurpose+1) },
		"purpose in bytes":   func(r *Request) { r.Purpose = "\xFF" },
		"no origin":          func(r *Request) { r.Origin = "" },
		"origin with path":   func(r *Request) { r.Origin += "/" },
		"origin with user":   func(r *Request) { r.Origin = "https://a@motcua.example.vn" },
		"file origin":        func(r *Request) { r.Origin = "file://x" },
		"groups not sorted":  func(r *Request) { r.Groups = []lds.Group{lds.DG13, lds.DG1} },
		"group twice":        func(r *Request) { r.Groups = []lds.Group{lds.DG1, lds.DG1} },
		"group that is none": func(r *Request) { r.Groups = []lds.Group{17} },
		"DG15 named":         func(r *Request) { r.Groups = []lds.Group{lds.DG15} },
	} {
		r := request()
		change(&r)
		assert.ErrorIs(t, r.Check(), ErrRequest, name)
	}
}

func bundle(t testing.TB) *Bundle {
	t.Helper()
	b := &Bundle{
		Version: 1, Nonce: request().Nonce, Origin: request().Origin, Purpose: "CT01", Groups: request().Groups, Time: 1_800_000_000,
		SOD: []byte{0x77, 0}, Files: map[lds.Group][]byte{lds.DG1: {0x61, 0}, lds.DG13: {0x6D, 0}, lds.DG15: {0x6F, 0}}, Signature: []byte{1}, Software: "test",
	}
	return b
}

func TestEncodingsRoundTrip(t *testing.T) {
	b := bundle(t)
	assert.Equal(t, "2027-01-15T08:00:00Z", b.When().Format(time.RFC3339))
	inCBOR, err := b.CBOR()
	require.NoError(t, err)
	got, err := Parse(inCBOR)
	require.NoError(t, err)
	again, err := got.CBOR()
	require.NoError(t, err)
	assert.Equal(t, inCBOR, again)
	inJSON, err := b.JSON()
	require.NoError(t, err)
	got, err = Parse(inJSON)
	require.NoError(t, err)
	again, err = got.CBOR()
	require.NoError(t, err)
	assert.Equal(t, inCBOR, again, "both forms hold the same")
}

func TestParseRefuses(t *testing.T) {
	good, err := bundle(t).CBOR()
	require.NoError(t, err)
	inJSON, err := bundle(t).JSON()
	require.NoError(t, err)
	for name, b := range map[string][]byte{
		"nothing":              nil,
		"a byte after it":      append(good[:len(good):len(good)], 0),
		"cut off":              good[:len(good)-1],
		"another type":         {0x01},
		"indefinite map":       {0xBF, 0xFF},
		"too long":             make([]byte, MaxBundle+1),
		"unknown JSON key":     []byte(strings.Replace(string(inJSON), `"version"`, `"versions"`, 1)),
		"JSON after JSON":      append(inJSON[:len(inJSON):len(inJSON)], '{', '}'),
		"a group that is none": []byte(strings.Replace(string(inJSON), `"13"`, `"33"`, 1)),
		"a deep array":         []byte(strings.Repeat("\x81", 1000)),
	} {
		_, err := Parse(b)
		assert.ErrorIs(t, err, ErrBundle, name)
	}
}

func FuzzParse(f *testing.F) {
	good, _ := bundle(f).CBOR()
	f.Add(good)
	inJSON, _ := bundle(f).JSON()
	f.Add(inJSON)
	f.Add([]byte{0xA1, 0x61, 0x61, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Parse(data)
		if err != nil {
			return
		}
		result := Verify(b, Expected{Request: request(), Nonce: NonceOpen})
		if result.Accepted() {
			t.Fatal("accepted without an anchor")
		}
	})
}
