package scenario

import (
	"crypto"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// signedBy orders another document signer.
func signedBy(s issuer.SignerOptions) func(persona.Persona, *issuer.Options) error {
	return ordered(func(o *issuer.Options) { o.Signer = s })
}

// withSOD orders another EF.SOD.
func withSOD(s issuer.SODOptions) func(persona.Persona, *issuer.Options) error {
	return ordered(func(o *issuer.Options) { o.SOD = s })
}

// signers are cards that somebody else signed, or at another time.
func signers() []Scenario {
	noChain := []why{open(verdict.Validity, verdict.NoChain), open(verdict.Revocation, verdict.NoChain)}
	return []Scenario{
		{
			Name: "signer-unknown", TitleVi: "SOD do người ký không rõ ký", TitleEn: "SOD signed by an unknown signer",
			Imitates: HomeMade,
			// The chain ends at a CSCA that is in no store: that alone says nothing of the citizen.
			Expect: expect(ExitUnproven, append(noChain, open(verdict.Anchor, verdict.NoAnchor))...),
			order:  signedBy(issuer.SignerOptions{Authority: issuer.Unknown}),
		},
		{
			Name: "signer-forged", TitleVi: "Người ký mạo danh CSCA thật", TitleEn: "Signer under a CSCA that bears the genuine one's name and key id",
			Imitates: HomeMade, Expect: expect(ExitFailed, append(noChain, fails(verdict.Anchor, verdict.AnchorSignature))...),
			order: signedBy(issuer.SignerOptions{Authority: issuer.Forged}),
		},
		{
			Name: "signer-foreign", TitleVi: "Người ký của nước khác, có trong kho tin cậy", TitleEn: "Signer of another State, whose CSCA is in the trust store",
			Imitates: HomeMade, Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.CountryMismatch)),
			order: signedBy(issuer.SignerOptions{Authority: issuer.Foreign}),
		},
		{
			Name: "signer-revoked", TitleVi: "Chứng thư người ký đã bị thu hồi", TitleEn: "The signer's certificate was revoked",
			Imitates: HomeMade, Expect: expect(ExitFailed, fails(verdict.Revocation, verdict.Revoked)),
			order: signedBy(issuer.SignerOptions{Authority: issuer.Successor, Revoked: true}),
		},
		{
			Name: "signer-linked", TitleVi: "Người ký thuộc CSCA mới, có chứng thư liên kết và danh sách thu hồi", TitleEn: "Signer of the next CSCA, known by a link certificate, with a fresh revocation list",
			Imitates: Honest, Expect: expect(ExitGenuine, passes(verdict.Revocation)),
			order: signedBy(issuer.SignerOptions{Authority: issuer.Successor}),
		},
		{
			Name: "crl-stale", TitleVi: "Danh sách thu hồi của CSCA đã quá hạn", TitleEn: "The revocation list of the CSCA has ended",
			Imitates: Honest, Expect: expect(ExitGenuine, open(verdict.Revocation, verdict.CRLStale)),
			order: signedBy(issuer.SignerOptions{Authority: issuer.Predecessor}),
		},
		{
			Name: "signed-too-early", TitleVi: "Ký trước khi chứng thư người ký có hiệu lực", TitleEn: "Signed before the signer's certificate began",
			Imitates: HomeMade, Expect: expect(ExitFailed, fails(verdict.Validity, verdict.NotValidAtSigning)),
			order: signedBy(issuer.SignerOptions{Period: issuer.NotYetBegun}),
		},
		{
			Name: "signed-too-late", TitleVi: "Ký sau khi chứng thư người ký hết hạn", TitleEn: "Signed after the signer's certificate had ended",
			Imitates: HomeMade, Expect: expect(ExitFailed, fails(verdict.Validity, verdict.NotValidAtSigning)),
			order: signedBy(issuer.SignerOptions{Period: issuer.EndedAlready}),
		},
		{
			Name: "signer-expired", TitleVi: "Chứng thư người ký nay đã hết hạn (thẻ vẫn thật)", TitleEn: "Signer's certificate expired since: the card stays genuine",
			Imitates: Honest, Expect: expect(ExitGenuine).remark(verdict.Validity, verdict.SignerExpired),
			order: signedBy(issuer.SignerOptions{Period: issuer.EndedSince}),
		},
		{
			Name: "signer-for-passports", TitleVi: "Chứng thư người ký chỉ dành cho hộ chiếu", TitleEn: "The signer's certificate is for passports only",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.SignerUsage)),
			order: signedBy(issuer.SignerOptions{Misuse: issuer.ForPassports}),
		},
		{
			Name: "signer-is-authority", TitleVi: "Thẻ do một CA ký trực tiếp", TitleEn: "A certification authority signs the card itself",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.SignerUsage)),
			order: signedBy(issuer.SignerOptions{Misuse: issuer.ForNobody}),
		},
		{
			Name: "curve-altered", TitleVi: "Đường cong của người ký có điểm sinh khác", TitleEn: "The signer's curve has another generator than the standard's",
			Imitates: HomeMade,
			Expect:   expect(ExitFailed, append(noChain, fails(verdict.Signature, verdict.CertificateInvalid), open(verdict.Anchor, verdict.NoChain))...),
			order:    signedBy(issuer.SignerOptions{Authority: issuer.Forged, OtherGenerator: true}),
		},
		{
			Name: "sod-no-certificate", TitleVi: "SOD không kèm chứng thư người ký", TitleEn: "SOD without the signer's certificate",
			Imitates: IssuerSlip,
			Expect:   expect(ExitUnproven, append(noChain, open(verdict.Signature, verdict.SignerMissing), open(verdict.Anchor, verdict.NoChain))...),
			order:    withSOD(issuer.SODOptions{NoCertificate: true}),
		},
		{
			Name: "sod-sha1", TitleVi: "SOD ký bằng SHA-1", TitleEn: "SOD signed with SHA-1",
			Imitates: IssuerSlip,
			Expect:   expect(ExitUnproven, open(verdict.Signature, verdict.AlgorithmUnknown), open(verdict.Validity, verdict.SigningTimeUnknown)),
			order:    signedBy(issuer.SignerOptions{Algorithm: issuer.Algorithm{Hash: crypto.SHA1}}),
		},
		{
			Name: "hashes-sha1", TitleVi: "SOD ghi mã băm SHA-1 của các nhóm", TitleEn: "The SOD holds SHA-1 hashes of the groups",
			Imitates: IssuerSlip,
			Expect:   expect(ExitUnproven, open(verdict.Hashes, verdict.HashAlgorithm), open(verdict.Anchor, verdict.AnchorUnprovable)),
			order:    withSOD(issuer.SODOptions{Hash: crypto.SHA1}),
		},
	}
}
