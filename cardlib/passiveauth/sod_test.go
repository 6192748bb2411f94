package passiveauth_test

import (
	"bytes"
	"crypto"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/tlv"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

func opensslFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "cms", "testdata", "openssl", name))
	require.NoError(t, err)
	return b
}

// opensslSOD is a SignedData by openssl in the tag of EF.SOD.
func opensslSOD(t testing.TB, name string) []byte {
	return tlv.Encode(lds.TagSOD, opensslFile(t, name+".cms.der"))
}

func opensslInput(t testing.TB, name string) passiveauth.Input {
	s := &trust.Store{}
	require.Empty(t, s.Add("csca", opensslFile(t, name+".csca.der")))
	in := passiveauth.Input{SOD: opensslSOD(t, name), Groups: map[lds.Group][]byte{}, Store: s, IssuingState: "VNM", DocumentCode: "ID"}
	for g, file := range map[lds.Group]string{lds.DG1: "dg1.bin", lds.DG2: "dg2.bin", lds.DG13: "dg13.bin", lds.DG14: "dg14.bin"} {
		in.Groups[g] = opensslFile(t, file)
	}
	sod, err := passiveauth.ParseSOD(in.SOD)
	require.NoError(t, err)
	in.Now = sod.SignedData.Signers[0].SigningTime
	return in
}

func TestCardsByOpenSSL(t *testing.T) {
	for _, name := range []string{
		"bp224", "bp256", "bp256-explicit", "bp320", "bp384", "bp384-explicit", "bp512", "p224", "p256", "p256-explicit", "p256-keyid", "p384", "p521",
		"rsa-pkcs1-sha256", "rsa-pkcs1-sha512", "rsa-pss-sha384", "rsa-pss-sha512-salt0", "rsa-pss-other-mgf", "rsa-pss-key", "rsa-pss-sha256",
	} {
		t.Run(name, func(t *testing.T) {
			r := passiveauth.Verify(opensslInput(t, name))
			for _, c := range r.Checks[:4] {
				assert.Equal(t, verdict.Passed, c.Status, "%s %s", c.ID, c.Reason)
			}
			assert.Equal(t, "unavailable NO_CRL", said(r.Checks[4]))
			assert.True(t, r.Synthetic)
			assert.Len(t, r.Covered, 4)
		})
	}
}

func TestParseSOD(t *testing.T) {
	sod, err := passiveauth.ParseSOD(opensslSOD(t, "bp384"))
	require.NoError(t, err)
	assert.Equal(t, []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14}, sod.Groups())
	hash, err := sod.HashAlg()
	require.NoError(t, err)
	assert.Equal(t, crypto.SHA256, hash)
	assert.True(t, sod.Lists(lds.DG13))
	assert.False(t, sod.Lists(lds.DG3))
	assert.Nil(t, sod.Hash(0))
	assert.Nil(t, sod.Hash(17))
	assert.Zero(t, sod.Version)

	assert.NoError(t, sod.CheckGroup(lds.DG13, opensslFile(t, "dg13.bin")))
	assert.ErrorIs(t, sod.CheckGroup(lds.DG13, opensslFile(t, "dg14.bin")), passiveauth.ErrMismatch)
	assert.ErrorIs(t, sod.CheckGroup(lds.DG15, nil), passiveauth.ErrNotListed)
	assert.NoError(t, sod.VerifySignature(cms.Policy{}))
}

