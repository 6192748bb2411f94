package scenario

import (
	"crypto"

	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// oddSigners are genuine cards that were signed in another way than the usual.
func oddSigners() []Scenario {
	algorithm := func(name, vi, en string, a issuer.Algorithm) Scenario {
		return signedWell(name, vi, en, signedBy(issuer.SignerOptions{Algorithm: a}))
	}
	return []Scenario{
		algorithm("signer-p256", "Người ký dùng ECDSA P-256", "Signer with ECDSA over P-256", issuer.ECDSAP256),
		algorithm("signer-rsa", "Người ký dùng RSA PKCS #1", "Signer with RSA PKCS #1 v1.5", issuer.RSAPKCS1),
		algorithm("signer-pss", "Người ký dùng RSA-PSS", "Signer with RSA-PSS", issuer.RSAPSS),
		algorithm("signer-pss-odd", "RSA-PSS với mặt nạ SHA-1 và muối 20 byte", "RSA-PSS with a SHA-1 mask and a salt of 20 bytes",
			issuer.Algorithm{Scheme: issuer.PSS, Bits: 2048, MGFHash: crypto.SHA1, Salt: 20}),
		algorithm("signer-pss-bare", "RSA-PSS không ghi tham số", "RSA-PSS without parameters",
			issuer.Algorithm{Scheme: issuer.PSS, Bits: 2048, Naming: issuer.NamedByKey}),
		signedWell("named-curves", "Khóa ghi đường cong theo tên", "Keys that name their curve instead of spelling it out",
			signedBy(issuer.SignerOptions{NamedCurve: true, Algorithm: issuer.Algorithm{Naming: issuer.NamedByKey}})),
		signedWell("sod-sha512", "SOD ghi mã băm SHA-512 của các nhóm", "The SOD holds SHA-512 hashes, signed with SHA-256",
			withSOD(issuer.SODOptions{Hash: crypto.SHA512})),
		signedWell("sod-version-1", "SOD phiên bản 1 (LDS 1.8)", "SOD of version 1 (LDS 1.8)",
			withSOD(issuer.SODOptions{Version1: true})),
		signedWell("sod-key-id", "SOD gọi người ký bằng mã khóa", "The SOD names its signer by the key identifier",
			withSOD(issuer.SODOptions{ByKeyID: true})),
		signedWell("sod-no-time", "SOD không ghi thời điểm ký", "SOD without a signing time: the date of issue counts",
			withSOD(issuer.SODOptions{NoSigningTime: true})),
		signedWell("sod-two-signers", "SOD có hai chữ ký, một của người không rõ", "SOD with two signatures, one by an unknown signer",
			withSOD(issuer.SODOptions{CoSigner: &issuer.SignerOptions{Authority: issuer.Unknown}})),
	}
}

// signedWell is a genuine card that was signed in another way.
func signedWell(name, vi, en string, order func(persona.Persona, *issuer.Options) error) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Honest, Expect: expect(ExitGenuine), order: order}
}
