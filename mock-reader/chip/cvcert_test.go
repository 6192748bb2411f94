package chip_test

import (
	"crypto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// TestCertificatesRefused: what TR-03110-3 §2.5, C.1 and D.3 do not allow.
func TestCertificatesRefused(t *testing.T) {
	const a = "VNTESTCVCA00001"
	ca := cvca(t, issuer.CVECDSAP256)
	dv, other := verifier(t, ca), certify(t, subject(a, issuer.CVCA, 3, day(2021, 1, 1), issuer.CVAlgorithm{Curve: 13, Hash: crypto.SHA256}), nil)
	expired := subject("VNTESTDV00002", issuer.DomesticVerifier, 3, day(2016, 1, 1), issuer.CVECDSAP256)
	elsewhere := subject("VNTESTDV00003", issuer.DomesticVerifier, 3, day(2021, 2, 1), issuer.CVAlgorithm{Curve: 13, Hash: crypto.SHA256})
	otherHash := subject("VNTESTDV00004", issuer.DomesticVerifier, 3, day(2021, 2, 1), issuer.CVAlgorithm{Curve: 12, Hash: crypto.SHA384})
	tests := []struct {
		name  string
		chain []*issuer.CVHolder
		want  apdu.SW
	}{
		{"signed by somebody else of that name", []*issuer.CVHolder{verifier(t, other)}, apdu.SWWarning},
		{"an inspection system under a CVCA", []*issuer.CVHolder{system(t, ca, 3)}, apdu.SWWarning},
		{"a document verifier under another", []*issuer.CVHolder{dv, certify(t, subject("VNTESTDV00009", issuer.ForeignVerifier, 3, day(2021, 3, 1), issuer.CVECDSAP256), dv)}, apdu.SWWarning},
		{"a CVCA under a document verifier", []*issuer.CVHolder{dv, certify(t, subject("VNTESTCVCA00009", issuer.CVCA, 3, day(2021, 3, 1), issuer.CVECDSAP256), dv)}, apdu.SWWarning},
		{"expired", []*issuer.CVHolder{certify(t, expired, ca)}, apdu.SWWarning},
		{"another curve than the CVCA's", []*issuer.CVHolder{certify(t, elsewhere, ca)}, apdu.SWWarning},
		{"another hash than the CVCA's", []*issuer.CVHolder{certify(t, otherHash, ca)}, apdu.SWWarning},
		{"a name that is known already", []*issuer.CVHolder{certify(t, subject(a, issuer.CVCA, 3, day(2022, 1, 1), issuer.CVECDSAP256), ca)}, apdu.SWWarning},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tm := ready(t, profile(t, ca))
			assert.Equal(t, tt.want, present(tm, a, tt.chain...))
			assert.Equal(t, apdu.SWSuccess, tm.SelectFile(chip.FileDG(1)), "the channel stays")
		})
	}
}

