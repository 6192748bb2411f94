package main

import (
	"crypto"
	"slices"
	"time"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/verdict"
)

// chainCases are paths from the document signer to an anchor, their dates and
// revocation (Doc 9303-12 §§4, 7, 9; Doc 9303-11 §5.1).
func chainCases() []Case {
	var all []Case
	all = append(all, linkCases()...)
	all = append(all, masterListCases()...)
	all = append(all, dateCases()...)
	all = append(all, revocationCases()...)
	return append(all, usageCases()...)
}

// generation is a later key of the CSCA with the certificate that the one before signed for it.
type generation struct {
	key  signatureKey
	link []byte
}

// nextGeneration makes the next key of the CSCA and its link certificate, signed
// by one key and naming one: the same, unless somebody cheats (Doc 9303-12 §4.2).
func nextGeneration(i *issue, by, claimed signatureKey, serial int64, keys maker) generation {
	key := keys("csca")
	link := i.cscaCert
	link.serial, link.key = serial, key
	link.extensions = append(slices.Clone(link.extensions), cmstest.SubjectKeyID(key.keyID()), cmstest.AuthorityKeyID(claimed.keyID()))
	return generation{key, link.signedBy(by)}
}

// linkCases: the store holds the first CSCA, the signer is certified by a later
// one that the one before vouched for.
func linkCases() []Case {
	curve, _ := curves.ByID(p384)
	rsaKeys := pkcs1Keys(3072, crypto.SHA256)
	unchained := allPassed.but(verdict.Anchor, noAnchor, verdict.Validity, noChain, verdict.Revocation, noChain)
	chain := func(byStranger bool, kinds ...maker) func() *issue {
		return func() *issue {
			i := newIssue(defaultKeys())
			first := i.cscaCert
			first.extensions = append(slices.Clone(first.extensions), cmstest.SubjectKeyID(i.csca.keyID()))
			i.store = [][]byte{first.signedBy(i.csca)}
			last := i.csca
			for n, keys := range kinds {
				by := last
				if byStranger && n == len(kinds)-1 {
					by = i.stranger
				}
				g := nextGeneration(i, by, last, int64(cscaSerial+1+n), keys)
				i.store = append([][]byte{g.link}, i.store...) // the newest first: the order must not matter
				last, i.certifies = g.key, g.key
			}
			return i
		}
	}
	var all []Case
	for _, x := range []struct {
		id    string
		kinds []maker
	}{
		{"link/one", []maker{defaultKeys()}},
		{"link/two", []maker{defaultKeys(), defaultKeys()}},
		{"link/to-another-curve", []maker{ecdsaKeys(curve, crypto.SHA384, explicit)}},
		{"link/to-RSA-and-back", []maker{rsaKeys, defaultKeys()}},
	} {
		all = append(all, refusedCase(x.id, chain(true, x.kinds...), chain(false, x.kinds...), unchained))
	}
	return all
}

// masterListCases: the CSCA of the card comes in a master list that another
// anchor's list signer signed; what is malformed in it harms nothing else.
func masterListCases() []Case {
	card := func(listedBy func(i, publisher *issue) signatureKey) func() *issue {
		return func() *issue {
			i, publisher := newIssue(defaultKeys()), newIssue(defaultKeys())
			publisher.rename("UT", "MASTER LIST PUBLISHER")
			publisher.signerCert.extensions = [][]byte{cmstest.ExtendedKeyUsage(cmstest.OID(2, 23, 136, 1, 1, 3))}
			publisher.signs = listedBy(i, publisher)
			broken := cmstest.Seq(cmstest.Seq(cmstest.Small(2)), cmstest.Seq(), cmstest.Bits([]byte{1}))
			content := cmstest.Seq(cmstest.Small(0), cmstest.Set(broken, i.cscaCert.signedBy(i.csca)))
			kind := cmstest.OID(2, 23, 136, 1, 1, 2)
			list := signedData(kind, content, hashID(publisher.digest, false),
				[][]byte{publisher.signerCert.signedBy(publisher.certifies)}, [][]byte{publisher.signerInfo(kind, content)})
			i.store = [][]byte{publisher.cscaCert.signedBy(publisher.csca), list}
			return i
		}
	}
	honest := card(func(_, publisher *issue) signatureKey { return publisher.signer })
	forged := card(func(_, publisher *issue) signatureKey { return publisher.stranger })
	unchained := allPassed.but(verdict.Anchor, noAnchor, verdict.Validity, noChain, verdict.Revocation, noChain)
	return []Case{refusedCase("master-list/with-a-broken-certificate", forged, honest, unchained)}
}

// rename gives the CSCA and the signer other names.
func (i *issue) rename(country, common string) {
	name := cmstest.DN(country, "SYNTHETIC", common+" CSCA")
	i.cscaCert.subject, i.cscaCert.issuer, i.signerCert.issuer = name, name, name
	i.signerCert.subject = cmstest.DN(country, "SYNTHETIC", common+" SIGNER")
}

