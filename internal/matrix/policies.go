package main

import (
	"crypto"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
)

// unsigned is what the checks come to where nothing is known against the card but
// its signature cannot be judged.
var unsigned = allPassed.but(verdict.Signature, notSupported, verdict.Validity, timeUnknown)

// policyCases are algorithms and keys that the default policy does not take, and
// forged ones that nothing may take.
func policyCases() []Case {
	var all []Case
	all = append(all, sha1Cases()...)
	all = append(all, shortKeyCases()...)
	return append(all, forgedKeyCases()...)
}

// sha1Cases: SHA-1 anywhere is refused by default and taken where the policy says so.
func sha1Cases() []Case {
	curve, _ := curves.ByID(brainpoolP256r1)
	uncertified := allPassed.but(verdict.Anchor, noAnchor, verdict.Validity, noChain, verdict.Revocation, noChain)
	var all []Case
	for _, x := range []struct {
		id   string
		make func() *issue
		want expectation
	}{
		{"SHA-1/ECDSA", func() *issue {
			i := newIssue(defaultKeys())
			old := ecdsaKeys(curve, crypto.SHA1, named)("signer")
			i.signerCert.key, i.signs = old, old
			return i
		}, unsigned},
		{"SHA-1/RSA-PKCS1", func() *issue { return signedWith(pkcs1Keys(2048, crypto.SHA1)) }, unsigned},
		{"SHA-1/RSA-PSS", func() *issue { return signedWith(pssKeys(2048, usualPSS(crypto.SHA1))) }, unsigned},
		{"SHA-1/RSA-PSS-empty-parameters", func() *issue { // the defaults of RFC 4055 §3.1 are SHA-1
			i := signedWith(pssKeys(2048, usualPSS(crypto.SHA1)))
			i.signs.algorithm = cmstest.Seq(oidPSS, cmstest.Seq())
			return i
		}, unsigned},
		{"SHA-1/messageDigest", func() *issue { return changed(func(i *issue) { i.digest = crypto.SHA1 }) }, unsigned},
		{"SHA-1/group-hashes", func() *issue { return changed(func(i *issue) { i.groupHash = crypto.SHA1 }) },
			allPassed.but(verdict.Hashes, "unavailable HASH_ALGORITHM", verdict.Anchor, "unavailable ANCHOR_UNPROVABLE")},
		{"SHA-1/certificate", func() *issue {
			i := newIssue(defaultKeys())
			old := ecdsaKeys(curve, crypto.SHA1, named)("csca")
			i.csca, i.cscaCert.key, i.certifies = old, old, old
			return i
		}, uncertified},
	} {
		all = append(all, refusedCase(x.id, x.make, func() *issue {
			i := x.make()
			i.policy = cms.Policy{AllowSHA1: true}
			return i
		}, x.want))
	}
	return all
}

// signedWith is a right card whose signer has another kind of key than the CSCA.
func signedWith(keys maker) *issue {
	return changed(func(i *issue) {
		k := keys("signer")
		i.signer, i.signerCert.key, i.signs, i.stranger = k, k, k, keys("chip")
	})
}

// changed is a right card with one change.
func changed(change func(*issue)) *issue {
	i := newIssue(defaultKeys())
	change(i)
	return i
}

// shortKeyCases: keys that are too short by default.
func shortKeyCases() []Case {
	all := []Case{refusedCase("short-key/RSA-1024",
		func() *issue { return signedWith(pkcs1Keys(1024, crypto.SHA256)) },
		func() *issue {
			i := signedWith(pkcs1Keys(1024, crypto.SHA256))
			i.policy = cms.Policy{MinRSA: 1024}
			return i
		}, unsigned)}
	for _, c := range curves.All()[:2] { // the two of 192 bits
		all = append(all, refusedCase("short-key/"+c.Name,
			func() *issue { return signedWith(ecdsaKeys(c, crypto.SHA224, named)) },
			func() *issue {
				i := signedWith(ecdsaKeys(c, crypto.SHA224, named))
				smallKeys(c)(i)
				return i
			}, unsigned))
	}
	return all
}

// forgedKeyCases: keys under parameters that are no standard set (CVE-2020-0601)
// and algorithms that do not fit the key or that nobody knows.
func forgedKeyCases() []Case {
	right := func() *issue { return newIssue(defaultKeys()) }
	sha256 := usualPSS(crypto.SHA256)
	restricted := func(allowed pss) func() *issue {
		return func() *issue {
			i := signedWith(pssKeys(2048, sha256))
			i.signerCert.key.spki = cmstest.Seq(cmstest.Seq(oidPSS, allowed.params(true)), lastElement(i.signerCert.key.spki))
			return i
		}
	}
	as := func(algorithm []byte) func() *issue {
		return func() *issue { return changed(func(i *issue) { i.signs.algorithm = algorithm }) }
	}
	nobody := allPassed.but(verdict.Signature, certificateWrong, verdict.Anchor, noChain, verdict.Validity, noChain, verdict.Revocation, noChain)
	unknown := nobody.but(verdict.Signature, notSupported)
	wrong := allPassed.but(verdict.Signature, signatureWrong, verdict.Validity, timeUnknown)
	all := []Case{
		refusedCase("forged-curve/parameter-b", otherB, right, unknown),
		refusedCase("algorithm/Ed25519", as(cmstest.Seq(cmstest.OID(1, 3, 101, 112))), right, unsigned),
		refusedCase("algorithm/of-the-other-kind-of-key", as(cmstest.Seq(pkcs1OIDs[crypto.SHA256], derNull)), right, wrong),
		refusedCase("RSA-PSS/trailer-2", func() *issue {
			i := signedWith(pssKeys(2048, sha256))
			i.signs.algorithm = cmstest.Seq(oidPSS, withTrailer(sha256, 2))
			return i
		}, right, unsigned),
		refusedCase("RSA-PSS/key-for-other-parameters", restricted(usualPSS(crypto.SHA512)), restricted(sha256), wrong),
	}
	for _, c := range curves.All()[2:] {
		all = append(all, refusedCase("forged-curve/generator/"+c.Name,
			func() *issue { return forgedGenerator(c) },
			func() *issue { return signedWith(ecdsaKeys(c, crypto.SHA256, explicit)) }, nobody))
	}
	return all
}

// forgedGenerator is a signer with the public point of the genuine one under
// another generator, so that anybody can sign. The genuine certificate's name is
// kept; the CSCA certified the point.
func forgedGenerator(c *curves.Curve) *issue {
	i := signedWith(ecdsaKeys(c, crypto.SHA256, explicit))
	forged := cmstest.Forge(i.signer.ec)
	i.signerCert.key.spki = forged.SPKI()
	i.signs.sign = func(message []byte) []byte {
		der, _ := forged.Sign(crypto.SHA256, message)
		return der
	}
	return i
}

// otherB is a signer on a curve of the issuer's own.
func otherB() *issue {
	c, _ := curves.ByID(brainpoolP256r1)
	i := signedWith(ecdsaKeys(c, crypto.SHA256, explicit))
	spki := flipIn(i.signerCert.key.spki, tlv.Encode(0x04, c.B.Bytes()))
	i.signerCert.key.spki = spki
	return i
}
