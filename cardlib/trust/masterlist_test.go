package trust_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

func opensslFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "cms", "testdata", "openssl", name))
	require.NoError(t, err)
	return b
}

func TestMasterListByOpenSSL(t *testing.T) {
	s := store(t, opensslFile(t, "bp384.csca.der"))
	require.Empty(t, s.Add("list", opensslFile(t, "masterlist.cms.der")))
	anchors := s.Anchors()
	require.Len(t, anchors, 4)
	for i, name := range []string{"bp384 csca", "bp256 csca", "p256 csca", "rsa-pss-sha256 csca"} {
		assert.Equal(t, name, anchors[i].Certificate.Subject.CommonName())
	}
	assert.Equal(t, trust.Listed, anchors[1].Kind)
	assert.Equal(t, "list#1", anchors[1].Source)
	assert.Same(t, anchors[0], anchors[1].Voucher)
	assert.True(t, anchors[1].Synthetic)
}

func TestMasterListWithoutAnchor(t *testing.T) {
	s := store(t, opensslFile(t, "p384.csca.der"))
	problems := s.Add("list", opensslFile(t, "masterlist.cms.der"))
	require.Len(t, problems, 1)
	assert.ErrorIs(t, problems[0], trust.ErrMasterList)
	assert.Len(t, s.Anchors(), 1)
}

// list makes a master list by a list signer that the authority certified.
func list(a authority, purpose []byte, certs ...[]byte) []byte {
	key := cmstest.NewKey("P-256")
	signer := a.certify(cmstest.DN("VN", "Test", "list signer"), key, 50,
		cmstest.AuthorityKeyID(a.key.KeyID()), cmstest.ExtendedKeyUsage(purpose))
	return cmstest.SignedData{
		ContentType:  cmstest.OID(2, 23, 136, 1, 1, 2),
		Content:      cmstest.Seq(cmstest.Small(0), cmstest.Set(certs...)),
		Certificates: [][]byte{signer, a.der},
		Signers:      []cmstest.Signer{{Key: key, Issuer: a.name, Serial: 50}},
	}.Encode()
}

func TestMasterLists(t *testing.T) {
	a, foreign := newAuthority("VN", "csca"), newAuthority("FR", "csca")
	purpose, other := cmstest.OID(2, 23, 136, 1, 1, 3), cmstest.OID(2, 23, 136, 1, 1, 8)

	t.Run("the good ones are loaded, the others named", func(t *testing.T) {
		s := store(t, a.der)
		problems := s.Add("list", list(a, purpose, cmstest.Seq(cmstest.Small(1)), foreign.der, a.der))
		require.Len(t, problems, 1)
		assert.Equal(t, "list#1", problems[0].Source)
		assert.ErrorIs(t, problems[0], cms.ErrMalformed)
		assert.Len(t, s.Anchors(), 2)
	})
	t.Run("read before its anchor", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "1.ml"), list(a, purpose, foreign.der), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "2.cer"), a.der, 0o600))
		s, problems, err := trust.Open(dir)
		require.NoError(t, err)
		assert.Empty(t, problems)
		assert.Len(t, s.Anchors(), 2)
	})
	t.Run("a link certificate beside the certificate that it announces", func(t *testing.T) {
		s := store(t, a.der)
		next := authority{key: cmstest.NewKey("P-256"), name: a.name}
		next.der = next.certify(next.name, next.key, 2, ca(next.key)...)
		elsewhere := authority{key: cmstest.NewKey("P-256"), name: a.name}
		require.Empty(t, s.Add("list", list(a, purpose, link(elsewhere, next.name, next.key), next.der)), "its signature is of no interest")
		assert.Len(t, s.Anchors(), 2)
	})
	t.Run("a list vouches for no list", func(t *testing.T) {
		s := store(t, a.der)
		require.Empty(t, s.Add("list", list(a, purpose, foreign.der)))
		problems := s.Add("second", list(foreign, purpose, newAuthority("DE", "third").der))
		require.Len(t, problems, 1)
		assert.ErrorIs(t, problems[0], trust.ErrMasterList)
		assert.Len(t, s.Anchors(), 2)
		assert.Equal(t, trust.ForDocuments, s.Anchors()[1].Note.Use)
	})
	t.Run("link certificates in it", func(t *testing.T) {
		s := store(t, a.der)
		next := authority{key: cmstest.NewKey("P-256"), name: a.name}
		require.Empty(t, s.Add("list", list(a, purpose, link(a, a.name, next.key))))
		assert.Len(t, s.Anchors(), 2)
		assert.Equal(t, trust.Linked, s.Anchors()[1].Kind)
	})
	t.Run("link certificates of strangers in it", func(t *testing.T) {
		s := store(t, a.der)
		problems := s.Add("list", list(a, purpose, link(foreign, foreign.name, cmstest.NewKey("P-256"))))
		require.Len(t, problems, 1)
		assert.ErrorIs(t, problems[0], trust.ErrUnlinked)
		assert.Len(t, s.Anchors(), 1)
	})
	t.Run("a list that cannot be read", func(t *testing.T) {
		s := store(t, a.der)
		problems := s.Add("list", list(a, purpose, []byte{0x30, 0x05}))
		require.Len(t, problems, 1)
		assert.ErrorIs(t, problems[0], cms.ErrMalformed)
	})
	t.Run("vouched for by a test PKI", func(t *testing.T) {
		test := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN("VN", "SYNTHETIC", "csca")}
		test.der = test.certify(test.name, test.key, 1, ca(test.key)...)
		s := store(t, test.der)
		require.Empty(t, s.Add("list", list(test, purpose, foreign.der)))
		assert.True(t, s.Anchors()[1].Synthetic)
	})
	for name, make := range map[string]func(s *trust.Store) []byte{
		"signer without the purpose": func(*trust.Store) []byte { return list(a, other, foreign.der) },
		"signer of a stranger":       func(*trust.Store) []byte { return list(foreign, purpose, foreign.der) },
		"content that is no list": func(*trust.Store) []byte {
			return cmstest.SignedData{ContentType: cmstest.OID(2, 23, 136, 1, 1, 2), Content: []byte{5, 0}}.Encode()
		},
		"signer revoked": func(s *trust.Store) []byte {
			crl := cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: end, Serials: []int64{50}}
			require.NoError(t, s.AddCRL("crl", crl.Sign(a.key)))
			return list(a, purpose, foreign.der)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t, a.der)
			problems := s.Add("list", make(s))
			require.Len(t, problems, 1)
			assert.ErrorIs(t, problems[0], trust.ErrMasterList)
			assert.Len(t, s.Anchors(), 1)
		})
	}
}

