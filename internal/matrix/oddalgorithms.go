package main

import (
	"crypto"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// oddAlgorithms are identifiers and parameters that are seldom and right.
func oddAlgorithms() []Case {
	p256Curve, _ := curves.ByID(p256)
	signsAs := func(algorithm []byte) func(*issue) { return func(i *issue) { i.signs.algorithm = algorithm } }
	restricted := func(keys maker, algorithm []byte) maker {
		return func(user string) signatureKey {
			k := keys(user)
			k.spki = cmstest.Seq(algorithm, lastElement(k.spki))
			return k
		}
	}
	sha256 := usualPSS(crypto.SHA256)
	all := []Case{
		algorithmCase("ECDSA/named-as-id-ecPublicKey", ecdsaKeys(p256Curve, crypto.SHA256, named), signsAs(cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 2, 1)))),
		algorithmCase("ECDSA/ecdsa-with-Specified", ecdsaKeys(p256Curve, crypto.SHA384, named),
			signsAs(cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3), hashID(crypto.SHA384, true)))),
		algorithmCase("RSA-PKCS1/named-as-rsaEncryption", pkcs1Keys(2048, crypto.SHA256), signsAs(cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 1), derNull))),
		algorithmCase("RSA-PKCS1/no-NULL", pkcs1Keys(2048, crypto.SHA256), signsAs(cmstest.Seq(pkcs1OIDs[crypto.SHA256]))),
		algorithmCase("RSA-PSS/parameters-absent", pssKeys(2048, sha256), signsAs(cmstest.Seq(oidPSS))),
		algorithmCase("RSA-PSS/parameters-NULL", pssKeys(2048, sha256), signsAs(cmstest.Seq(oidPSS, derNull))),
		algorithmCase("RSA-PSS/hashes-without-NULL", pssKeys(2048, sha256), signsAs(cmstest.Seq(oidPSS, sha256.params(false)))),
		algorithmCase("RSA-PSS/trailer-written", pssKeys(2048, sha256), signsAs(cmstest.Seq(oidPSS, withTrailer(sha256, 1)))),
		algorithmCase("RSA-PSS/key-restricted", restricted(pssKeys(2048, sha256), cmstest.Seq(oidPSS, sha256.params(true))), nil),
		algorithmCase("RSA-PSS/key-for-PSS-only", restricted(pssKeys(3072, sha256), cmstest.Seq(oidPSS)), nil),
	}
	for _, x := range []struct {
		name string
		pss  pss
	}{
		{"salt-0", pss{crypto.SHA256, crypto.SHA256, 0}},
		{"salt-20", pss{crypto.SHA256, crypto.SHA256, 20}},
		{"salt-longest", pss{crypto.SHA256, crypto.SHA256, 256 - 32 - 2}},
		{"mask-SHA-1", pss{crypto.SHA256, crypto.SHA1, 32}},
		{"mask-SHA-512", pss{crypto.SHA256, crypto.SHA512, 32}},
		{"mask-shorter", pss{crypto.SHA512, crypto.SHA256, 64}},
		{"mask-and-salt", pss{crypto.SHA384, crypto.SHA224, 11}},
	} {
		all = append(all, algorithmCase("RSA-PSS/"+x.name, pssKeys(2048, x.pss), nil))
	}
	return all
}

// withTrailer writes the trailer field of RSASSA-PSS-params, too; only 1 is defined.
func withTrailer(p pss, trailer int64) []byte {
	var fields [][]byte
	for _, e := range elements(p.params(true)) {
		fields = append(fields, e.Raw)
	}
	return cmstest.Seq(append(fields, tlv.Encode(0xA3, cmstest.Small(trailer)))...)
}
