package consent

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const adminText = `{"kind": "chipid-admin-grants/1", "origins": [
 {"origin": "https://motcua.example.vn", "name": "Một cửa", "fields": ["fullName", "portrait"], "presence": true, "stateBody": true},
 {"origin": "https://all.example.vn", "name": "x", "fields": ["all"], "presence": false, "stateBody": false}]}`

// office is an administrator with a key.
type office struct {
	path   string
	pem    []byte
	secret ed25519.PrivateKey
}

func newOffice(t *testing.T) office {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	return office{filepath.Join(t.TempDir(), "grants.json"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), secret}
}

func (o office) sign(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(o.path, []byte(text), 0o644))
	sig := base64.StdEncoding.EncodeToString(ed25519.Sign(o.secret, []byte(text)))
	require.NoError(t, os.WriteFile(o.path+".sig", []byte(sig+"\n"), 0o644))
}

func TestSignedGrants(t *testing.T) {
	o := newOffice(t)
	admin, err := NewAdmin(o.path, o.pem)
	require.NoError(t, err)
	page := origin(t, "https://motcua.example.vn")
	run, err := NewRun("https://motcua.example.vn")
	require.NoError(t, err)
	book := NewBook(run, nil, admin)
	p, ok := book.Permission(page)
	assert.True(t, ok)
	assert.Equal(t, ByRun, p.By, "no file yet")
	o.sign(t, adminText)
	p, ok = book.Permission(page)
	require.True(t, ok)
	assert.Equal(t, ByAdmin, p.By, "the administrator's word comes first")
	assert.True(t, p.StateBody && p.Presence && p.Has("portrait"))
	assert.False(t, p.Mock, "no mock cards for the administrator's origins")
	assert.False(t, p.Has("religion"))
	p, ok = book.Permission(origin(t, "https://all.example.vn"))
	assert.True(t, ok && p.Has("religion"))
	assert.Len(t, admin.List(), 2)

	require.NoError(t, os.WriteFile(o.path, []byte(adminText+" "), 0o644))
	_, ok = admin.Permission(page)
	assert.False(t, ok, "changed after it was signed")
	assert.ErrorIs(t, admin.Err(), ErrSigned)
}

func TestSignedGrantsThatGrantNothing(t *testing.T) {
	o, stranger := newOffice(t), newOffice(t)
	stranger.path = o.path
	page := origin(t, "https://motcua.example.vn")
	past := `{"kind":"chipid-admin-grants/1","expires":"2020-01-01T00:00:00Z","origins":[{"origin":"https://motcua.example.vn","fields":["all"]}]}`
	cases := map[string]func(){
		"another key":  func() { stranger.sign(t, adminText) },
		"another kind": func() { o.sign(t, `{"kind":"x","origins":[]}`) },
		"unknown member": func() {
			o.sign(t, `{"kind":"chipid-admin-grants/1","origins":[{"origin":"https://motcua.example.vn","filds":["all"]}]}`)
		},
		"pattern": func() {
			o.sign(t, `{"kind":"chipid-admin-grants/1","origins":[{"origin":"https://*.example.vn","fields":["all"]}]}`)
		},
		"no JSON":              func() { o.sign(t, `{`) },
		"signature is missing": func() { o.sign(t, adminText); require.NoError(t, os.Remove(o.path+".sig")) },
		"signature is garbage": func() { o.sign(t, adminText); require.NoError(t, os.WriteFile(o.path+".sig", []byte("!!"), 0o644)) },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			spoil()
			admin, err := NewAdmin(o.path, o.pem)
			require.NoError(t, err)
			_, ok := admin.Permission(page)
			assert.False(t, ok)
			assert.ErrorIs(t, admin.Err(), ErrSigned)
		})
	}
	o.sign(t, past)
	admin, err := NewAdmin(o.path, o.pem)
	require.NoError(t, err)
	_, ok := admin.Permission(page)
	assert.False(t, ok, "expired")
	admin.now = func() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }
	_, ok = admin.Permission(page)
	assert.True(t, ok)

	admin, err = NewAdmin(o.path, nil)
	require.NoError(t, err)
	_, ok = admin.Permission(page)
	assert.False(t, ok, "no key, no grants")
	for _, bad := range []string{"", "x", string(o.pem) + "more", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		_, err := NewAdmin(o.path, []byte(bad))
		assert.ErrorIs(t, err, ErrSigned)
	}
}

// TestTheKeyInOneLine: the registry of Windows holds a line better than PEM.
func TestTheKeyInOneLine(t *testing.T) {
	o := newOffice(t)
	o.sign(t, adminText)
	line := ServiceKeyText(o.secret.Public().(ed25519.PublicKey)) + "\r\n"
	admin, err := NewAdmin(o.path, []byte(line))
	require.NoError(t, err)
	_, ok := admin.Permission(origin(t, "https://motcua.example.vn"))
	assert.True(t, ok, "%v", admin.Err())
	_, err = NewAdmin(o.path, []byte(line[1:]))
	assert.ErrorIs(t, err, ErrSigned)
}

// TestParseDraft: what is to be signed is looked at more strictly than what was.
func TestParseDraft(t *testing.T) {
	d, err := ParseDraft([]byte(adminText))
	require.NoError(t, err)
	require.Len(t, d.Grants, 2)
	assert.Equal(t, "https://motcua.example.vn", d.Grants[0].Origin)
	assert.Nil(t, d.Expires)
	const one = `{"origin":"https://a.example","fields":["all"]%s}`
	for name, text := range map[string]string{
		"an origin twice": `{"kind":"chipid-admin-grants/1","origins":[` + fmt.Sprintf(one, "") + "," + fmt.Sprintf(one, "") + `]}`,
		"a service's key": `{"kind":"chipid-admin-grants/1","origins":[` + fmt.Sprintf(one, `,"serviceKeys":["AAAA"]`) + `]}`,
		"a second object": adminText + adminText,
		"no kind":         `{"origins":[]}`,
	} {
		_, err := ParseDraft([]byte(text))
		assert.ErrorIs(t, err, ErrSigned, name)
	}
}

