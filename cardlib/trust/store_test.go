package trust_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

var (
	start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
)

// authority is a CSCA of a test.
type authority struct {
	key  *cmstest.Key
	name []byte
	der  []byte
}

func newAuthority(country, common string) authority {
	a := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN(country, "Test", common)}
	a.der = a.certify(a.name, a.key, 1, ca(a.key)...)
	return a
}

// ca are the extensions of a CSCA with this key.
func ca(key *cmstest.Key) [][]byte {
	return [][]byte{
		cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign | cmstest.CRLSign), cmstest.SubjectKeyID(key.KeyID()),
	}
}

func (a authority) certify(subject []byte, key *cmstest.Key, serial int64, extensions ...[]byte) []byte {
	return cmstest.Certificate{
		Subject: subject, Issuer: a.name, Serial: serial, NotBefore: start, NotAfter: end, Key: key, Extensions: extensions,
	}.Sign(a.key)
}

// signer makes a document signer's certificate with an authorityKeyIdentifier.
func (a authority) signer(t *testing.T, serial int64, extensions ...[]byte) *cms.Certificate {
	t.Helper()
	if extensions == nil {
		extensions = [][]byte{cmstest.AuthorityKeyID(a.key.KeyID())}
	}
	return parse(t, a.certify(cmstest.DN("VN", "Test", "signer"), cmstest.NewKey("P-256"), serial, extensions...))
}

func parse(t *testing.T, der []byte) *cms.Certificate {
	t.Helper()
	cert, err := cms.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func store(t *testing.T, ders ...[]byte) *trust.Store {
	t.Helper()
	s := &trust.Store{}
	for i, der := range ders {
		require.Empty(t, s.Add(string(rune('a'+i)), der))
	}
	return s
}

func toPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestOpenDirectory(t *testing.T) {
	one, two, three, hidden := newAuthority("VN", "one"), newAuthority("VN", "two"), newAuthority("FR", "three"), newAuthority("FR", "hidden")
	crl := cmstest.CRL{Issuer: one.name, ThisUpdate: start, NextUpdate: end}.Sign(one.key)
	broken := bytes.Clone(two.der)
	broken[len(broken)/2] = 0x1F
	files := map[string][]byte{
		"many.pem": bytes.Join([][]byte{
			[]byte("a line of text\n"), toPEM("CERTIFICATE", one.der), toPEM("CERTIFICATE", broken[:200]), toPEM("CERTIFICATE", two.der),
		}, nil),
		"sub/three.cer":   three.der,
		"sub/again.pem":   toPEM("CERTIFICATE", three.der),
		"one.crl":         toPEM("X509 CRL", crl),
		"signer.der":      one.signer(t, 9).Raw,
		"empty.pem":       {},
		"half.pem":        []byte("-----BEGIN CERTIFICATE-----\nMIIB"),
		"noise.bin":       {1, 2, 3},
		"README.md":       []byte("what this is"),
		".git/hidden.cer": hidden.der,
	}
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}
	s, problems, err := trust.Open(dir)
	require.NoError(t, err)
	var names []string
	for _, a := range s.Anchors() {
		names = append(names, a.Certificate.Subject.CommonName())
		assert.Equal(t, trust.Installed, a.Kind)
		assert.False(t, a.Synthetic)
	}
	assert.Equal(t, []string{"one", "two", "three"}, names)
	assert.Equal(t, filepath.Join(dir, "many.pem#3"), s.Anchors()[1].Source)

	got := map[string]error{}
	for _, p := range problems {
		name, err := filepath.Rel(dir, p.Source)
		require.NoError(t, err)
		got[name] = p.Err
	}
	assert.Len(t, got, 5)
	assert.ErrorIs(t, got["many.pem#2"], trust.ErrUnknown)
	assert.ErrorIs(t, got["signer.der"], trust.ErrNotCA)
	assert.ErrorIs(t, got["empty.pem"], trust.ErrUnknown)
	assert.ErrorIs(t, got["half.pem#1"], trust.ErrUnknown)
	assert.ErrorIs(t, got["noise.bin"], trust.ErrUnknown)
	assert.True(t, s.Revocation(s.Anchors()[0], start, one.signer(t, 9)).Fresh)
}

func TestOpenMissing(t *testing.T) {
	_, _, err := trust.Open(filepath.Join(t.TempDir(), "missing"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestEmptyStore(t *testing.T) {
	var s *trust.Store
	assert.True(t, s.Empty())
	assert.Empty(t, s.Anchors())
	assert.False(t, s.Synthetic())
	_, err := s.Issuers(newAuthority("VN", "x").signer(t, 1))
	assert.ErrorIs(t, err, trust.ErrEmpty)
	assert.Zero(t, s.Revocation(nil, start))
}

func TestWhatIsNoAnchor(t *testing.T) {
	a := newAuthority("VN", "csca")
	unknown := cmstest.Extension(cmstest.OID(1, 2, 3), true, cmstest.Small(1))
	for name, tc := range map[string]struct {
		der  []byte
		want error
	}{
		"no CA":              {a.certify(a.name, a.key, 1, cmstest.BasicConstraints(false)), trust.ErrNotCA},
		"no keyCertSign":     {a.certify(a.name, a.key, 1, cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.DigitalSignature)), trust.ErrNotCA},
		"version 1":          {a.certify(a.name, a.key, 1), trust.ErrNotCA},
		"critical extension": {a.certify(a.name, a.key, 1, append(ca(a.key), unknown)...), cms.ErrUnsupported},
		"altered curve":      {a.certify(a.name, cmstest.Forge(a.key), 1, ca(a.key)...), cms.ErrCurveAltered},
		"a signed object":    {cmstest.SignedData{ContentType: cmstest.OID(1, 2, 3), Content: []byte{1}}.Encode(), trust.ErrMasterList},
		"EF.SOD":             {cmstest.SignedData{Content: []byte{1}, Certificates: [][]byte{a.der}}.File(), trust.ErrOfCard},
		"EF.SOD without tag": {cmstest.SignedData{Content: []byte{1}, Certificates: [][]byte{a.der}}.Encode(), trust.ErrOfCard},
		"EF.CardSecurity": {cmstest.SignedData{ContentType: cmstest.OID(0, 4, 0, 127, 0, 7, 3, 2, 1), Content: []byte{1},
			Certificates: [][]byte{a.der}}.Encode(), trust.ErrOfCard},
		"something in base64": {[]byte("SGVsbG8="), trust.ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			s := &trust.Store{}
			problems := s.Add("file", tc.der)
			require.Len(t, problems, 1)
			assert.ErrorIs(t, problems[0], tc.want)
			assert.Equal(t, "file", problems[0].Source)
			assert.True(t, s.Empty())
		})
	}
}

func TestSynthetic(t *testing.T) {
	a := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN("VN", "SYNTHETIC", "test csca")}
	a.der = a.certify(a.name, a.key, 1, ca(a.key)...)
	s := store(t, a.der)
	assert.True(t, s.Synthetic())
	assert.True(t, s.Anchors()[0].Synthetic)
	assert.False(t, trust.IsSynthetic(nil))
}
