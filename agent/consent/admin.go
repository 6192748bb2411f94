package consent

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"time"

	"chipid/agent/durable"
)

// adminKind begins every file of signed grants, so that nothing else that the
// administrator's key signed can be taken for one.
const adminKind = "chipid-admin-grants/1"

// ErrSigned: the file of signed grants or its key cannot be used. It grants nothing.
var ErrSigned = errors.New("consent: the administrator's grants cannot be used")

// adminGrant is one origin of the signed file, or one local client: these two and
// the hash of its token are as in [Grant].
type adminGrant struct {
	Origin    string   `json:"origin"`
	Client    string   `json:"client"`
	TokenHash string   `json:"tokenHash"`
	Name      string   `json:"name"`
	Fields    []string `json:"fields"`
	Presence  bool     `json:"presence"`
	StateBody bool     `json:"stateBody"`
	// ServiceKeys are as in [Grant].
	ServiceKeys []string `json:"serviceKeys"`
}

// signed is the content of the file.
type signed struct {
	Kind    string       `json:"kind"`
	Expires *time.Time   `json:"expires"`
	Origins []adminGrant `json:"origins"`
}

// Admin is the administrator's signed grants: the file, and its signature in
// base64 in the file of that name with .sig. It may be replaced at any time.
type Admin struct {
	now func() time.Time

	mu         sync.Mutex
	path       string
	key        ed25519.PublicKey
	stamp, sig durable.Stamp
	loaded     bool
	content    signed
	err        error
}

// NewAdmin uses the file at path, and the public key (see [AdminKey]) that came from
// a place where only administrators can write; without a key nothing is granted.
func NewAdmin(path string, keyText []byte) (*Admin, error) {
	a := &Admin{now: time.Now}
	return a, a.Use(path, keyText)
}

