package trust_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

func TestNoteStandsInTheFile(t *testing.T) {
	a := newAuthority("VN", "csca")
	note := trust.Note{Origin: "handed over\nby  courier", Added: start, Use: trust.ForDocuments, Types: []string{"ID", "I"}}
	file := note.PEM("CERTIFICATE", a.der)
	s := store(t, append([]byte("subject=whatever another program wrote\n"), file...))
	got := s.Anchors()[0].Note
	assert.Equal(t, "handed over by courier", got.Origin)
	assert.True(t, start.Equal(got.Added))
	assert.Equal(t, trust.ForDocuments, got.Use)
	assert.Equal(t, []string{"ID", "I"}, got.Types)

	path := filepath.Join(t.TempDir(), "csca.pem")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	out, err := exec.Command("openssl", "x509", "-in", path, "-noout", "-subject").CombinedOutput()
	require.NoError(t, err, "openssl reads the file too: %s", out)
	assert.Contains(t, string(out), "csca")
}

func TestNoteThatIsNotUnderstood(t *testing.T) {
	a := newAuthority("VN", "csca")
	for name, line := range map[string]string{
		"unknown name":        "chipid-until: 2030-01-01",
		"unknown use":         "chipid-use: everything",
		"use in capitals":     "chipid-use: Documents",
		"no value":            "chipid-types",
		"empty types":         "chipid-types:",
		"type of three":       "chipid-types: IDX",
		"type in lower case":  "Chipid-Types: id",
		"types of a poem":     "chipid-types: I, D, A, B, C, E, F, G, H, J, K, L, M, N, O, P, Q",
		"date that is none":   "chipid-added: yesterday",
		"use twice":           "chipid-use: lists\nchipid-use: all",
		"pinned, but is a CA": "chipid-use: signer",
	} {
		t.Run(name, func(t *testing.T) {
			s := &trust.Store{}
			good := newAuthority("FR", "good")
			file := bytes.Join([][]byte{[]byte(line + "\n"), toPEM("CERTIFICATE", a.der), toPEM("CERTIFICATE", good.der)}, nil)
			problems := s.Add("file", file)
			require.Len(t, problems, 1)
			assert.Equal(t, "file#1", problems[0].Source)
			require.Len(t, s.Anchors(), 1, "what it does not stand before is not touched")
			assert.Equal(t, "FR", s.Anchors()[0].Country())
		})
	}
	assert.ErrorIs(t, (&trust.Store{}).Install("x", a.der, trust.Note{Use: "some"}), trust.ErrNote)
	assert.ErrorIs(t, (&trust.Store{}).Install("x", a.der, trust.Note{Use: trust.AsSigner}), trust.ErrNotSigner)
}

// TestBrokenBlocks: each is named, and its note is not taken for the next one's.
func TestBrokenBlocks(t *testing.T) {
	a, b := newAuthority("VN", "csca"), newAuthority("FR", "csca")
	const begin, end = "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"
	for name, broken := range map[string]string{
		"no base64":  begin + "!!!!\n" + end,
		"no end":     begin + "MIIB\n",
		"no content": begin,
		"wrong end":  begin + "MIIB\n-----END X509 CRL-----\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := "chipid-use: lists\nchipid-types: P\n" + broken + "chipid-types: ID\n" + string(toPEM("CERTIFICATE", a.der)) + string(toPEM("CERTIFICATE", b.der)) + broken
			s := &trust.Store{}
			problems := s.Add("file", []byte(file))
			require.Len(t, problems, 2)
			assert.Equal(t, "file#1", problems[0].Source)
			assert.Equal(t, "file#4", problems[1].Source)
			require.Len(t, s.Anchors(), 2)
			assert.Equal(t, trust.Note{Types: []string{"ID"}}, s.Anchors()[0].Note)
			assert.Equal(t, "file#2", s.Anchors()[0].Source)
			assert.Equal(t, trust.Note{}, s.Anchors()[1].Note)
		})
	}
}

func TestTooManyObjects(t *testing.T) {
	s := &trust.Store{}
	problems := s.Add("file", bytes.Repeat([]byte("-----BEGIN X-----\n-----END X-----\n"), 60000))
	require.NotEmpty(t, problems)
	assert.LessOrEqual(t, len(problems), 50001)
	problems = s.Add("file", append([]byte("version: 1\n"), bytes.Repeat([]byte("cACertificate:: AAAA\n"), 60000)...))
	assert.ErrorIs(t, problems[0], trust.ErrTooMany)
	assert.LessOrEqual(t, len(problems), 50001)
}