// TestTheEndOfSignedGrantsIsKnown, so that connections under them end then.
func TestTheEndOfSignedGrantsIsKnown(t *testing.T) {
	o := newOffice(t)
	admin, err := NewAdmin(o.path, o.pem)
	require.NoError(t, err)
	book := NewBook(nil, NewStore(filepath.Join(t.TempDir(), "grants.json")), admin)
	_, ok := book.NextEnd()
	assert.False(t, ok, "no file")
	o.sign(t, adminText)
	_, ok = book.NextEnd()
	assert.False(t, ok, "no end")
	end := time.Now().Add(time.Hour).Truncate(time.Second)
	o.sign(t, `{"kind":"chipid-admin-grants/1","expires":"`+end.Format(time.RFC3339)+`","origins":[{"origin":"https://motcua.example.vn","fields":["all"]}]}`)
	got, ok := book.NextEnd()
	require.True(t, ok)
	assert.True(t, got.Equal(end))
	p, ok := book.Permission(origin(t, "https://motcua.example.vn"))
	require.True(t, ok)
	require.NotNil(t, p.Until, "and pages are told")
	assert.True(t, p.Until.Equal(end))
	soon := time.Now().Add(time.Minute)
	require.NoError(t, book.store.Put(Grant{Origin: "https://a.example", Fields: []string{"sex"}, For: ForDay, Until: &soon, By: ByOfficer}))
	got, _ = book.NextEnd()
	assert.True(t, got.Equal(soon), "the earlier of the two")
	require.NoError(t, admin.Err())
	admin.now = func() time.Time { return end }
	assert.False(t, book.Admits(origin(t, "https://motcua.example.vn").Origin))
	assert.ErrorIs(t, admin.Err(), ErrSigned, "doctor and the log say why")
	assert.ErrorContains(t, admin.Err(), "ended at "+end.Format(time.RFC3339))
}

// TestSignedClients: the administrator's tokens, with the scopes that origins have.
func TestSignedClients(t *testing.T) {
	o := newOffice(t)
	token, hash := NewToken()
	own, ownHash := NewToken()
	o.sign(t, `{"kind":"chipid-admin-grants/1","origins":[{"client":"kho","tokenHash":"`+hash+`","fields":["fullName"],"presence":true,"stateBody":true}]}`)
	admin, err := NewAdmin(o.path, o.pem)
	require.NoError(t, err)
	require.NoError(t, admin.Err())
	store := NewStore(filepath.Join(t.TempDir(), "grants.json"))
	book := NewBook(nil, store, admin)
	kho, ok := book.ClientOf(token)
	require.True(t, ok)
	p, ok := book.Permission(kho)
	require.True(t, ok)
	assert.True(t, p.Has("fullName") && p.Presence && p.StateBody && !p.Mock && !p.Has("sex"))
	assert.Equal(t, ByAdmin, p.By)

	require.NoError(t, store.Put(Grant{Client: "kho", TokenHash: ownHash, Fields: []string{"religion"}, For: Always, By: ByOperator}))
	_, ok = book.ClientOf(own)
	assert.False(t, ok, "a user's token does not get what the administrator granted to that name")
	o.sign(t, `{"kind":"chipid-admin-grants/1","origins":[]}`)
	assert.False(t, book.Knows(Caller{Client: "x"}))
	_, ok = book.ClientOf(token)
	assert.False(t, ok, "taken back at once")
	_, ok = book.ClientOf(own)
	assert.True(t, ok)
	for name, entry := range map[string]string{
		"no hash": `"client":"kho"`, "a hash without a name": `"tokenHash":"` + hash + `"`, "a short hash": `"client":"kho","tokenHash":"AAAA"`,
		"the token itself": `"client":"kho","tokenHash":"` + token + `"`, "local": `"client":"local","tokenHash":"` + hash + `"`,
		"both": `"client":"kho","tokenHash":"` + hash + `","origin":"https://a.example"`,
	} {
		o.sign(t, `{"kind":"chipid-admin-grants/1","origins":[{`+entry+`,"fields":["all"]}]}`)
		assert.ErrorIs(t, admin.Err(), ErrSigned, name)
	}
}

// TestSignedByOpenSSL has an independent program make key and signature, with
// the commands of docs/configuration.md.
func TestSignedByOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("no openssl here: make test installs it")
		return
	}
	dir := t.TempDir()
	run := func(args ...string) {
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	path := filepath.Join(dir, "grants.json")
	require.NoError(t, os.WriteFile(path, []byte(adminText), 0o644))
	run("genpkey", "-algorithm", "ed25519", "-out", "admin-secret.pem")
	run("pkey", "-in", "admin-secret.pem", "-pubout", "-out", "admin.pem")
	run("pkeyutl", "-sign", "-inkey", "admin-secret.pem", "-rawin", "-in", "grants.json", "-out", "sig.bin")
	run("base64", "-A", "-in", "sig.bin", "-out", "grants.json.sig")
	key, err := os.ReadFile(filepath.Join(dir, "admin.pem"))
	require.NoError(t, err)
	admin, err := NewAdmin(path, key)
	require.NoError(t, err)
	_, ok := admin.Permission(origin(t, "https://motcua.example.vn"))
	assert.True(t, ok, "%v", admin.Err())
}
