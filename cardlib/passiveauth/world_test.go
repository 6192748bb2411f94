package passiveauth_test

import (
	"crypto"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/trust"
)

var (
	begin  = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	signed = time.Date(2023, 5, 5, 5, 5, 5, 0, time.UTC)
	build  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now    = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
)

// Fixed keys: making them takes longer than the tests.
var (
	cscaKey, signerKey, strangerKey = cmstest.NewKey("P-256"), cmstest.NewKey("P-256"), cmstest.NewKey("P-256")
)

// world is a card with all that it is judged by. It is right until a test changes it.
type world struct {
	csca, signer cmstest.Certificate
	// cscaIn is what the store holds as CSCA; nil is the certificate csca.
	cscaIn [][]byte
	// note says how far what the store holds is trusted; more adds the CSCA again,
	// renewed under the same key, with these.
	note     trust.Note
	more     []trust.Note
	issuer   *cmstest.Key // signs the signer's certificate
	object   cmstest.SignedData
	signing  cmstest.Signer
	groups   map[int][]byte
	contents []byte // replaces the LDSSecurityObject
	crls     []cmstest.CRL
	crlKey   *cmstest.Key

	in        passiveauth.Input
	noStore   bool
	changeSOD func([]byte) []byte
}

func newWorld() *world {
	cscaName, signerName := cmstest.DN("VN", "Test", "csca"), cmstest.DN("vn", "Test", "signer")
	w := &world{
		csca: cmstest.Certificate{
			Subject: cscaName, Issuer: cscaName, Serial: 1, NotBefore: begin, NotAfter: begin.AddDate(15, 0, 0), Key: cscaKey,
			Extensions: [][]byte{
				cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign | cmstest.CRLSign), cmstest.SubjectKeyID(cscaKey.KeyID()),
			},
		},
		signer: cmstest.Certificate{
			Subject: signerName, Issuer: cscaName, Serial: 5, NotBefore: begin, NotAfter: begin.AddDate(10, 0, 0), Key: signerKey,
			Extensions: [][]byte{cmstest.KeyUsage(cmstest.DigitalSignature), cmstest.AuthorityKeyID(cscaKey.KeyID())},
		},
		issuer:  cscaKey,
		signing: cmstest.Signer{Key: signerKey, Issuer: cscaName, Serial: 5, SigningTime: signed},
		groups:  map[int][]byte{1: []byte("one"), 2: []byte("two"), 13: []byte("thirteen"), 14: []byte("fourteen"), 3: []byte("three"), 11: []byte("eleven")},
		crls:    []cmstest.CRL{{Issuer: cscaName, ThisUpdate: now.AddDate(0, -1, 0), NextUpdate: now.AddDate(0, 1, 0)}},
		crlKey:  cscaKey,
		in: passiveauth.Input{
			Groups: map[lds.Group][]byte{lds.DG1: []byte("one"), lds.DG13: []byte("thirteen")},
			Denied: map[lds.Group]apdu.SW{},
			Now:    now, BuildDate: build, IssuingState: "VNM", DocumentCode: "ID",
		},
	}
	return w
}

// file makes EF.SOD.
func (w *world) file() []byte {
	object := w.object
	if object.Content = w.contents; object.Content == nil {
		object.Content = cmstest.SecurityObject(crypto.SHA256, w.groups)
	}
	if object.Certificates == nil {
		object.Certificates = [][]byte{w.signer.Sign(w.issuer)}
	}
	if object.Signers == nil {
		object.Signers = []cmstest.Signer{w.signing}
	}
	file := object.File()
	if w.changeSOD != nil {
		file = w.changeSOD(file)
	}
	return file
}

// input makes what Verify takes.
func (w *world) input(t testing.TB) passiveauth.Input {
	t.Helper()
	in := w.in
	if in.SOD == nil {
		in.SOD = w.file()
	}
	if w.noStore {
		return in
	}
	in.Store = &trust.Store{}
	certs := w.cscaIn
	if certs == nil {
		certs = [][]byte{w.csca.Sign(cscaKey)}
	}
	for _, der := range certs {
		require.NoError(t, in.Store.Install("csca", der, w.note))
	}
	for i, note := range w.more {
		renewed := w.csca
		renewed.Serial += int64(i + 1)
		require.NoError(t, in.Store.Install("csca renewed", renewed.Sign(cscaKey), note))
	}
	require.Empty(t, in.Store.Resolve())
	for _, crl := range w.crls {
		require.NoError(t, in.Store.AddCRL("crl", crl.Sign(w.crlKey)))
	}
	return in
}