// AdminKey reads the administrator's public key: PEM, or 32 bytes in base64url
// on one line, as a value of the registry holds it best.
func AdminKey(text []byte) (ed25519.PublicKey, error) {
	key, err := publicKey(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	return key, nil
}

// Use takes another file or key.
func (a *Admin) Use(path string, keyText []byte) error {
	var key ed25519.PublicKey
	var err error
	if keyText != nil {
		key, err = AdminKey(keyText)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.path, a.key, a.loaded = path, key, false
	return err
}

// Err says why the file that is there grants nothing; nil if it is in force or missing.
func (a *Admin) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.load()
	if a.err == nil && a.ended() {
		return fmt.Errorf("%w: they ended at %s", ErrSigned, a.content.Expires.Format(time.RFC3339))
	}
	return a.err
}

// ended tells whether the file that was loaded has expired. The lock is held.
func (a *Admin) ended() bool { return a.content.Expires != nil && !a.now().Before(*a.content.Expires) }

// grant is an entry as a grant.
func (g adminGrant) grant() Grant {
	return Grant{Origin: g.Origin, Client: g.Client, TokenHash: g.TokenHash, Name: g.Name, Fields: g.Fields, Presence: g.Presence, ServiceKeys: g.ServiceKeys, For: Always, By: ByAdmin}
}

// check refuses an entry of nobody, and a client whose token nobody can have.
func (g adminGrant) check() error {
	if g.Client == "" && g.TokenHash == "" {
		_, err := ParseOrigin(g.Origin)
		return err
	}
	hash, err := base64.RawURLEncoding.Strict().DecodeString(g.TokenHash)
	if g.grant().Caller() == (Caller{}) || err != nil || len(hash) != sha256.Size {
		return fmt.Errorf("%w: %q with the hash of its token", ErrClient, g.Client)
	}
	return nil
}

// Permission returns what the file grants an origin or a local client.
func (a *Admin) Permission(c Caller) (Permission, bool) {
	for _, g := range a.grants() {
		if c != (Caller{}) && g.grant().Caller() == c {
			all := len(g.Fields) == 1 && g.Fields[0] == allFields
			p := Permission{Fields: g.Fields, All: all, Presence: g.Presence, ServiceKeys: serviceKeys(g.ServiceKeys), StateBody: g.StateBody, By: ByAdmin}
			if end, ends := a.end(); ends {
				p.Until = &end
			}
			return p, true
		}
	}
	return Permission{}, false
}

// allFields stands for every field, in the signed file and on the command line.
const allFields = "all"

// List returns what is granted, to origins and to local clients.
func (a *Admin) List() []Grant {
	all := listOf(a.grants())
	if end, ends := a.end(); ends {
		for i := range all {
			all[i].Until = &end
		}
	}
	return all
}

func listOf(origins []adminGrant) []Grant {
	var all []Grant
	for _, g := range origins {
		all = append(all, g.grant())
	}
	return all
}

// end is when the file's grants end, and false if they do not, or have already.
func (a *Admin) end() (time.Time, bool) {
	if len(a.grants()) == 0 {
		return time.Time{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.content.Expires == nil {
		return time.Time{}, false
	}
	return *a.content.Expires, true
}

// grants returns what is in force now.
func (a *Admin) grants() []adminGrant {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.load()
	if a.err != nil || a.ended() {
		return nil
	}
	return a.content.Origins
}

// load reads the file if it or its signature is another than last time. The lock is held.
func (a *Admin) load() {
	stamp, sig := durable.StampOf(a.path), durable.StampOf(a.path+".sig")
	if a.loaded && stamp.Same(a.stamp) && sig.Same(a.sig) {
		return
	}
	a.stamp, a.sig, a.loaded = stamp, sig, true
	a.content, a.err = signed{}, nil
	if a.key == nil || a.path == "" {
		return
	}
	content, err := readSigned(a.path, a.key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		a.err = fmt.Errorf("%w: %w", ErrSigned, err)
	default:
		a.content = content
	}
}

func readSigned(path string, key ed25519.PublicKey) (c signed, err error) {
	text, err := durable.Read(path, maxStore)
	if err != nil {
		return c, err
	}
	encoded, err := durable.Read(path+".sig", 1<<10)
	if err != nil {
		return c, errors.New("its signature is missing")
	}
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(encoded)))
	if err != nil || !ed25519.Verify(key, text, sig) {
		return c, errors.New("its signature is wrong")
	}
	return parseSigned(text)
}

// parseSigned reads the content of the file: what an agent does not understand
// might be a limit, so that nothing of it counts then.
func parseSigned(text []byte) (c signed, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, errors.New("something follows its end")
	}
	if c.Kind != adminKind {
		return c, fmt.Errorf("its kind is not %s", adminKind)
	}
	for _, g := range c.Origins {
		if err := g.check(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Draft is the content of a file of signed grants before it is signed.
type Draft struct {
	Grants []Grant
	// Expires is nil if the file counts until another takes its place.
	Expires *time.Time
}

// ParseDraft reads a file that is to be signed, more strictly than agents do:
// what they would pass over without a word is an error. The fields are not looked at.
func ParseDraft(text []byte) (Draft, error) {
	c, err := parseSigned(text)
	if err != nil {
		return Draft{}, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	seen := map[Caller]bool{}
	for _, g := range c.Origins {
		who := g.grant().Caller()
		if seen[who] {
			return Draft{}, fmt.Errorf("%w: %s stands there twice", ErrSigned, who)
		}
		seen[who] = true
		if len(serviceKeys(g.ServiceKeys)) != len(g.ServiceKeys) {
			return Draft{}, fmt.Errorf("%w: %s: %w", ErrSigned, who, ErrServiceKey)
		}
	}
	return Draft{Grants: listOf(c.Origins), Expires: c.Expires}, nil
}

// Sign writes the signature of a file of grants, as agents look for it beside the file.
func Sign(text []byte, secret ed25519.PrivateKey) []byte {
	return append([]byte(base64.StdEncoding.EncodeToString(ed25519.Sign(secret, text))), '\n')
}
