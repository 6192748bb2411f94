package conformance

import (
	"fmt"
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// chain is what the terminal has: certificates and, in the last, its key.
type chain []*issuer.CVHolder

// published is the chain that `mock-reader issuer` exports.
func published(w *world) (chain, error) {
	pki, err := w.issuer.TerminalPKI()
	if err != nil {
		return nil, err
	}
	return chain{pki.CVCA, pki.Verifier, pki.Terminal}, nil
}

// trusting is a card that trusts the first of the chain.
func trusting(make func(*world) (chain, error), change func(*build)) func(*world) (build, error) {
	return func(w *world) (build, error) {
		c, err := make(w)
		if err != nil {
			return build{}, err
		}
		b, err := listed("dg3-with-ta")(w)
		if err != nil {
			return b, err
		}
		b.TA = &chip.TAParams{TrustPoints: [][]byte{c[0].Certificate}, Date: w.signedOn()}
		if change != nil {
			change(&b)
		}
		return b, nil
	}
}

// readsDG3 is a READ BINARY of DG3 that the chip answered.
func readsDG3(e Event) bool {
	return e.Plain.INS == apdu.InsReadBinary && len(e.PlainResponse.Data) > 0 && e.PlainResponse.Data[0] == 0x63
}

// terminalAuthentication is unit ISO7816_E: a reader that is authorised for DG3.
// A card whose DG3 stays closed is no less genuine.
func terminalAuthentication() []Case {
	opens, stays := sends("DG3 is read", readsDG3), neverSends("DG3 stays closed", readsDG3)
	c := func(id, vi, en string, make func(*world) (chain, error), change func(*build), rules ...rule) Case {
		return Case{ID: "ISO7816_E_" + id, TitleVi: vi, TitleEn: en, Want: WantGenuine, Terminal: true,
			terminal: make, card: trusting(make, change), rules: rules}
	}
	broken := func(which int) func(*world) (chain, error) {
		return func(w *world) (chain, error) {
			all, err := published(w)
			if err != nil {
				return nil, err
			}
			spoilt := *all[which]
			spoilt.Certificate = append([]byte(nil), spoilt.Certificate...)
			spoilt.Certificate[len(spoilt.Certificate)-1] ^= 1
			all[which] = &spoilt
			return all, nil
		}
	}
	at := func(date time.Time) func(*build) { return func(b *build) { b.TA.Date = date } }
	all := []Case{
		c("07", "Xác thực thiết bị đầu cuối bằng ECDSA P-256", "Terminal authentication with ECDSA over P-256", published, nil, opens, keepsToTheStandard),
		c("08", "EF.CVCA ghi tên CVCA lạ", "EF.CVCA names a CVCA that the terminal has no chain for", published, otherCVCA, stays),
		c("14", "Thiết bị không có quyền đọc DG3", "The terminal has no right to DG3", withRights(issuer.RightDG4), nil, stays),
		c("17", "Chữ ký trên chứng thư DV sai", "A wrong signature on the DV certificate", broken(1), nil, stays),
		c("18", "Chữ ký trên chứng thư IS sai", "A wrong signature on the IS certificate", broken(2), nil, stays),
		c("19", "Chứng thư đã hết hạn theo ngày của chip", "The chain has expired by the chip's date", published,
			at(time.Date(2046, 1, 1, 0, 0, 0, 0, time.UTC)), stays),
		c("31", "Ràng buộc động với khóa PACE của chip", "The terminal's signature is bound to the chip's PACE key", published, nil, opens, keepsToTheStandard),
		c("32", "Chip phải nhận chứng thư liên kết trước", "The chip's trust point must be moved by a link certificate", linked, nil, opens, keepsToTheStandard),
	}
	for n, a := range issuer.CVAlgorithms() {
		more := c("01-38", "Xác thực thiết bị đầu cuối: "+a.String(), "Terminal authentication: "+a.String(), withAlgorithm(a), nil, opens, keepsToTheStandard)
		more.ID += fmt.Sprintf("/%d", n+1)
		all = append(all, more)
	}
	return all
}

// otherCVCA makes EF.CVCA name somebody else.
func otherCVCA(b *build) {
	b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
		if cmd.INS != apdu.InsReadBinary || len(resp.Data) == 0 || resp.Data[0] != 0x42 {
			return resp
		}
		file := make([]byte, len(resp.Data))
		copy(file, tlv.Encode(0x42, []byte("XXNOBODYCVCA0001")))
		return apdu.Response{Data: file, SW: resp.SW}
	})
}

func withRights(rights byte) func(*world) (chain, error) {
	return func(w *world) (chain, error) {
		pki, err := w.issuer.TerminalChain(issuer.CVECDSAP256, rights)
		if err != nil {
			return nil, err
		}
		return chain{pki.CVCA, pki.Verifier, pki.Terminal}, nil
	}
}

func withAlgorithm(a issuer.CVAlgorithm) func(*world) (chain, error) {
	return func(w *world) (chain, error) {
		pki, err := w.issuer.TerminalChain(a, issuer.RightDG3|issuer.RightDG4)
		if err != nil {
			return nil, err
		}
		return chain{pki.CVCA, pki.Verifier, pki.Terminal}, nil
	}
}

// linked is a chain under a second CVCA, with the link to it from the first.
func linked(w *world) (chain, error) {
	pki, err := w.issuer.TerminalPKI()
	if err != nil {
		return nil, err
	}
	next := pki.CVCA.CVSubject
	next.Reference, next.Effective = "VNSYNTHCVCA00002", time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	all := chain{pki.CVCA}
	for _, s := range []issuer.CVSubject{next, pki.Verifier.CVSubject, pki.Terminal.CVSubject} {
		h, err := w.issuer.CVHolder(s, all[len(all)-1])
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}
