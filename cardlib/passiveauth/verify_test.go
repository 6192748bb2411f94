package passiveauth_test

import (
	"crypto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// said writes a check in one line: "failed STRIPPED DG2 (GROUP_REFUSED)".
func said(c verdict.Check) string {
	parts := []string{string(c.Status)}
	if c.Reason != "" {
		parts = append(parts, string(c.Reason))
	}
	parts = append(parts, c.Groups...)
	for _, r := range c.Remarks {
		parts = append(parts, "("+string(r)+")")
	}
	return strings.Join(parts, " ")
}

type changes map[verdict.ID]string

// check verifies the world; what want does not name must have passed.
func check(t *testing.T, w *world, want changes) passiveauth.Result {
	t.Helper()
	r := passiveauth.Verify(w.input(t))
	require.Len(t, r.Checks, 5)
	for i, id := range []verdict.ID{verdict.Hashes, verdict.Signature, verdict.Anchor, verdict.Validity, verdict.Revocation} {
		require.Equal(t, id, r.Checks[i].ID)
		expected := want[id]
		if expected == "" {
			expected = "passed"
		}
		assert.Equal(t, expected, said(r.Checks[i]), id)
	}
	return r
}

func TestAllPassed(t *testing.T) {
	r := check(t, newWorld(), nil)
	assert.Equal(t, map[lds.Group]bool{lds.DG1: true, lds.DG13: true}, r.Covered)
	assert.Equal(t, "signer", r.Signer.Subject.CommonName())
	assert.Equal(t, "csca", r.Anchor.Certificate.Subject.CommonName())
	assert.Equal(t, signed, r.SigningTime)
	assert.False(t, r.Synthetic)
}

// tests run a table of worlds, each right but for one change.
type test struct {
	name   string
	change func(*world)
	want   changes
}

func run(t *testing.T, tests []test) {
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld()
			tc.change(w)
			check(t, w, tc.want)
		})
	}
}