// TestAddObjects: the operator's note takes the place of the file's.
func TestAddObjects(t *testing.T) {
	a := newAuthority("VN", "csca")
	objects, problems := trust.Objects("file", trust.Note{Use: trust.ForAll, Origin: "the sender"}.PEM("CERTIFICATE", a.der))
	require.Empty(t, problems)
	require.Len(t, objects, 1)
	assert.Equal(t, trust.Certificate, objects[0].Kind)
	objects[0].Note = trust.Note{Use: trust.ForLists, Origin: "us"}
	s := &trust.Store{}
	require.Empty(t, s.AddObjects(objects...))
	assert.Equal(t, objects[0].Note, s.Anchors()[0].Note)
	assert.False(t, s.Anchors()[0].Note.VouchesForDocuments())
}

func TestLongOrigin(t *testing.T) {
	a := newAuthority("VN", "csca")
	s := store(t, trust.Note{Origin: strings.Repeat("ữ", 5000)}.PEM("CERTIFICATE", a.der))
	assert.Len(t, []rune(s.Anchors()[0].Note.Origin), 200)
}

func TestAllows(t *testing.T) {
	for _, tc := range []struct {
		types []string
		code  string
		want  bool
	}{
		{nil, "P<", true}, {nil, "", true},
		{[]string{"ID"}, "ID", true}, {[]string{"ID"}, "I<", false}, {[]string{"ID"}, "P<", false}, {[]string{"ID"}, "", false},
		{[]string{"I"}, "ID", true}, {[]string{"I"}, "I<", true}, {[]string{"P", "I"}, "PM", true}, {[]string{"I"}, "", false},
	} {
		assert.Equal(t, tc.want, trust.Note{Types: tc.types}.Allows(tc.code), "%v %q", tc.types, tc.code)
	}
}

// TestLimitsOnlyNarrow: what is trusted through another anchor is trusted no
// further than that one.
func TestLimitsOnlyNarrow(t *testing.T) {
	old := newAuthority("VN", "csca")
	next := authority{key: cmstest.NewKey("P-256"), name: old.name}
	for _, tc := range []struct {
		name      string
		old, link trust.Note
		use       trust.Use
		types     []string
		allowed   string
	}{
		{"no limits", trust.Note{}, trust.Note{}, "", nil, "ID"},
		{"of the voucher", trust.Note{Use: trust.ForDocuments, Types: []string{"ID"}}, trust.Note{}, trust.ForDocuments, []string{"ID"}, "ID"},
		{"of the link", trust.Note{}, trust.Note{Use: trust.ForLists, Types: []string{"P"}}, trust.ForLists, []string{"P"}, "P<"},
		{"of both", trust.Note{Types: []string{"ID", "P"}}, trust.Note{Types: []string{"I"}}, "", []string{"ID"}, "ID"},
		{"nothing in common", trust.Note{Types: []string{"P"}}, trust.Note{Types: []string{"ID"}}, "", []string{"<<"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &trust.Store{}
			require.NoError(t, s.Install("old", old.der, tc.old))
			require.NoError(t, s.Install("link", link(old, next.name, next.key), tc.link))
			require.Empty(t, s.Resolve())
			got := s.Anchors()[1].Note
			assert.Equal(t, tc.use, got.Use)
			assert.Equal(t, tc.types, got.Types)
			for _, code := range []string{"ID", "P<"} {
				assert.Equal(t, tc.types == nil || code == tc.allowed, got.Allows(code), code)
			}
		})
	}
}

// TestListsByLimit: an anchor for documents vouches for no list; one for lists
// vouches for lists.
func TestListsByLimit(t *testing.T) {
	a, foreign := newAuthority("VN", "csca"), newAuthority("FR", "csca")
	file := list(a, cmstest.OID(2, 23, 136, 1, 1, 3), foreign.der)
	for use, want := range map[trust.Use]bool{trust.ForAll: true, trust.ForLists: true, trust.ForDocuments: false, "": true} {
		s := &trust.Store{}
		require.NoError(t, s.Install("a", a.der, trust.Note{Use: use, Types: []string{"ID"}}))
		problems := s.Add("list", file)
		assert.Equal(t, want, len(problems) == 0, use)
		assert.Equal(t, want, len(s.Anchors()) == 2, use)
		if want {
			listed := s.Anchors()[1].Note
			assert.Equal(t, trust.ForDocuments, listed.Use)
			assert.True(t, listed.Allows("ID"))
			assert.False(t, listed.Allows("P"), "the voucher's limit holds for its list")
		}
	}
}

