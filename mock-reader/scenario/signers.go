package scenario

import (
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// signedBy orders another document signer.
func signedBy(s issuer.SignerOptions) func(persona.Persona, *issuer.Options) {
	return func(_ persona.Persona, o *issuer.Options) { o.Signer = s }
}

// signers are cards that somebody else signed, or at another time.
func signers() []Scenario {
	return []Scenario{
		{
			Name: "signer-unknown", TitleVi: "SOD do người ký không rõ ký", TitleEn: "SOD signed by an unknown signer",
			// The chain ends at a CSCA that is in no store: that alone says nothing of the citizen.
			Expect: expect(ExitUnproven, open(verdict.Anchor, verdict.NoAnchor), open(verdict.Validity, verdict.NoChain), open(verdict.Revocation, verdict.NoChain)),
			order:  signedBy(issuer.SignerOptions{Authority: issuer.Unknown}),
		},
		{
			Name: "signer-forged", TitleVi: "Người ký mạo danh CSCA thật", TitleEn: "Signer under a CSCA that bears the genuine one's name and key id",
			Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.AnchorSignature), open(verdict.Validity, verdict.NoChain), open(verdict.Revocation, verdict.NoChain)),
			order:  signedBy(issuer.SignerOptions{Authority: issuer.Forged}),
		},
		{
			Name: "signer-foreign", TitleVi: "Người ký của nước khác, có trong kho tin cậy", TitleEn: "Signer of another State, whose CSCA is in the trust store",
			Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.CountryMismatch)),
			order:  signedBy(issuer.SignerOptions{Authority: issuer.Foreign}),
		},
		{
			Name: "signed-too-early", TitleVi: "Ký trước khi chứng thư người ký có hiệu lực", TitleEn: "Signed before the signer's certificate began",
			Expect: expect(ExitFailed, fails(verdict.Validity, verdict.NotValidAtSigning)),
			order:  signedBy(issuer.SignerOptions{Period: issuer.NotYetBegun}),
		},
		{
			Name: "signed-too-late", TitleVi: "Ký sau khi chứng thư người ký hết hạn", TitleEn: "Signed after the signer's certificate had ended",
			Expect: expect(ExitFailed, fails(verdict.Validity, verdict.NotValidAtSigning)),
			order:  signedBy(issuer.SignerOptions{Period: issuer.EndedAlready}),
		},
		{
			Name: "signer-expired", TitleVi: "Chứng thư người ký nay đã hết hạn (thẻ vẫn thật)", TitleEn: "Signer's certificate expired since: the card stays genuine",
			Expect: expect(ExitGenuine).remark(verdict.Validity, verdict.SignerExpired),
			order:  signedBy(issuer.SignerOptions{Period: issuer.EndedSince}),
		},
		{
			Name: "signer-p256", TitleVi: "Người ký dùng ECDSA P-256", TitleEn: "Signer with ECDSA over P-256",
			Expect: expect(ExitGenuine),
			order:  signedBy(issuer.SignerOptions{Algorithm: issuer.ECDSAP256}),
		},
		{
			Name: "signer-rsa", TitleVi: "Người ký dùng RSA PKCS #1", TitleEn: "Signer with RSA PKCS #1 v1.5",
			Expect: expect(ExitGenuine),
			order:  signedBy(issuer.SignerOptions{Algorithm: issuer.RSAPKCS1}),
		},
		{
			Name: "signer-pss", TitleVi: "Người ký dùng RSA-PSS", TitleEn: "Signer with RSA-PSS",
			Expect: expect(ExitGenuine),
			order:  signedBy(issuer.SignerOptions{Algorithm: issuer.RSAPSS}),
		},
		{
			Name: "named-curves", TitleVi: "Khóa ghi đường cong theo tên", TitleEn: "Keys that name their curve instead of spelling it out",
			Expect: expect(ExitGenuine),
			order:  signedBy(issuer.SignerOptions{NamedCurve: true}),
		},
	}
}