func TestHashes(t *testing.T) {
	deny := func(g lds.Group, sw apdu.SW) func(*world) { return func(w *world) { w.in.Denied[g] = sw } }
	run(t, []test{
		{"DG1 changed", func(w *world) { w.in.Groups[lds.DG1] = []byte("0ne") },
			changes{verdict.Hashes: "failed HASH_MISMATCH DG1", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},
		{"DG13 changed", func(w *world) { w.in.Groups[lds.DG13] = nil }, changes{verdict.Hashes: "failed HASH_MISMATCH DG13"}},
		{"two changed", func(w *world) { w.in.Groups[lds.DG13], w.in.Groups[lds.DG2] = []byte("13"), []byte("2") },
			changes{verdict.Hashes: "failed HASH_MISMATCH DG2 DG13"}},
		{"group that is not listed", func(w *world) { w.in.Groups[lds.DG15] = []byte("key") },
			changes{verdict.Hashes: "failed NOT_LISTED DG15"}},
		{"DG1 not read", func(w *world) { delete(w.in.Groups, lds.DG1) },
			changes{verdict.Hashes: "unavailable GROUP_UNREAD DG1", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},
		{"DG1 not listed and not read", func(w *world) { delete(w.in.Groups, lds.DG1); delete(w.groups, 1) },
			changes{verdict.Hashes: "failed DG1_MISSING DG1", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},
		{"DG1 not listed but read", func(w *world) { delete(w.groups, 1) },
			changes{verdict.Hashes: "failed NOT_LISTED DG1", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},

		{"listed DG14 not found", deny(lds.DG14, apdu.SWFileNotFound), changes{verdict.Hashes: "failed STRIPPED DG14"}},
		{"listed DG14 refused", deny(lds.DG14, apdu.SWSecurityStatus), changes{verdict.Hashes: "failed STRIPPED DG14"}},
		{"listed DG2 refused", deny(lds.DG2, apdu.SWSecurityStatus), changes{verdict.Hashes: "failed STRIPPED DG2"}},
		{"listed DG3 refused", deny(lds.DG3, apdu.SWSecurityStatus), changes{verdict.Hashes: "passed (GROUP_REFUSED)"}},
		{"listed DG11 refused", deny(lds.DG11, apdu.SWSecurityStatus), changes{verdict.Hashes: "passed (GROUP_REFUSED)"}},
		{"listed DG3 not found", deny(lds.DG3, apdu.SWFileNotFound), changes{verdict.Hashes: "failed STRIPPED DG3"}},
		{"listed DG11 not found", deny(lds.DG11, apdu.SWFileNotFound), changes{verdict.Hashes: "failed STRIPPED DG11"}},
		{"DG15 not listed and not found", deny(lds.DG15, apdu.SWFileNotFound), nil},
		{"denied at first, read after all", deny(lds.DG13, apdu.SWSecurityStatus), nil},
		{"mismatch outweighs what was stripped", func(w *world) {
			w.in.Groups[lds.DG13], w.in.Denied[lds.DG14] = nil, apdu.SWFileNotFound
		}, changes{verdict.Hashes: "failed HASH_MISMATCH DG13 (STRIPPED)"}},

		{"hashes of SHA-1", func(w *world) { w.contents = cmstest.SecurityObject(crypto.SHA1, w.groups) },
			changes{verdict.Hashes: "unavailable HASH_ALGORITHM", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},
		{"hashes of SHA-384", func(w *world) { w.contents = cmstest.SecurityObject(crypto.SHA384, w.groups) }, nil},
		{"hashes of an unknown algorithm", func(w *world) {
			w.contents = cmstest.Seq(cmstest.Small(0), cmstest.Seq(cmstest.OID(1, 2, 3)),
				cmstest.Seq(cmstest.Seq(cmstest.Small(1), cmstest.Octets([]byte("hash")))))
		}, changes{verdict.Hashes: "unavailable HASH_ALGORITHM", verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},
	})
}

// TestStripped: what any chip gives is stripped where it is listed and denied,
// whichever group it is and in whatever words.
func TestStripped(t *testing.T) {
	for _, g := range []lds.Group{lds.DG2, lds.DG13, lds.DG14, lds.DG15} {
		for _, sw := range []apdu.SW{apdu.SWFileNotFound, apdu.SWSecurityStatus, apdu.SWInsNotSupported} {
			w := newWorld()
			w.groups[int(g)] = []byte("signed")
			delete(w.in.Groups, g)
			w.in.Denied[g] = sw
			assert.Equal(t, "failed STRIPPED "+g.String(), said(passiveauth.Verify(w.input(t)).Checks[0]), "%v", sw)
		}
	}
}

func TestNoSOD(t *testing.T) {
	nothing := changes{verdict.Anchor: "unavailable NO_CHAIN", verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"}
	nothing[verdict.Hashes], nothing[verdict.Signature] = "failed SOD_MISSING", "unavailable SOD_MISSING"
	in := newWorld().input(t)
	in.SOD = nil
	r := passiveauth.Verify(in)
	for _, c := range r.Checks {
		assert.Equal(t, nothing[c.ID], said(c))
	}
	nothing[verdict.Hashes], nothing[verdict.Signature] = "failed SOD_MALFORMED", "failed SOD_MALFORMED"
	for name, sod := range map[string][]byte{
		"empty": {}, "two bytes": {0x77, 0x00}, "noise": []byte("not a file"),
	} {
		w := newWorld()
		w.in.SOD = sod
		t.Run(name, func(t *testing.T) { check(t, w, nothing) })
	}
}

func TestSignature(t *testing.T) {
	// Where the signature does not hold nobody said when it was made.
	broken := func(signature string) changes {
		return changes{verdict.Signature: signature, verdict.Validity: "unavailable SIGNING_TIME_UNKNOWN"}
	}
	noSigner := func(signature string) changes {
		return changes{verdict.Signature: signature, verdict.Anchor: "unavailable NO_CHAIN",
			verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"}
	}
	attributes := func(digest []byte) [][]byte {
		return [][]byte{cmstest.ContentType(cmstest.LDSSecurityObject), cmstest.MessageDigest(digest)}
	}
	run(t, []test{
		{"by a key that is not the certificate's", func(w *world) { w.signing.Key = strangerKey }, broken("failed SIGNATURE_INVALID")},
		{"messageDigest of something else", func(w *world) { w.signing.Attributes = attributes(make([]byte, 32)) }, broken("failed DIGEST_MISMATCH")},
		{"no signed attributes", func(w *world) { w.signing.NoAttributes = true }, broken("failed SIGNATURE_INVALID")},
		{"contentType of something else", func(w *world) {
			w.signing.Attributes = [][]byte{cmstest.ContentType(cmstest.OID(1, 2, 3)), attributes(make([]byte, 32))[1]}
		}, broken("failed SIGNATURE_INVALID")},
		{"SHA-1", func(w *world) { w.signing.Hash = crypto.SHA1 }, broken("unavailable ALGORITHM_UNSUPPORTED")},
		{"unknown algorithm", func(w *world) { w.signing.Algorithm = cmstest.Seq(cmstest.OID(1, 2, 3)) }, broken("unavailable ALGORITHM_UNSUPPORTED")},
		{"no certificate", func(w *world) { w.signing.Serial = 6 }, noSigner("unavailable SIGNER_MISSING")},
		{"malformed certificate", func(w *world) { w.object.Certificates = [][]byte{cmstest.Seq()} }, noSigner("failed CERTIFICATE_MALFORMED")},
		{"certificate with an altered curve", func(w *world) {
			w.signer.Key = cmstest.Forge(signerKey)
			w.signing.Key = w.signer.Key
		}, noSigner("failed CERTIFICATE_MALFORMED")},
		{"explicit curve", func(w *world) {
			explicit := *signerKey
			explicit.Explicit = true
			w.signer.Key, w.signing.Key = &explicit, &explicit
		}, nil},
	})
}

func TestNobodySigned(t *testing.T) {
	w := newWorld()
	w.object.Signers = []cmstest.Signer{}
	check(t, w, changes{verdict.Signature: "failed SIGNATURE_INVALID", verdict.Anchor: "unavailable NO_CHAIN",
		verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"})
}

func TestPolicyAllowsSHA1(t *testing.T) {
	w := newWorld()
	w.signing.Hash = crypto.SHA1
	w.contents = cmstest.SecurityObject(crypto.SHA1, w.groups)
	in := w.input(t)
	in.Store.Policy.AllowSHA1 = true
	for _, c := range passiveauth.Verify(in).Checks {
		assert.Equal(t, verdict.Passed, c.Status, c.ID)
	}
}

func TestAnchor(t *testing.T) {
	noChain := func(anchor string) changes {
		return changes{verdict.Anchor: anchor, verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"}
	}
	withExtensions := func(extensions ...[]byte) func(*world) {
		return func(w *world) { w.signer.Extensions = append(extensions, cmstest.AuthorityKeyID(cscaKey.KeyID())) }
	}
	document := cmstest.KeyUsage(cmstest.DigitalSignature)
	french := cmstest.DN("FR", "Test", "csca")
	run(t, []test{
		{"no store", func(w *world) { w.noStore = true }, noChain("unavailable NO_TRUST_STORE")},
		{"empty store", func(w *world) { w.cscaIn, w.crls = [][]byte{}, nil }, noChain("unavailable NO_TRUST_STORE")},
		{"unknown signer", func(w *world) {
			w.issuer = strangerKey
			w.signer.Issuer = cmstest.DN("VN", "Test", "home-made")
			w.signing.Issuer = w.signer.Issuer
			w.signer.Extensions[1] = cmstest.AuthorityKeyID(strangerKey.KeyID())
		}, noChain("unavailable NO_ANCHOR")},
		{"home-made CSCA of the same name", func(w *world) {
			w.issuer = strangerKey
			w.signer.Extensions[1] = cmstest.AuthorityKeyID(strangerKey.KeyID())
		}, noChain("unavailable NO_ANCHOR")},
		{"home-made CSCA of the same name and key id", func(w *world) { w.issuer = strangerKey }, noChain("failed ANCHOR_SIGNATURE_INVALID")},
		{"the home-made CSCA is in EF.SOD too", func(w *world) {
			w.issuer = strangerKey
			w.signer.Extensions[1] = cmstest.AuthorityKeyID(strangerKey.KeyID())
			home := w.csca
			home.Key = strangerKey
			w.object.Certificates = [][]byte{w.signer.Sign(strangerKey), home.Sign(strangerKey)}
		}, noChain("unavailable NO_ANCHOR")},

		{"all of another State", func(w *world) {
			w.csca.Subject, w.csca.Issuer, w.signer.Issuer, w.signing.Issuer = french, french, french, french
			w.signer.Subject = cmstest.DN("FR", "Test", "signer")
			w.crls[0].Issuer = french
		}, changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"the signer of another State", func(w *world) { w.signer.Subject = cmstest.DN("FR", "Test", "signer") },
			changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"the CSCA of another State", func(w *world) {
			w.csca.Subject, w.csca.Issuer, w.signer.Issuer, w.signing.Issuer = french, french, french, french
			w.crls[0].Issuer = french
		}, changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"the signer of no State", func(w *world) { w.signer.Subject = cmstest.DN("", "Test", "signer") },
			changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"DG1 of no State", func(w *world) { w.in.IssuingState = "<<<" }, changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"DG1 could not be read as text", func(w *world) { w.in.IssuingState = "" }, changes{verdict.Anchor: "unavailable ANCHOR_UNPROVABLE"}},

		{"signer without keyUsage", withExtensions(), nil},
		{"signer whose key is for other things", withExtensions(cmstest.KeyUsage(cmstest.CRLSign)), changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"signer that is a CA", withExtensions(document, cmstest.BasicConstraints(true)), changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"signer of master lists", withExtensions(document, cmstest.ExtendedKeyUsage(cmstest.OID(2, 23, 136, 1, 1, 3))),
			changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"signer of visible digital seals", withExtensions(document, cmstest.ExtendedKeyUsage(cmstest.OID(2, 23, 136, 1, 1, 14, 2))),
			changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"unknown critical extension", withExtensions(document, cmstest.Extension(cmstest.OID(1, 2, 3), true, cmstest.Small(1))),
			changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"signer of identity cards", withExtensions(document, cmstest.DocumentTypes("P", "ID")), nil},
		{"signer of all I documents", withExtensions(document, cmstest.DocumentTypes("I")), nil},
		{"signer of passports", withExtensions(document, cmstest.DocumentTypes("P")), changes{verdict.Anchor: "failed SIGNER_USAGE"}},
		{"signer of passports, DG1's code not known", func(w *world) {
			withExtensions(document, cmstest.DocumentTypes("P"))(w)
			w.in.DocumentCode = ""
		}, nil},
	})
}

// TestScope: an anchor counts as far as the operator trusts it.
func TestScope(t *testing.T) {
	scope := changes{verdict.Anchor: "unavailable ANCHOR_SCOPE"}
	noted := func(use trust.Use, types ...string) func(*world) {
		return func(w *world) { w.note = trust.Note{Use: use, Types: types} }
	}
	run(t, []test{
		{"for documents", noted(trust.ForDocuments), nil},
		{"for identity cards", noted("", "ID"), nil},
		{"for all I documents", noted("", "P", "I"), nil},
		{"for passports", noted("", "P"), scope},
		{"for master lists only", noted(trust.ForLists), scope},
		{"for identity cards, DG1's code not known", func(w *world) {
			noted("", "ID")(w)
			w.in.DocumentCode = ""
		}, scope},
		{"for passports, and of another State", func(w *world) {
			noted("", "P")(w)
			w.in.IssuingState = "FRA"
		}, changes{verdict.Anchor: "failed COUNTRY_MISMATCH"}},
		{"the same key without the limit, too", func(w *world) {
			noted(trust.ForLists)(w)
			w.more = []trust.Note{{}}
		}, nil},
	})
}

// TestPinned: a signer that the operator pinned needs no CSCA; all else that is
// asked of signers is still asked.
func TestPinned(t *testing.T) {
	pin := func(change func(*world)) func(*world) {
		return func(w *world) {
			change(w)
			w.object.Certificates = [][]byte{w.signer.Sign(w.issuer)}
			w.cscaIn, w.crls = w.object.Certificates, nil
			w.note.Use = trust.AsSigner
		}
	}
	noCRL := func(anchor string) changes {
		return changes{verdict.Anchor: anchor, verdict.Revocation: "unavailable NO_CRL"}
	}
	run(t, []test{
		{"pinned", pin(func(*world) {}), noCRL("passed (SIGNER_PINNED)")},
		{"for passports", pin(func(w *world) { w.note.Types = []string{"P"} }), noCRL("unavailable ANCHOR_SCOPE")},
		{"of another State", pin(func(w *world) { w.signer.Subject = cmstest.DN("FR", "Test", "signer") }), noCRL("failed COUNTRY_MISMATCH")},
		{"of master lists", pin(func(w *world) {
			w.signer.Extensions = [][]byte{cmstest.ExtendedKeyUsage(cmstest.OID(2, 23, 136, 1, 1, 3))}
		}), noCRL("failed SIGNER_USAGE")},
		{"expired at signing", pin(func(w *world) { w.signer.NotAfter = signed.Add(-time.Second) }),
			changes{verdict.Anchor: "passed (SIGNER_PINNED)", verdict.Revocation: "unavailable NO_CRL", verdict.Validity: "failed NOT_VALID_AT_SIGNING"}},
		{"the pinned key in a certificate that lasts longer", func(w *world) {
			pin(func(*world) {})(w)
			w.signer.NotAfter = w.signer.NotAfter.AddDate(30, 0, 0)
			w.object.Certificates = [][]byte{w.signer.Sign(w.issuer)}
		}, changes{verdict.Anchor: "unavailable NO_ANCHOR", verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"}},
	})
}

// TestSeveralSigners: the signature of an anchored signer counts, wherever it
// stands and whatever the others are worth.
func TestSeveralSigners(t *testing.T) {
	strange := func(w *world) (cmstest.Signer, []byte) {
		other := w.signer
		other.Key, other.Serial = strangerKey, 9
		other.Issuer = cmstest.DN("VN", "Test", "home-made")
		other.Extensions = [][]byte{cmstest.KeyUsage(cmstest.DigitalSignature), cmstest.AuthorityKeyID(strangerKey.KeyID())}
		return cmstest.Signer{Key: strangerKey, Issuer: other.Issuer, Serial: 9, SigningTime: signed}, other.Sign(strangerKey)
	}
	together := func(first bool, change func(*cmstest.Signer)) func(*world) {
		return func(w *world) {
			signer, cert := strange(w)
			change(&signer)
			w.object.Certificates = [][]byte{cert, w.signer.Sign(w.issuer)}
			w.object.Signers = []cmstest.Signer{w.signing, signer}
			if first {
				w.object.Signers = []cmstest.Signer{signer, w.signing}
			}
		}
	}
	right := func(*cmstest.Signer) {}
	run(t, []test{
		{"a stranger beside it", together(false, right), nil},
		{"a stranger before it", together(true, right), nil},
		{"a wrong signature before it", together(true, func(s *cmstest.Signer) { s.Key = signerKey }), nil},
		{"only the stranger's holds", func(w *world) {
			together(false, right)(w)
			w.object.Signers[0].Key = strangerKey
		}, changes{verdict.Anchor: "unavailable NO_ANCHOR", verdict.Validity: "unavailable NO_CHAIN", verdict.Revocation: "unavailable NO_CHAIN"}},
	})
}

func TestValidity(t *testing.T) {
	const failed = "failed NOT_VALID_AT_SIGNING"
	dated := func(issue time.Time) func(*world) {
		return func(w *world) { w.signing.SigningTime, w.in.IssueDate = time.Time{}, &issue }
	}
	run(t, []test{
		{"signer expired since", func(w *world) { w.signer.NotAfter = signed.AddDate(0, 1, 0) }, changes{verdict.Validity: "passed (SIGNER_EXPIRED_SINCE)"}},
		{"CSCA expired since", func(w *world) { w.csca.NotAfter = signed.AddDate(0, 1, 0) }, changes{verdict.Validity: "passed (SIGNER_EXPIRED_SINCE)"}},
		{"signed before the signer was valid", func(w *world) { w.signer.NotBefore = signed.Add(time.Second) }, changes{verdict.Validity: failed}},
		{"signed in the signer's first second", func(w *world) { w.signer.NotBefore = signed }, nil},
		{"signed after the signer expired", func(w *world) { w.signer.NotAfter = signed.Add(-time.Second) }, changes{verdict.Validity: failed}},
		{"signed before the CSCA was valid", func(w *world) { w.csca.NotBefore = signed.Add(time.Second) }, changes{verdict.Validity: failed}},
		{"signed after the CSCA expired", func(w *world) { w.csca.NotAfter = signed.Add(-time.Second) }, changes{verdict.Validity: failed}},
		{"outside the signer's validity, no anchor", func(w *world) {
			w.noStore, w.signer.NotAfter = true, signed.Add(-time.Second)
		}, changes{verdict.Validity: failed, verdict.Anchor: "unavailable NO_TRUST_STORE", verdict.Revocation: "unavailable NO_CHAIN"}},

		{"no signing time", func(w *world) { w.signing.SigningTime = time.Time{} }, changes{verdict.Validity: "unavailable SIGNING_TIME_UNKNOWN"}},
		{"date of issue instead", dated(signed), nil},
		{"date of issue after the signer expired", dated(begin.AddDate(10, 0, 3)), changes{
			verdict.Validity: "unavailable CLOCK_IMPLAUSIBLE", verdict.Revocation: "unavailable CLOCK_IMPLAUSIBLE"}},
		{"date of issue before the signer was valid", dated(begin.AddDate(0, 0, -3)), changes{verdict.Validity: failed}},
		{"date of issue on the eve of the signer's validity", dated(begin.AddDate(0, 0, -1)), nil},
		{"date of issue from a DG13 that was changed", func(w *world) {
			dated(signed)(w)
			w.in.Groups[lds.DG13] = []byte("changed")
		}, changes{verdict.Hashes: "failed HASH_MISMATCH DG13", verdict.Validity: "unavailable SIGNING_TIME_UNKNOWN"}},
		{"the signing time outweighs the date of issue", func(w *world) {
			issue := begin.AddDate(-5, 0, 0)
			w.in.IssueDate = &issue
		}, nil},

		{"clock before the build", func(w *world) { w.in.Now = build.Add(-time.Second) }, changes{
			verdict.Validity: "unavailable CLOCK_IMPLAUSIBLE", verdict.Revocation: "unavailable CLOCK_IMPLAUSIBLE"}},
		{"clock before the signing time", func(w *world) {
			w.in.BuildDate, w.in.Now = time.Time{}, signed.Add(-time.Second)
		}, changes{verdict.Validity: "unavailable CLOCK_IMPLAUSIBLE", verdict.Revocation: "unavailable CLOCK_IMPLAUSIBLE"}},
		{"clock at the signing time", func(w *world) {
			w.in.BuildDate, w.in.Now = time.Time{}, signed
			w.crls[0].ThisUpdate = signed
		}, nil},
	})
}

func TestRevocation(t *testing.T) {
	stale := func(w *world) { w.crls[0].NextUpdate = now.AddDate(0, 0, -1) }
	run(t, []test{
		{"no CRL", func(w *world) { w.crls = nil }, changes{verdict.Revocation: "unavailable NO_CRL"}},
		{"stale CRL", stale, changes{verdict.Revocation: "unavailable CRL_STALE"}},
		{"CRL of the future", func(w *world) { w.crls[0].ThisUpdate = now.Add(time.Hour) }, changes{verdict.Revocation: "unavailable CRL_STALE"}},
		{"signer revoked", func(w *world) { w.crls[0].Serials = []int64{4, 5} }, changes{verdict.Revocation: "failed REVOKED"}},
		{"CSCA revoked", func(w *world) { w.crls[0].Serials = []int64{1} }, changes{verdict.Revocation: "failed REVOKED"}},
		{"others revoked", func(w *world) { w.crls[0].Serials = []int64{4, 6} }, nil},
		{"signer revoked by a stale CRL", func(w *world) { stale(w); w.crls[0].Serials = []int64{5} }, changes{verdict.Revocation: "failed REVOKED"}},
		{"revoked, and the clock is wrong", func(w *world) {
			w.crls[0].Serials, w.in.Now = []int64{5}, build.AddDate(-10, 0, 0)
		}, changes{verdict.Revocation: "failed REVOKED", verdict.Validity: "unavailable CLOCK_IMPLAUSIBLE"}},
		{"CRL by a stranger in the CSCA's name", func(w *world) { w.crlKey = strangerKey }, changes{verdict.Revocation: "unavailable NO_CRL"}},
		{"revoked by a stranger in the CSCA's name", func(w *world) {
			w.crlKey, w.crls[0].Serials = strangerKey, []int64{5}
		}, changes{verdict.Revocation: "unavailable NO_CRL"}},
	})
}