// TestMalformedCertificates changes a good certificate in one place.
func TestMalformedCertificates(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	whole, err := tlv.ReadTag(verifier(t, ca).Certificate, 0x7F21)
	require.NoError(t, err)
	parts, err := whole.Children()
	require.NoError(t, err)
	objects, err := parts[0].Children()
	require.NoError(t, err)
	with := func(i int, raw []byte) []byte {
		var body []byte
		for j, o := range objects {
			if j == i {
				body = append(body, raw...)
				continue
			}
			body = append(body, o.Raw...)
		}
		return append(tlv.Encode(0x7F4E, body), parts[1].Raw...)
	}
	template := func(role byte, oid string) []byte {
		return tlv.Encode(0x7F4C, tlv.Encode(0x06, []byte(oid)), tlv.Encode(0x53, []byte{role}))
	}
	for name, data := range map[string][]byte{
		"nothing":                 {},
		"body alone":              parts[0].Raw,
		"signature first":         append(append([]byte(nil), parts[1].Raw...), parts[0].Raw...),
		"whole with its tag":      verifier(t, ca).Certificate,
		"cut off":                 whole.Value[:len(whole.Value)-1],
		"another profile":         with(0, tlv.Encode(0x5F29, []byte{1})),
		"no authority":            with(1, nil),
		"reference too long":      with(1, tlv.Encode(0x42, []byte("VNTESTCVCA0000001"))),
		"empty holder":            with(3, tlv.Encode(0x5F20, nil)),
		"terminal of another use": with(4, template(0x80, "\x04\x00\x7F\x00\x07\x03\x01\x02\x02")),
		"authorisation of 2 bytes": with(4, tlv.Encode(0x7F4C,
			tlv.Encode(0x06, []byte("\x04\x00\x7F\x00\x07\x03\x01\x02\x01")), tlv.Encode(0x53, []byte{0x80, 3}))),
		"date of 3 bytes": with(5, tlv.Encode(0x5F25, []byte{0x21, 0x02, 0x01})),
		"date in ASCII":   with(5, tlv.Encode(0x5F25, []byte("210201"))),
		"month 13":        with(5, tlv.Encode(0x5F25, []byte{2, 1, 1, 3, 0, 1})),
		"no expiration":   with(6, nil),
		"unknown object":  with(6, append(append([]byte(nil), objects[6].Raw...), tlv.Encode(0x73, nil)...)),
		"key without OID": with(2, tlv.Encode(0x7F49, tlv.Encode(0x86, []byte{4}))),
		"key malformed":   with(2, tlv.Encode(0x7F49, []byte{0x86, 0x7F})),
	} {
		t.Run(name, func(t *testing.T) {
			tm := ready(t, profile(t, ca))
			require.Equal(t, apdu.SWSuccess, setDST(tm, ca.Reference))
			sw := tm.Do(apdu.Command{INS: apdu.InsPSO, P2: 0xBE, Data: data, Extended: true}).SW
			assert.Contains(t, []apdu.SW{apdu.SWWrongData, apdu.SWWarning}, sw)
			assert.Equal(t, apdu.SWReferencedDataUnknown, setDST(tm, "VNTESTDV00001"), "nothing was imported")
		})
	}
}

// TestDateMovesForward: by CVCAs, document verifiers and the systems of domestic
// ones; never back; also over resets.
func TestDateMovesForward(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	at := func(s issuer.CVSubject, from time.Time) issuer.CVSubject {
		s.Effective, s.Expires = from, from.AddDate(3, 0, 0)
		return s
	}
	is := subject("VNTESTIS00001", issuer.InspectionSystem, 3, day(2021, 1, 1), issuer.CVECDSAP256)
	domestic := subject("VNTESTDV00001", issuer.DomesticVerifier, 3, day(2021, 1, 1), issuer.CVECDSAP256)
	foreign := subject("VNTESTDV00001", issuer.ForeignVerifier, 3, day(2021, 1, 1), issuer.CVECDSAP256)
	for name, tc := range map[string]struct {
		dv     issuer.CVSubject
		dvFrom time.Time
		isFrom time.Time
		want   string
	}{
		"an older chain changes nothing": {domestic, day(2021, 2, 1), day(2021, 3, 1), "210710"},
		"document verifier":              {domestic, day(2022, 2, 1), day(2021, 3, 1), "220201"},
		"a foreign one too":              {foreign, day(2022, 2, 1), day(2021, 3, 1), "220201"},
		"system of a domestic one":       {domestic, day(2022, 2, 1), day(2022, 5, 6), "220506"},
		"system of a foreign one":        {foreign, day(2022, 2, 1), day(2022, 5, 6), "220201"},
	} {
		t.Run(name, func(t *testing.T) {
			dv := certify(t, at(tc.dv, tc.dvFrom), ca)
			tm := ready(t, profile(t, ca))
			require.Equal(t, "210710", tm.Chip().Date())
			require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, certify(t, at(is, tc.isFrom), dv)))
			assert.Equal(t, tc.want, tm.Chip().Date())
			tm.Chip().PowerOff()
			assert.Equal(t, tc.want, tm.Chip().Date())
		})
	}
	t.Run("what is expired by the new date is refused from then on", func(t *testing.T) {
		tm := ready(t, profile(t, ca))
		short := certify(t, at(domestic, day(2021, 2, 1)), ca) // to 1 February 2024
		late := at(domestic, day(2024, 2, 2))
		late.Reference = "VNTESTDV00002"
		require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, short))
		require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, certify(t, late, ca)))
		assert.Equal(t, apdu.SWWarning, present(tm, ca.Reference, short))
	})
	t.Run("a wrong signature moves nothing", func(t *testing.T) {
		forged := certify(t, subject(ca.Reference, issuer.CVCA, 3, day(2021, 1, 1), issuer.CVAlgorithm{Curve: 12, Hash: crypto.SHA384}), nil)
		tm := ready(t, profile(t, ca))
		require.Equal(t, apdu.SWWarning, present(tm, ca.Reference, certify(t, at(domestic, day(2024, 2, 1)), forged)))
		assert.Equal(t, "210710", tm.Chip().Date())
	})
}

