//go:build mutation

package mutation

// mutation is one check taken out.
type mutation struct {
	name string
	file string
	// old stands in the file once; new takes its place.
	old, new string
	// tests is the package of which a test must fail; of whole, the matrix of one
	// persona is run.
	tests string
}

// whole is the package that reads every kind of card.
const whole = "./mock-reader/scenario"

// mutations are the losses that a review would fear most.
var mutations = []mutation{
	{"skip one hash", "cardlib/passiveauth/sod.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {", "if g == lds.DG2 {\n\t\treturn nil\n\t}\n\tif subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {", whole},
	{"accept any AA answer", "cardlib/prove.go",
		"return verdict.Fail(id, verdict.WrongAnswer)\n\t}\n\treturn verdict.Fail(id, verdict.Refused)", "return verdict.Pass(id)\n\t}\n\treturn verdict.Fail(id, verdict.Refused)", whole},
	{"ignore the anchor", "cardlib/passiveauth/anchor.go",
		"case err != nil:\n\t\treturn no(verdict.NoAnchor)", "case err != nil:\n\t\treturn verdict.Pass(verdict.Anchor)", whole},
	{"ignore the State of the signer", "cardlib/passiveauth/anchor.go",
		"case !j.sameState():", "case false:", whole},
	{"take EF.CardAccess as it is", "cardlib/judge.go",
		"case access == securityinfo.Different:", "case access == securityinfo.Different && false:", whole},
	{"two persons on one card", "cardlib/judge.go",
		"case len(r.mismatch) > 0:", "case false:", whole},
	{"believe chip authentication without a proof", "cardlib/prove.go",
		"if err = r.proveChannel(); err == nil {", "{", whole},
	{"believe PACE-CAM without a proof", "cardlib/pace/cam.go",
		"if !r.cam.curve.Mul(k.Key.Point, r.cam.scalar).Equal(r.cam.mapping) {", "if false {", whole},
	{"EF.CardSecurity signed by anybody", "cardlib/cardsecurity.go",
		"default:\n\t\t\treturn verdict.NoVerdict(id, verdict.CardSecurityUntrusted)", "default:", whole},
	{"EF.CardSecurity of another State", "cardlib/cardsecurity.go",
		"if c.Status == verdict.Failed {\n\t\t\tcheck :=", "if false {\n\t\t\tcheck :=", whole},
	{"another chip's EF.SOD in the proven channel", "cardlib/prove.go",
		"if err == nil && !bytes.Equal(again, r.rawSOD) {", "if false && !bytes.Equal(again, r.rawSOD) {", "./cardlib"},
	{"forgive a stripped group", "cardlib/read.go",
		"r.denied[g] = sw", "_ = sw", whole},

	{"a chip's MAC is not looked at", "cardlib/securemsg/protect.go",
		"if !EqualMAC(mac, objects.mac.Value) {", "if false && !EqualMAC(mac, objects.mac.Value) {", "./cardlib/securemsg"},
	{"PACE without the chip's token", "cardlib/pace/pace.go",
		"if !securemsg.EqualMAC(objects[0].Value, expected) {", "if false && !securemsg.EqualMAC(objects[0].Value, expected) {", "./cardlib/pace"},
	{"PACE with our own point reflected", "cardlib/pace/agreement.go",
		"if bytes.Equal(public, own.public) {", "if false {", "./cardlib/pace"},
	{"BAC without the chip's MAC", "cardlib/bac/bac.go",
		"if !securemsg.EqualMAC(mac, answer[plainLen:]) {", "if false && !securemsg.EqualMAC(mac, answer[plainLen:]) {", "./cardlib/bac"},
	{"BAC without the echo of our nonce", "cardlib/bac/bac.go",
		"if subtle.ConstantTimeCompare(r[nonceLen:2*nonceLen], e.rndIFD[:]) != 1 {", "if false {", "./cardlib/bac"},
	{"the identity and points off the curve", "cardlib/curves/curve.go",
		"if !c.Contains(p) {\n\t\treturn Point{}, fmt.Errorf(\"%w: not on", "if false {\n\t\treturn Point{}, fmt.Errorf(\"%w: not on", "./cardlib/curves"},
	{"an explicit curve with another generator", "cardlib/curves/curve.go",
		" && c.Generator().Equal(g) {\n\t\t\treturn c, true", " {\n\t\t\treturn c, true", "./cardlib/curves"},
	{"the content that the signature is not of", "cardlib/cms/signer.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), s.MessageDigest) != 1 {", "if false && subtle.ConstantTimeCompare(h.Sum(nil), s.MessageDigest) != 1 {", "./cardlib/cms"},
	{"the challenge of active authentication", "cardlib/activeauth/rsa.go",
		"if subtle.ConstantTimeCompare(h.Sum(nil), digest) != 1 {", "if false && subtle.ConstantTimeCompare(h.Sum(nil), digest) != 1 {", "./cardlib/activeauth"},
	{"a stale CRL taken as fresh", "cardlib/passiveauth/validity.go",
		"case !state.Fresh:", "case false:", "./cardlib/passiveauth"},
	{"a revoked signer", "cardlib/passiveauth/validity.go",
		"case state.Revoked:", "case false:", "./cardlib/passiveauth"},
	{"the time of signing", "cardlib/passiveauth/validity.go",
		"case !signed.within(signer), anchor != nil && !signed.within(anchor.Certificate):", "case false:", whole},
	{"a group that is not listed", "cardlib/passiveauth/hashes.go",
		"findings.add(verdict.NotListed, unlisted)", "", "./cardlib/passiveauth"},
	{"an anchor of the same name that did not sign", "cardlib/trust/find.go",
		"err := cert.VerifySignedBy(a.Certificate.PublicKey, s.Policy)", "err := error(nil)", "./cardlib/trust"},
	{"a link certificate to another State", "cardlib/trust/add.go",
		"if err != nil || found[0].Country() != link.Subject.Country() {", "if err != nil {", "./cardlib/trust"},
	{"a master list that a master list vouches for", "cardlib/trust/masterlist.go",
		"note.Use = ForDocuments", "", "./cardlib/trust"},
	{"a master list signed for another purpose", "cardlib/trust/masterlist.go",
		"if !slices.Contains(signer.Certificate.Extensions.ExtendedKeyUsage, oidMasterListSigner) {", "if false {", "./cardlib/trust"},
	{"an anchor out of a card's file", "cardlib/trust/objects.go",
		"case cms.OIDLDSSecurityObject, cms.OIDSecurityObject:\n\t\treturn OfCard", "case cms.OIDLDSSecurityObject, cms.OIDSecurityObject:", "./cardlib/trust"},
	{"a revocation list signed by anybody", "cardlib/trust/revocation.go",
		"if e.err = e.crl.VerifySignedBy(a.Certificate.PublicKey, s.Policy); e.err == nil {", "if e.err = nil; true {", "./cardlib/trust"},
	{"an anchor beyond its scope", "cardlib/passiveauth/anchor.go",
		"case !j.trustedFor(j.result.Anchor):", "case false:", "./cardlib/passiveauth"},
	{"the document types of a signer", "cardlib/passiveauth/anchor.go",
		"return len(x.DocumentTypes) == 0 || slices.ContainsFunc(x.DocumentTypes, j.documentCodeIs)", "return true", "./cardlib/passiveauth"},
	{"a stripped DG15", "cardlib/passiveauth/hashes.go",
		"case !denied || read:", "case !denied || read || g == lds.DG15:", "./cardlib/passiveauth"},
	{"Diffie-Hellman numbers outside the subgroup", "cardlib/dh/group.go",
		"if d.Q != nil && new(big.Int).Exp(y, d.Q, d.P).Cmp(one) != 0 {", "if false {", "./cardlib/dh"},
	{"ECDSA signatures out of range", "cardlib/curves/ecdsa.go",
		"if !c.Contains(q) || c.CheckScalar(r) != nil || c.CheckScalar(s) != nil {", "if !c.Contains(q) || r.Sign() <= 0 || s.Sign() <= 0 {", "./cardlib/curves"},
	{"integrated mapping where it is not defined", "cardlib/pace/allowed.go",
		"if info.Agreement == securityinfo.ECDH && info.Curve.P.Bit(1) != 1 {", "if false {", "./cardlib/pace"},
	{"the last try of a password", "cardlib/pace/command.go",
		"tries.Spared = true", "tries.Spared = false", "./cardlib/pace"},
	{"a chip without end", "cardlib/meter.go",
		"if m.stats.APDUs == MaxCommands {", "if false {", "./cardlib"},
	{"SHA-1 where the policy forbids it", "cardlib/cms/verify.go",
		"if h == crypto.SHA1 && !p.AllowSHA1 {", "if false {", "./cardlib/cms"},

	{"an order that no pinned key signed", "cardlib/remoteca/gate.go",
		"case !o.SignedBy(g.terms.Keys):", "case false:", "./cardlib/remoteca"},
	{"an order for another site", "cardlib/remoteca/gate.go",
		"case o.Origin != want.Origin:", "case false:", "./cardlib/remoteca"},
	{"a swapped ephemeral key", "cardlib/remoteca/gate.go",
		"if !bytes.Equal(key, g.order.Key) {", "if false {", "./cardlib/remoteca"},
	{"any command on the service's channel", "cardlib/remoteca/gate.go",
		"case cmd.CLA != apdu.ClaSecureMessaging || cmd.INS != apdu.InsReadBinary:", "case false:", "./cardlib/remoteca"},
	{"any file on the service's channel", "cardlib/remoteca/gate.go",
		"case cmd.P2 != 0 || !g.covers(cmd.P1&^shortID):", "case false:", "./cardlib/remoteca"},
	{"an offset before a file", "cardlib/remoteca/gate.go",
		"case cmd.P1&shortID == 0 && !g.opened:", "case false:", "./cardlib/remoteca"},
}