func TestPinnedSigner(t *testing.T) {
	a := newAuthority("VN", "csca")
	key := cmstest.NewKey("P-256")
	certificate := func(serial int64) []byte {
		return a.certify(cmstest.DN("VN", "Test", "signer"), key, serial, cmstest.AuthorityKeyID(a.key.KeyID()))
	}
	pinned := certificate(5)
	s := store(t, trust.Note{Use: trust.AsSigner, Origin: "ministry", Added: start}.PEM("CERTIFICATE", pinned))
	require.Len(t, s.Anchors(), 1)
	assert.Equal(t, trust.Pinned, s.Anchors()[0].Kind)
	assert.False(t, s.Empty())

	found, err := s.Issuers(parse(t, pinned))
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Same(t, s.Anchors()[0], found[0])

	_, err = s.Issuers(parse(t, certificate(6)))
	assert.ErrorIs(t, err, trust.ErrNoAnchor, "the same key in another certificate is not the pinned one")
	child := authority{key: key, name: cmstest.DN("VN", "Test", "signer")}
	_, err = s.Issuers(child.signer(t, 7))
	assert.ErrorIs(t, err, trust.ErrNoAnchor, "a pinned signer issues nothing")
	assert.Empty(t, s.Add("again", trust.Note{Use: trust.AsSigner}.PEM("CERTIFICATE", pinned)))
	assert.Len(t, s.Anchors(), 1)
	require.Empty(t, s.Add("csca", a.der))
	found, err = s.Issuers(parse(t, pinned))
	require.NoError(t, err)
	assert.Equal(t, trust.Installed, found[0].Kind, "where its CSCA is known, that is the anchor")
	assert.False(t, s.Revocation(s.Anchors()[0], time.Time{}, parse(t, pinned)).Known)
}

// TestPinnedSignerRevoked: a CRL of its issuer, whose CSCA is known by now, counts.
func TestPinnedSignerRevoked(t *testing.T) {
	a := newAuthority("VN", "csca")
	pinned := a.signer(t, 5)
	s := store(t, trust.Note{Use: trust.AsSigner}.PEM("CERTIFICATE", pinned.Raw), a.der)
	require.NoError(t, s.AddCRL("crl", cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: end, Serials: []int64{5}}.Sign(a.key)))
	assert.True(t, s.Revocation(s.Anchors()[0], start, pinned).Revoked)
}

func TestForgedPinnedSigner(t *testing.T) {
	real, fake := newAuthority("VN", "csca"), newAuthority("VN", "csca")
	forged := fake.signer(t, 5, cmstest.AuthorityKeyID(real.key.KeyID()))
	s := store(t, real.der, trust.Note{Use: trust.AsSigner}.PEM("CERTIFICATE", forged.Raw))
	_, err := s.Issuers(forged)
	assert.ErrorIs(t, err, trust.ErrForged, "no pin hides that a known CSCA is being impersonated")
}

func FuzzNote(f *testing.F) {
	a := newAuthority("VN", "csca")
	f.Add("chipid-use: documents\nchipid-types: ID, I\nchipid-origin: x\n")
	f.Add("chipid-added: 2026-01-01T00:00:00Z\r\nCHIPID-USE : lists")
	f.Add("chipid-")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "-----") {
			return
		}
		s := &trust.Store{}
		problems := s.Add("file", append([]byte(text+"\n"), toPEM("CERTIFICATE", a.der)...))
		if len(problems)+len(s.Anchors()) != 1 {
			t.Fatalf("%d problems and %d anchors of one certificate", len(problems), len(s.Anchors()))
		}
		for _, anchor := range s.Anchors() {
			again := &trust.Store{}
			if p := again.Add("file", anchor.Note.PEM("CERTIFICATE", a.der)); len(p) > 0 {
				t.Fatalf("%q is read, and not read once it is written: %v", text, p)
			}
		}
	})
}
