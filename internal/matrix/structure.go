package main

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"slices"
	"time"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/verdict"
)

// structureCases are EF.SODs that are built in another way (Doc 9303-10 §4.6.2,
// RFC 5652 §5).
func structureCases() []Case {
	var all []Case
	usual := func(id string, change func(*issue)) { all = append(all, algorithmCase(id, defaultKeys(), change)) }
	for _, h := range hashes[1:] {
		for version := range int64(2) {
			usual(fmt.Sprintf("security-object/v%d/%v", version, h.hash), func(i *issue) { i.groupHash, i.version = h.hash, version })
		}
	}
	usual("hashes/three-different", func(i *issue) { i.groupHash, i.digest = crypto.SHA512, crypto.SHA384 })
	usual("hashes/with-NULL", func(i *issue) { i.nullParams = true })
	usual("attributes/written-as-signed-unsorted", func(i *issue) { i.attributes = reversed })
	usual("attributes/signed-in-DER-written-unsorted", func(i *issue) { i.attributes = writtenReversed })
	usual("attributes/unknown-one-more", func(i *issue) { i.attributes = withUnknown })
	usual("no-signing-time", func(i *issue) { i.signingTime = time.Time{} }) // DG13 tells the date of issue
	usual("signer-by-key-id", func(i *issue) {
		i.keyID = []byte("key identifier")
		i.signerCert.extensions = append(i.signerCert.extensions, cmstest.SubjectKeyID(i.keyID))
	})
	usual("certificates/a-broken-one-beside", func(i *issue) { i.extra = [][]byte{cmstest.Seq(cmstest.Small(1))} })
	usual("signers/another-after", func(i *issue) { i.after = [][]byte{strangerInfo()} })
	all = append(all, besideFirst())
	return append(all, attributeCases()...)
}

func reversed(list [][]byte) (sign, write [][]byte) {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list, list
}

// writtenReversed signs the DER encoding, as RFC 5652 §5.4 wants, and writes
// another order.
func writtenReversed(list [][]byte) (sign, write [][]byte) {
	_, write = reversed(list)
	return list, write
}

// withUnknown adds an attribute that nobody knows.
func withUnknown(list [][]byte) (sign, write [][]byte) {
	list = append(slices.Clone(list), cmstest.Seq(cmstest.OID(1, 2, 3, 4), cmstest.Set(derNull)))
	slices.SortFunc(list, bytes.Compare)
	return list, list
}

// strangerInfo is a SignerInfo by somebody whose certificate is not there.
func strangerInfo() []byte {
	i := newIssue(defaultKeys())
	i.signerCert.serial++
	return i.signerInfo(cmstest.LDSSecurityObject, []byte("other content"))
}

// besideFirst: a first signer that does not hold hides no second one that does.
func besideFirst() Case {
	before := func(i *issue) { i.before = [][]byte{strangerInfo()} }
	return algorithmCaseWith("signers/another-before", before, "unavailable SIGNER_MISSING", "failed DIGEST_MISMATCH", signatureWrong)
}

// algorithmCaseWith is an algorithmCase where the signature's twin may come to one of several verdicts.
func algorithmCaseWith(id string, change func(*issue), verdicts ...string) Case {
	return Case{ID: "pa/" + id,
		Right: func(ctx context.Context) error { return changed(change).expect(ctx, allPassed) },
		Wrong: func(ctx context.Context) error {
			i := changed(change)
			i.signs.sign = i.stranger.sign
			result, err := i.read(ctx)
			if err != nil {
				return err
			}
			check := result.Report.Get(verdict.Signature)
			if got := fmt.Sprintf("%s %s", check.Status, check.Reason); !slices.Contains(verdicts, got) {
				return fmt.Errorf("signature is %q", got)
			}
			return nil
		}}
}

// attributeCases are signed attributes that must not be taken, each rightly
// signed (RFC 5652 §5.3, §11).
func attributeCases() []Case {
	right := func() *issue { return newIssue(defaultKeys()) }
	wrong := allPassed.but(verdict.Signature, signatureWrong, verdict.Validity, timeUnknown)
	with := func(change func(usual [][]byte) [][]byte) func() *issue {
		return func() *issue {
			return changed(func(i *issue) {
				i.attributes = func(usual [][]byte) (sign, write [][]byte) {
					list := change(slices.Clone(usual))
					return list, list
				}
			})
		}
	}
	contentTypeAlone := with(func(usual [][]byte) [][]byte { return usual[:1] })
	otherType := with(func(usual [][]byte) [][]byte {
		usual[0] = cmstest.ContentType(cmstest.OID(1, 2, 840, 113549, 1, 7, 1))
		return usual
	})
	otherDigest := with(func([][]byte) [][]byte {
		other := digest(crypto.SHA256, []byte("other content"))
		return [][]byte{cmstest.ContentType(cmstest.LDSSecurityObject), cmstest.MessageDigest(other), cmstest.SigningTime(signed)}
	})
	noSigner := func() *issue { return changed(func(i *issue) { i.noCertificate = true }) }
	return []Case{
		refusedCase("attributes/without-messageDigest", contentTypeAlone, right, wrong),
		refusedCase("attributes/another-messageDigest", otherDigest, right, wrong.but(verdict.Signature, "failed DIGEST_MISMATCH")),
		refusedCase("attributes/another-content-type", otherType, right, wrong),
		refusedCase("signer-certificate-missing", noSigner, right,
			allPassed.but(verdict.Signature, "unavailable SIGNER_MISSING", verdict.Anchor, noChain, verdict.Validity, noChain, verdict.Revocation, noChain)),
	}
}