// cvcaFile reads EF.CVCA.
func cvcaFile(t *testing.T, tm chip.Terminal) []string {
	t.Helper()
	require.Equal(t, apdu.SWSuccess, tm.SelectFile(0x011C))
	content := tm.Do(apdu.Command{INS: apdu.InsReadBinary, Le: 36})
	require.Equal(t, apdu.SWSuccess, content.SW)
	require.Len(t, content.Data, 36)
	var names []string
	for rest := content.Data; len(rest) > 0 && rest[0] == 0x42; {
		e, after, err := tlv.Read(rest)
		require.NoError(t, err)
		names, rest = append(names, string(e.Value)), after
	}
	return names
}

// TestLinkCertificates: the trust point moves on, the one before stays, a third
// pushes the oldest out; an expired link certificate is accepted, an expired
// trust point verifies nothing but links.
func TestLinkCertificates(t *testing.T) {
	first := cvca(t, issuer.CVECDSAP256)
	link := func(n string, from time.Time, by *issuer.CVHolder, a issuer.CVAlgorithm) *issuer.CVHolder {
		return certify(t, subject("VNTESTCVCA0000"+n, issuer.CVCA, 3, from, a), by)
	}
	second := link("2", day(2023, 1, 1), first, issuer.CVECDSAP256)
	third := link("3", day(2024, 1, 1), second, issuer.CVAlgorithm{Curve: 16, Hash: crypto.SHA384}) // another curve
	tm := ready(t, profile(t, first))
	assert.Equal(t, []string{first.Reference}, cvcaFile(t, tm))
	require.Equal(t, apdu.SWSuccess, present(tm, first.Reference, second))
	assert.Equal(t, "230101", tm.Chip().Date())
	assert.Equal(t, []string{second.Reference, first.Reference}, cvcaFile(t, tm))

	tm.Chip().PowerOff()
	tm.Forget()
	tm.OpenByPACE()
	require.Equal(t, apdu.SWSuccess, tm.AuthenticateChip())
	require.Equal(t, apdu.SWSuccess, present(tm, second.Reference, third), "trust is kept over resets")
	assert.Equal(t, []string{third.Reference, second.Reference}, cvcaFile(t, tm))
	assert.Equal(t, apdu.SWReferencedDataUnknown, setDST(tm, first.Reference))

	dv := verifier(t, third)
	is := system(t, dv, 3)
	require.Equal(t, apdu.SWSuccess, present(tm, third.Reference, dv, is))
	require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil), "a chain under the new trust point with its algorithm")
}

func TestExpiredTrustPoint(t *testing.T) {
	old := cvca(t, issuer.CVECDSAP256)
	tm := ready(t, profile(t, old))
	tm.Chip().ExpireTrust("200101")
	assert.Equal(t, apdu.SWWarning, present(tm, old.Reference, verifier(t, old)))
	expired := subject("VNTESTCVCA00002", issuer.CVCA, 3, day(2015, 1, 1), issuer.CVECDSAP256)
	assert.Equal(t, apdu.SWSuccess, present(tm, old.Reference, certify(t, expired, old)), "an expired link certificate is accepted")
	assert.Equal(t, "210710", tm.Chip().Date(), "and does not move the date back")
}

// TestLinkWithoutDomain: a link certificate may leave its domain parameters to the one before.
func TestLinkWithoutDomain(t *testing.T) {
	first := cvca(t, issuer.CVECDSAP256)
	s := subject("VNTESTCVCA00002", issuer.CVCA, 3, day(2021, 6, 1), issuer.CVECDSAP256)
	s.NoDomain = true
	second := certify(t, s, first)
	dv := verifier(t, second)
	tm := ready(t, profile(t, first))
	require.Equal(t, apdu.SWSuccess, present(tm, first.Reference, second, dv, system(t, dv, 3)))
}