func TestSecurityObjects(t *testing.T) {
	sha256 := cmstest.Seq(cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 1))
	hash := func(n int64, length int) []byte {
		return cmstest.Seq(cmstest.Small(n), cmstest.Octets(make([]byte, length)))
	}
	version := cmstest.Seq(tlv.Encode(0x13, []byte("0108")), tlv.Encode(0x13, []byte("040000")))
	cases := []struct {
		name    string
		content []byte
		good    bool
	}{
		{"version 0", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 32), hash(16, 32))), true},
		{"version 1", cmstest.Seq(cmstest.Small(1), sha256, cmstest.Seq(hash(1, 32)), version), true},
		{"version 1 without its information", cmstest.Seq(cmstest.Small(1), sha256, cmstest.Seq(hash(1, 32))), true},
		{"version 0 with the information of 1", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 32)), version), false},
		{"version 2", cmstest.Seq(cmstest.Small(2), sha256, cmstest.Seq(hash(1, 32))), false},
		{"group twice", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 32), hash(1, 32))), false},
		{"group 0", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(0, 32))), false},
		{"group 17", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(17, 32))), false},
		{"group 257", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(257, 32))), false},
		{"hash too short", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 31))), false},
		{"empty hash", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 0))), false},
		{"no hashes", cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq()), false},
		{"empty", cmstest.Seq(), false},
		{"bytes after it", append(cmstest.Seq(cmstest.Small(0), sha256, cmstest.Seq(hash(1, 32))), 0), false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld()
			w.contents = tc.content
			sod, err := passiveauth.ParseSOD(w.file())
			if !tc.good {
				assert.ErrorIs(t, err, passiveauth.ErrSOD)
				return
			}
			require.NoError(t, err)
			if sod.Version == 1 && tc.name == "version 1" {
				assert.Equal(t, "0108", sod.LDSVersion)
				assert.Equal(t, "040000", sod.UnicodeVersion)
			}
		})
	}
}

func TestSODIsNoOtherObject(t *testing.T) {
	w := newWorld()
	w.object.ContentType = cmstest.OID(2, 23, 136, 1, 1, 2)
	_, err := passiveauth.ParseSOD(w.file())
	assert.ErrorIs(t, err, passiveauth.ErrSOD)
	file := newWorld().file()
	for _, bad := range [][]byte{append(bytes.Clone(file), 0), file[:len(file)-1], append([]byte{0x6D}, file[1:]...)} {
		_, err := passiveauth.ParseSOD(bad)
		assert.ErrorIs(t, err, passiveauth.ErrSOD)
	}
}

func TestSODTooLong(t *testing.T) {
	w := newWorld()
	w.object.Certificates = [][]byte{w.signer.Sign(w.issuer), cmstest.Octets(make([]byte, passiveauth.MaxSOD))}
	_, err := passiveauth.ParseSOD(w.file())
	assert.ErrorIs(t, err, passiveauth.ErrSOD)
}

// TestPrepare: what is prepared early is used, by many at once, and a store that
// knows more than another does not get the other's answer.
func TestPrepare(t *testing.T) {
	w := newWorld()
	in := w.input(t)
	sod, err := passiveauth.ParseSOD(in.SOD)
	require.NoError(t, err)
	in.Parsed = sod
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { sod.Prepare(in.Store) })
		group.Go(func() { sod.Prepare(nil) })
		group.Go(func() { assert.NoError(t, sod.VerifySignature(cms.Policy{})) })
	}
	group.Wait()
	assert.Equal(t, "passed", said(passiveauth.Verify(in).Checks[2]))
	in.Store = nil
	assert.Equal(t, "unavailable NO_TRUST_STORE", said(passiveauth.Verify(in).Checks[2]))
}

func TestSignerThatIsAnchoredCounts(t *testing.T) {
	w := newWorld()
	other := w.signer
	other.Key, other.Serial = strangerKey, 6
	other.Issuer = cmstest.DN("VN", "Test", "nobody")
	w.object.Certificates = [][]byte{other.Sign(strangerKey), w.signer.Sign(cscaKey)}
	first := w.signing
	first.Key, first.Serial, first.Issuer = strangerKey, 6, other.Issuer
	w.object.Signers = []cmstest.Signer{first, w.signing}
	r := check(t, w, nil)
	assert.Equal(t, []byte{5}, r.Signer.Serial)
}