// dateCases: validity belongs to the time of signing.
func dateCases() []Case {
	right := func() *issue { return newIssue(defaultKeys()) }
	with := func(change func(*issue)) func() *issue { return func() *issue { return changed(change) } }
	signerPeriod := func(from, to time.Time) func() *issue {
		return with(func(i *issue) { i.signerCert.notBefore, i.signerCert.notAfter = from, to })
	}
	notThen := allPassed.but(verdict.Validity, "failed NOT_VALID_AT_SIGNING")
	all := []Case{
		refusedCase("dates/signer-not-yet", signerPeriod(signed.AddDate(0, 1, 0), signed.AddDate(10, 0, 0)), right, notThen),
		refusedCase("dates/signer-no-more", signerPeriod(begin, signed.AddDate(0, 0, -1)), right, notThen),
		refusedCase("dates/csca-not-yet", with(func(i *issue) { i.cscaCert.notBefore = signed.AddDate(0, 1, 0) }), right, notThen),
		refusedCase("dates/clock-before-the-build", with(func(i *issue) { i.now = builtAt.AddDate(-1, 0, 0) }), right,
			allPassed.but(verdict.Validity, "unavailable CLOCK_IMPLAUSIBLE")),
	}
	// A card outlives its signer's certificate: the twin is one that ended before.
	return append(all, refusedCase("dates/signer-expired-since", signerPeriod(begin, signed.AddDate(0, 0, -1)),
		signerPeriod(begin, signed.AddDate(0, 3, 0)), notThen))
}

// revocationCases: a certificate on a list is revoked whenever it was put there;
// only a fresh list clears one.
func revocationCases() []Case {
	cleared := allPassed.but(verdict.Revocation, passed)
	with := func(next time.Time, serials ...int64) func() *issue {
		return func() *issue {
			return changed(func(i *issue) {
				crl := cmstest.CRL{Issuer: cscaName, ThisUpdate: today.AddDate(0, -1, 0), NextUpdate: next, Serials: serials}
				i.crls = [][]byte{crl.Sign(i.csca.ec)}
			})
		}
	}
	fresh, stale := today.AddDate(0, 2, 0), today.AddDate(0, 0, -1)
	byStranger := func() *issue {
		return changed(func(i *issue) {
			i.crls = [][]byte{cmstest.CRL{Issuer: cscaName, ThisUpdate: today, NextUpdate: fresh}.Sign(i.stranger.ec)}
		})
	}
	against := func(id string, bad func() *issue, revocation string) Case {
		c := refusedCase("revocation/"+id, bad, nil, allPassed.but(verdict.Revocation, revocation))
		c.Wrong = expecting(with(fresh, 99), cleared)
		return c
	}
	return []Case{
		against("signer-on-a-fresh-list", with(fresh, 99, signerSerial), "failed REVOKED"),
		against("signer-on-a-stale-list", with(stale, signerSerial), "failed REVOKED"),
		against("csca-on-the-list", with(fresh, cscaSerial), "failed REVOKED"),
		against("stale-list", with(stale, 99), "unavailable CRL_STALE"),
		against("list-without-an-end", with(time.Time{}, 99), "unavailable CRL_STALE"),
		against("list-by-a-stranger", byStranger, "unavailable NO_CRL"),
	}
}

// usageCases: who may sign for whom.
func usageCases() []Case {
	right := func() *issue { return newIssue(defaultKeys()) }
	signerWith := func(extensions ...[]byte) func() *issue {
		return func() *issue { return changed(func(i *issue) { i.signerCert.extensions = extensions }) }
	}
	usage := allPassed.but(verdict.Anchor, "failed SIGNER_USAGE")
	foreign := func() *issue { return changed(func(i *issue) { i.rename("UT", "MATRIX") }) }
	forged := func() *issue {
		return changed(func(i *issue) {
			id := []byte("the key of the CSCA")
			i.cscaCert.extensions = append(i.cscaCert.extensions, cmstest.SubjectKeyID(id))
			i.signerCert.extensions = append(i.signerCert.extensions, cmstest.AuthorityKeyID(id))
			i.certifies = i.stranger
		})
	}
	return []Case{
		refusedCase("usage/signer-is-a-CA", signerWith(cmstest.BasicConstraints(true)), signerWith(cmstest.BasicConstraints(false)), usage),
		refusedCase("usage/signer-for-CRLs-only", signerWith(cmstest.KeyUsage(cmstest.CRLSign)), signerWith(cmstest.KeyUsage(cmstest.DigitalSignature)), usage),
		refusedCase("usage/master-list-signer", signerWith(cmstest.ExtendedKeyUsage(cmstest.OID(2, 23, 136, 1, 1, 3))), right, usage),
		refusedCase("usage/signer-of-passports", signerWith(cmstest.DocumentTypes("P")), signerWith(cmstest.DocumentTypes("P", "I")), usage),
		refusedCase("usage/unknown-critical-extension", signerWith(cmstest.Extension(cmstest.OID(1, 2, 3, 4), true, derNull)),
			signerWith(cmstest.Extension(cmstest.OID(1, 2, 3, 4), false, derNull)), usage),
		refusedCase("state/signer-of-another", foreign, right, allPassed.but(verdict.Anchor, "failed COUNTRY_MISMATCH")),
		refusedCase("anchor/name-and-key-id-of-the-genuine-one", forged, right,
			allPassed.but(verdict.Anchor, "failed ANCHOR_SIGNATURE_INVALID", verdict.Validity, noChain, verdict.Revocation, noChain)),
		refusedCase("anchor/nothing-installed", func() *issue { return changed(func(i *issue) { i.store = [][]byte{} }) }, right,
			allPassed.but(verdict.Anchor, "unavailable NO_TRUST_STORE", verdict.Validity, noChain, verdict.Revocation, noChain)),
	}
}