func TestTrustPointsOfAProfile(t *testing.T) {
	good := cvca(t, issuer.CVECDSAP256)
	bare := subject("VNTESTCVCA00002", issuer.CVCA, 3, day(2021, 6, 1), issuer.CVECDSAP256)
	bare.NoDomain = true
	for name, trust := range map[string][]*issuer.CVHolder{
		"none":                      {},
		"three":                     {good, good, good},
		"no CVCA":                   {verifier(t, good)},
		"without domain parameters": {certify(t, bare, nil)},
	} {
		_, err := chip.New(profile(t, trust...))
		assert.ErrorIs(t, err, chip.ErrProfile, name)
	}
	p := profile(t, good)
	p.TA.TrustPoints[0] = []byte{0x7F, 0x21, 0x7F}
	_, err := chip.New(p)
	assert.ErrorIs(t, err, chip.ErrProfile)
	two := profile(t, certify(t, subject("VNTESTCVCA00002", issuer.CVCA, 3, day(2021, 6, 1), issuer.CVECDSAP256), nil), good)
	assert.Equal(t, []string{"VNTESTCVCA00002", good.Reference}, cvcaFile(t, ready(t, two)))
}

// TestLateReference: some chips accept any name and refuse its use.
func TestLateReference(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	p := profile(t, ca)
	p.Quirks.TA.LateReference = true
	tm := ready(t, p)
	require.Equal(t, apdu.SWSuccess, setDST(tm, "VNNOBODY00001"))
	assert.Equal(t, apdu.SWReferencedDataUnknown, verify(tm, verifier(t, ca).Certificate))
	assert.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, verifier(t, ca)))
}

// TestNoTerminalAuthentication: a chip without it knows none of the commands.
func TestNoTerminalAuthentication(t *testing.T) {
	p := profile(t, cvca(t, issuer.CVECDSAP256))
	p.TA = nil
	tm := ready(t, p)
	assert.Equal(t, apdu.SWFileNotFound, tm.SelectFile(0x011C))
	assert.Equal(t, apdu.SWFunctionNotSupported, setDST(tm, "VNTESTCVCA00001"))
	assert.Equal(t, apdu.SWSecurityStatus, tm.SelectFile(chip.FileDG(3)))
}

// TestOpenSSLVerifiesCertificates: an independent program takes our signatures,
// so that encoder and chip do not only agree with each other. The plain r ‖ s is
// put into DER for it.
func TestOpenSSLVerifiesCertificates(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("openssl is needed: ", err)
	}
	ca := cvca(t, issuer.CVECDSAP256)
	whole, err := tlv.ReadTag(ca.Certificate, 0x7F21)
	require.NoError(t, err)
	parts, err := whole.Children()
	require.NoError(t, err)
	body, err := parts[0].Children()
	require.NoError(t, err)
	key, err := body[2].Children()
	require.NoError(t, err)
	point, ok := key.Find(0x86)
	require.True(t, ok)
	n := len(parts[1].Value) / 2
	integer := func(b []byte) []byte {
		for len(b) > 1 && b[0] == 0 {
			b = b[1:]
		}
		if b[0] >= 0x80 {
			b = append([]byte{0}, b...)
		}
		return tlv.Encode(0x02, b)
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		return path
	}
	// SubjectPublicKeyInfo of P-256: id-ecPublicKey, prime256v1, the point.
	spki := tlv.Encode(0x30, tlv.Encode(0x30,
		[]byte{0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01}, []byte{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07}),
		tlv.Encode(0x03, []byte{0}, point.Value))
	signature := tlv.Encode(0x30, integer(parts[1].Value[:n]), integer(parts[1].Value[n:]))
	out, err := exec.Command("openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", write("key", spki),
		"-signature", write("signature", signature), write("body", parts[0].Raw)).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "Verified OK", strings.TrimSpace(string(out)))
}

// FuzzCertificate gives the parser of certificates any bytes.
func FuzzCertificate(f *testing.F) {
	for _, a := range issuer.CVAlgorithms() {
		h, err := testIssuer.CVHolder(subject("VNTESTCVCA00001", issuer.CVCA, 3, day(2021, 1, 1), a), nil)
		require.NoError(f, err)
		whole, err := tlv.ReadTag(h.Certificate, 0x7F21)
		require.NoError(f, err)
		require.NoError(f, chip.ReadCertificate(whole.Value))
		f.Add(whole.Value)
		f.Add(whole.Value[:len(whole.Value)/2])
	}
	f.Add([]byte{0x7F, 0x4E, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(_ *testing.T, b []byte) { _ = chip.ReadCertificate(b) })
}
