package conformance

import (
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// hcase is a case of unit LDS_H; ICAO's part 4 has most of them as LDS_D.
func hcase(id, vi, en string, want Want, card func(*world) (build, error)) Case {
	return group("H_"+id, vi, en, want, card, readsSomething)
}

// securityObject is unit LDS_H.
func securityObject() []Case {
	sod := func(alter func([]byte) []byte) func(*world) (build, error) {
		return plain(func(b *build) { b.LDS[chip.FileSOD] = alter(b.LDS[chip.FileSOD]) })
	}
	at := func(alter func(sod []byte, e tlv.Element), path ...tlv.Tag) func(*world) (build, error) {
		return func(w *world) (build, error) {
			b, err := w.genuine(issuer.Options{})
			if err != nil {
				return b, err
			}
			file := b.LDS[chip.FileSOD]
			e, err := within(file, path...)
			if err == nil {
				alter(file, e)
			}
			return b, err
		}
	}
	last := func(_ []byte, e tlv.Element) { e.Value[len(e.Value)-1] ^= 1 }
	content := []tlv.Tag{0x77, 0x30, 0xA0, 0x30, 0x30, 0xA0, 0x04}
	certificate := []tlv.Tag{0x77, 0x30, 0xA0, 0x30, 0xA0, 0x30}
	signer := []tlv.Tag{0x77, 0x30, 0xA0, 0x30} // SignerInfos is its last SET
	return []Case{
		hcase("03", "RSA-PSS với SHA-256", "RSASSA-PSS with SHA-256", WantGenuine, listed("signer-pss")),
		hcase("05", "RSA PKCS #1 với SHA-256", "RSASSA-PKCS1-v1_5 with SHA-256", WantGenuine, listed("signer-rsa")),
		hcase("12", "ECDSA với SHA-256, brainpool", "ECDSA with SHA-256, brainpool", WantGenuine, plain(nil)),
		hcase("71", "ECDSA với SHA-256, P-256", "ECDSA with SHA-256, P-256", WantGenuine, listed("signer-p256")),
		hcase("17", "EF.SOD mang thẻ sai", "EF.SOD with a wrong tag", WantRefused, sod(func(b []byte) []byte { b[0] = 0x78; return b })),
		hcase("18", "EF.SOD có độ dài quá nhỏ", "EF.SOD with a length too small", WantRefused, sod(func(b []byte) []byte { b[3]--; return b })),
		hcase("19", "EF.SOD có độ dài quá lớn", "EF.SOD with a length too big", WantRefused, sod(func(b []byte) []byte { b[3]++; return b })),
		hcase("24", "Loại nội dung sai", "A wrong content type", WantRefused,
			at(last, 0x77, 0x30, 0xA0, 0x30, 0x30, 0x06)),
		hcase("32", "messageDigest sai", "A wrong messageDigest", WantRefused, at(func(file []byte, e tlv.Element) {
			flipAfter(file, []byte{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04}, 8) // inside the digest
		}, signer...)),
		hcase("34", "Thời điểm ký bị sửa", "The signing time changed", WantRefused, at(func(file []byte, e tlv.Element) {
			flipAfter(file, []byte{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05}, 6)
		}, signer...)),
		hcase("35", "Không có thời điểm ký", "No signing time", WantGenuine, listed("sod-no-time")),
		hcase("37", "Chữ ký sai", "A wrong signature", WantRefused, sod(func(b []byte) []byte { b[len(b)-1] ^= 1; return b })),
		hcase("43", "Mã băm của DG2 sai", "A wrong hash of DG2", WantRefused, listed("dg2-changed")),
		hcase("44", "Thiếu mã băm của DG1", "No hash of DG1", WantRefused, issued(issuer.Options{SOD: issuer.SODOptions{Unlisted: 1}})),
		hcase("45", "Mã băm của nhóm không có trên thẻ", "A hash of a group that the card has not", WantRefused, listed("dg13-missing")),
		hcase("48", "Nội dung đã ký bị sửa", "The signed content changed", WantRefused, at(last, content...)),
		hcase("54", "CSCA không rõ", "The signer's issuer is no known CSCA", WantRefused, listed("signer-unknown")),
		hcase("56", "Ký ngoài thời hạn của chứng thư", "Signed outside of the certificate's validity", WantRefused, listed("signed-too-late")),
		hcase("60", "CSCA mạo danh", "A signer under a CSCA with the genuine one's name and key id", WantRefused, listed("signer-forged")),
		hcase("63", "Chứng thư không phải để ký giấy tờ", "A certificate that is not for signing documents", WantRefused, listed("signer-is-authority")),
		hcase("67", "Chữ ký trên chứng thư sai", "A wrong signature on the certificate", WantRefused, at(last, certificate...)),
		hcase("69", "Chữ ký và mã băm cùng sai", "Signature and hash both wrong", WantRefused, func(w *world) (build, error) {
			b, err := listed("dg2-changed")(w)
			if err == nil {
				sod := b.LDS[chip.FileSOD]
				sod[len(sod)-1] ^= 1
			}
			return b, err
		}),
		hcase("74", "Mã băm SHA-512, ký SHA-256", "Hashes with SHA-512, signed with SHA-256", WantGenuine, listed("sod-sha512")),
		hcase("84", "Người ký gọi bằng mã khóa", "The signer named by its key identifier", WantGenuine, listed("sod-key-id")),
		hcase("86", "SOD của LDS 1.8", "EF.SOD of LDS 1.8", WantGenuine, listed("sod-version-1")),
		hcase("90", "SOD có nhiều nhóm hơn EF.COM", "EF.SOD lists more groups than EF.COM", WantGenuine, listed("com-short")),
	}
}

// flipAfter changes a byte that stands some bytes after a pattern's only occurrence.
func flipAfter(file, pattern []byte, by int) {
	for i := range file {
		if i+len(pattern)+by < len(file) && string(file[i:i+len(pattern)]) == string(pattern) {
			file[i+len(pattern)+by] ^= 1
			return
		}
	}
}