func TestAnchorOfTheTime(t *testing.T) {
	w := newWorld()
	renewed := w.csca
	renewed.Serial, renewed.NotBefore = 2, signed.AddDate(1, 0, 0)
	w.cscaIn = [][]byte{renewed.Sign(cscaKey), w.csca.Sign(cscaKey)}
	r := check(t, w, nil)
	assert.Equal(t, []byte{1}, r.Anchor.Certificate.Serial)
}

func TestSyntheticIsSaid(t *testing.T) {
	synthetic := cmstest.DN("VN", "SYNTHETIC", "csca")
	t.Run("CSCA", func(t *testing.T) {
		w := newWorld()
		w.csca.Subject, w.csca.Issuer, w.signer.Issuer, w.signing.Issuer, w.crls[0].Issuer = synthetic, synthetic, synthetic, synthetic, synthetic
		assert.True(t, check(t, w, nil).Synthetic)
	})
	t.Run("signer without an anchor", func(t *testing.T) {
		w := newWorld()
		w.signer.Subject, w.noStore = cmstest.DN("VN", "SYNTHETIC", "signer"), true
		assert.True(t, passiveauth.Verify(w.input(t)).Synthetic)
	})
}

func TestSecurityObject(t *testing.T) {
	for name, o := range map[string]passiveauth.SecurityObject{
		"version 0": {Hash: crypto.SHA256}, "version 1": {Version: 1, LDSVersion: "0108", UnicodeVersion: "040000", Hash: crypto.SHA512},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, o.Add(lds.DG13, []byte("thirteen")))
			require.NoError(t, o.Add(lds.DG1, []byte("one")))
			content, err := o.Encode()
			require.NoError(t, err)
			w := newWorld()
			w.contents = content
			sod, err := passiveauth.ParseSOD(w.file())
			require.NoError(t, err)
			assert.Equal(t, o, sod.Object())
			assert.NoError(t, sod.CheckGroup(lds.DG13, []byte("thirteen")))
			assert.ErrorIs(t, sod.CheckGroup(lds.DG13, []byte("fourteen")), passiveauth.ErrMismatch)
		})
	}
	assert.Equal(t, cmstest.SecurityObject(crypto.SHA256, map[int][]byte{1: []byte("one"), 2: []byte("two")}),
		encoded(t, map[lds.Group]string{lds.DG1: "one", lds.DG2: "two"}), "as another writer has it")
	for name, o := range map[string]passiveauth.SecurityObject{
		"no hashes":                {Hash: crypto.SHA256},
		"a hash of another length": {Hash: crypto.SHA256, Hashes: map[lds.Group][]byte{lds.DG1: {1}}},
		"MD5":                      {Hash: crypto.MD5, Hashes: map[lds.Group][]byte{lds.DG1: make([]byte, 16)}},
		"DG17":                     {Hash: crypto.SHA1, Hashes: map[lds.Group][]byte{17: make([]byte, 20)}},
		"version 2":                {Version: 2, Hash: crypto.SHA1, Hashes: map[lds.Group][]byte{lds.DG1: make([]byte, 20)}},
	} {
		_, err := o.Encode()
		assert.ErrorIs(t, err, passiveauth.ErrSOD, name)
	}
	assert.ErrorIs(t, (&passiveauth.SecurityObject{}).Add(lds.DG1, nil), passiveauth.ErrSOD)
	assert.ErrorIs(t, (&passiveauth.SecurityObject{Hash: crypto.SHA1}).Add(0, nil), passiveauth.ErrSOD)
}

func encoded(t *testing.T, groups map[lds.Group]string) []byte {
	t.Helper()
	o := passiveauth.SecurityObject{Hash: crypto.SHA256}
	for g, file := range groups {
		require.NoError(t, o.Add(g, []byte(file)))
	}
	content, err := o.Encode()
	require.NoError(t, err)
	return content
}