func TestLDIF(t *testing.T) {
	a, b := newAuthority("VN", "csca"), newAuthority("FR", "csca")
	crl := cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: end}.Sign(a.key)
	folded := func(der []byte) string {
		text := base64.StdEncoding.EncodeToString(der)
		var lines []string
		for ; len(text) > 60; text = text[60:] {
			lines = append(lines, text[:60])
		}
		return strings.Join(append(lines, text), "\r\n ")
	}
	ldif := "version: 1\r\ndn: c=VN,dc=data\r\ncn:: " + base64.StdEncoding.EncodeToString([]byte("name")) +
		"\r\ncACertificate;binary:: " + folded(a.der) +
		"\r\n\r\ndn: c=FR\r\ncACertificate:: " + folded(b.der) +
		"\r\nuserCertificate;binary:: " + folded([]byte{1, 2}) +
		"\r\ncertificateRevocationList;binary:: " + folded(crl) +
		"\r\npkdMasterListContent:: !!!\r\n"
	s := &trust.Store{}
	problems := s.Add("pkd.ldif", []byte(ldif))
	require.Len(t, problems, 2)
	assert.Equal(t, "pkd.ldif#4", problems[0].Source)
	assert.Equal(t, "pkd.ldif", problems[1].Source)
	assert.ErrorIs(t, problems[1], trust.ErrSigners)
	require.Len(t, s.Anchors(), 2)
	assert.Equal(t, "pkd.ldif#2", s.Anchors()[1].Source)
	assert.True(t, s.Revocation(s.Anchors()[0], start, a.signer(t, 3)).Fresh)
}

// TestMasterListInLDIF is an entry as the ICAO PKD exports its master lists.
func TestMasterListInLDIF(t *testing.T) {
	text := base64.StdEncoding.EncodeToString(opensslFile(t, "masterlist.cms.der"))
	ldif := "dn: cn=CN\\=master list\\,C\\=VN,o=ml,c=VN,dc=data,dc=download,dc=pkd,dc=icao,dc=int\n" +
		"pkdVersion: 1150\ncn: CN=master list,C=VN\nobjectClass: top\nobjectClass: pkdMasterList\npkdMasterListContent:: "
	for ; len(text) > 76; text = text[76:] {
		ldif += text[:76] + "\n "
	}
	s := store(t, opensslFile(t, "bp384.csca.der"))
	require.Empty(t, s.Add("icaopkd-002.ldif", []byte("version: 1\n\n"+ldif+text+"\nsn: 1\n")))
	require.Len(t, s.Anchors(), 4)
	assert.Equal(t, "icaopkd-002.ldif#1#3", s.Anchors()[3].Source)
	assert.Equal(t, trust.Listed, s.Anchors()[3].Kind)
}
