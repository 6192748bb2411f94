package conformance

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// activeAuthentication is unit ISO7816_F. Chip authentication is left away, so
// that active authentication alone can prove the chip.
func activeAuthentication() []Case {
	c := func(id, icao, vi, en string, want Want, change func(*build)) Case {
		card := func(w *world) (build, error) {
			b, err := w.genuine(issuer.Options{NoChipAuth: true})
			if err == nil {
				change(&b)
			}
			return b, err
		}
		challenged := sends("INTERNAL AUTHENTICATE is sent", func(e Event) bool { return e.Plain.INS == apdu.InsInternalAuth && len(e.Plain.Data) == 8 })
		return Case{ID: "ISO7816_F_" + id, ICAO: "ISO7816_E_" + icao, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: []rule{challenged, keepsToTheStandard}}
	}
	hash := func(h crypto.Hash) func(*build) { return func(b *build) { b.AA.Hash = h } }
	ecdsa := Case{
		ID: "ISO7816_F_02", ICAO: "ISO7816_E_02", TitleVi: "Xác thực chủ động bằng ECDSA", TitleEn: "Active authentication with ECDSA",
		Want: WantGenuine, rules: []rule{keepsToTheStandard},
		card: signed(func(w *world, b *build) (err error) {
			b.AA, b.LDS[chip.FileDG(15)], err = w.issuer.OtherAAKey(w.persona)
			return err
		}),
	}
	return []Case{
		c("01", "01", "RSA với SHA-1", "RSA with SHA-1", WantGenuine, hash(crypto.SHA1)),
		ecdsa,
		c("04", "03", "RSA với SHA-224", "RSA with SHA-224", WantGenuine, hash(crypto.SHA224)),
		c("05", "04", "RSA với SHA-256", "RSA with SHA-256", WantGenuine, hash(crypto.SHA256)),
		c("06", "05", "RSA với SHA-384", "RSA with SHA-384", WantGenuine, hash(crypto.SHA384)),
		c("07", "06", "RSA với SHA-512", "RSA with SHA-512", WantGenuine, hash(crypto.SHA512)),
		c("08", "07", "Đoạn cuối của chữ ký sai", "A signature with a wrong trailer", WantRefused, wrongTrailer),
	}
}

// wrongTrailer makes the chip sign with a trailer that names no hash.
func wrongTrailer(b *build) {
	key := b.AA.RSA
	b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
		if cmd.INS != apdu.InsInternalAuth || !resp.SW.OK() {
			return resp
		}
		return apdu.Response{Data: signWithTrailer(key, cmd.Data, 0xBB), SW: resp.SW}
	})
}

// signWithTrailer is ISO/IEC 9796-2 scheme 1 with partial recovery and a trailer
// of one's own choice.
func signWithTrailer(key *rsa.PrivateKey, challenge []byte, trailer byte) []byte {
	f := make([]byte, key.Size())
	f[0], f[len(f)-1] = 0x6A, trailer
	m1 := f[1 : len(f)-1-sha256.Size]
	_, _ = rand.Read(m1) // it never fails
	digest := sha256.Sum256(append(append([]byte(nil), m1...), challenge...))
	copy(f[len(f)-1-sha256.Size:], digest[:])
	return new(big.Int).Exp(new(big.Int).SetBytes(f), key.D, key.N).FillBytes(make([]byte, key.Size()))
}
