package passiveauth

import (
	"errors"
	"slices"
	"strings"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// chooseAnchor takes one of the certificates of the anchor's key: rather one that
// is trusted for the card, of the signer's country, that was valid at signing.
func (j *judge) chooseAnchor() *trust.Anchor {
	var best *trust.Anchor
	score := -1
	for _, a := range j.chain.anchors {
		n := 0
		if j.trustedFor(a) {
			n += 4
		}
		if a.Country() == j.result.Signer.Issuer.Country() {
			n += 2
		}
		if at := j.signingTime(); at.known() && at.within(a.Certificate) {
			n++
		}
		if n > score {
			best, score = a, n
		}
	}
	return best
}

// anchor judges whose signer it is (Doc 9303-11 §5.1 step 1): an anchor's key
// signed it, it is a document signer, and State, CSCA and DG1 are of one country.
func (j *judge) anchor() verdict.Check {
	no := func(why verdict.Reason) verdict.Check { return verdict.NoVerdict(verdict.Anchor, why) }
	fail := func(why verdict.Reason) verdict.Check { return verdict.Fail(verdict.Anchor, why) }
	switch err := j.chain.anchorErr; {
	case j.in.Store.Empty():
		return no(verdict.NoTrustStore)
	case j.chain.signer == nil:
		return no(verdict.NoChain)
	case errors.Is(err, trust.ErrForged):
		return fail(verdict.AnchorSignature)
	case err != nil:
		return no(verdict.NoAnchor)
	case !j.maySign(j.result.Signer):
		return fail(verdict.SignerUsage)
	case !j.result.Covered[lds.DG1], j.in.IssuingState == "":
		return no(verdict.AnchorUnprovable)
	case !j.sameState():
		return fail(verdict.CountryMismatch)
	case !j.trustedFor(j.result.Anchor):
		return no(verdict.AnchorScope)
	case j.result.Anchor.Kind == trust.Pinned:
		return verdict.Pass(verdict.Anchor, verdict.SignerPinned)
	}
	return verdict.Pass(verdict.Anchor)
}

// trustedFor tells whether the operator's note trusts the anchor for documents, and
// for those of DG1's code. What it leaves out says nothing against the card.
func (j *judge) trustedFor(a *trust.Anchor) bool {
	return a.Note.VouchesForDocuments() && a.Note.Allows(j.in.DocumentCode)
}

// sameState compares the countries of signer and CSCA with DG1's issuing State.
// Without it, any trusted State could sign for any other.
func (j *judge) sameState() bool {
	state := j.in.IssuingState
	return SameState(state, j.result.Signer.Subject.Country()) && SameState(state, j.result.Anchor.Country())
}

// maySign tells whether the certificate is of a document signer (Doc 9303-12
// §7.1.1): not a CA, for digital signatures where keyUsage is there, for no
// other duty of the PKI, and for this kind of document where it says for which.
func (j *judge) maySign(cert *cms.Certificate) bool {
	x := cert.Extensions
	if x.CA || len(x.UnknownCritical) > 0 || x.HasKeyUsage && !x.KeyUsage.Has(cms.DigitalSignature) {
		return false
	}
	for _, purpose := range x.ExtendedKeyUsage {
		if slices.ContainsFunc(otherDuties, func(duty cms.OID) bool {
			return strings.HasPrefix(string(purpose), string(duty))
		}) {
			return false
		}
	}
	return len(x.DocumentTypes) == 0 || slices.ContainsFunc(x.DocumentTypes, j.documentCodeIs)
}

// otherDuties are extended key usages of signers that a CSCA certifies for other
// things than documents: master lists, deviation lists, visible digital seals.
var otherDuties = []cms.OID{
	cms.NewOID("2.23.136.1.1.3"), cms.NewOID("2.23.136.1.1.8"), cms.NewOID("2.23.136.1.1.14"),
}

// documentCodeIs compares a document type of the signer with DG1's document
// code. A type of one letter stands for all codes that begin with it.
func (j *judge) documentCodeIs(kind string) bool {
	code := strings.TrimRight(j.in.DocumentCode, "<")
	kind = strings.TrimRight(kind, "<")
	return code == "" || code == kind || len(kind) == 1 && strings.HasPrefix(code, kind)
}
