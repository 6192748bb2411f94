package conformance

import (
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// gcase is a case of unit ISO7816_G, which ICAO's part 4 has as ISO7816_C.
func gcase(id, icao, vi, en string, want Want, card func(*world) (build, error), rules ...rule) Case {
	c := Case{ID: "ISO7816_G_" + id, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: rules}
	if icao != "" {
		c.ICAO = "ISO7816_C_" + icao
	}
	return c
}

// offering is a card with some ways of PACE.
func offering(kinds ...issuer.PACEKind) func(*world) (build, error) {
	return func(w *world) (build, error) {
		b, err := w.genuine(issuer.Options{PACE: kinds})
		b.BAC = false
		return b, err
	}
}

// pace is what unit ISO7816_G has of right cards.
func pace() []Case {
	usual := issuer.UsualPACE
	all := []Case{
		gcase("01", "01", "PACE đúng", "PACE as it should be", WantGenuine, paceOnly(nil), keepsToTheStandard, paceFirst),
		gcase("05", "05", "EF.CardAccess có mục lạ", "Unknown SecurityInfos in EF.CardAccess", WantGenuine,
			paceOnly(func(b *build) {
				addInfo(b, sequence(tlv.Encode(0x06, []byte{0x2A, 0x03, 0x04}), tlv.Encode(0x02, []byte{1})))
			}), paceFirst),
		gcase("06", "06", "Hai cách PACE", "Two ways of PACE", WantGenuine,
			offering(usual, issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES256, Parameter: brainpoolP384r1}), keepsToTheStandard),
		gcase("34", "34", "PACE-CAM với xác thực thụ động", "PACE with chip authentication mapping", WantGenuine, listed("cam"), keepsToTheStandard),
		gcase("36", "", "Chào PACE-CAM với DH, không có trong tiêu chuẩn", "PACE-CAM offered with DH, which no standard has", WantGenuine,
			paceOnly(func(b *build) {
				addInfo(b, sequence(tlv.Encode(0x06, oidPACEDHCAM), tlv.Encode(0x02, []byte{2}), tlv.Encode(0x02, []byte{2})))
			}), names(oidPACEECDHGM)),
	}
	// Each domain of TR-03110-3 A.2.1.1 under each mapping, each cipher under one.
	for _, parameter := range []int{0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18} {
		all = append(all, domain("02", "02", issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES128, Parameter: parameter}))
		if parameter != 10 { // integrated mapping needs p = 3 mod 4: not P-224
			all = append(all, domain("03", "03", issuer.PACEKind{Mapping: chip.IntegratedMapping, Cipher: chip.AES128, Parameter: parameter}))
		}
		if parameter >= 8 {
			all = append(all, domain("41", "39", issuer.PACEKind{Mapping: chip.ChipAuthMapping, Cipher: chip.AES128, Parameter: parameter}))
		}
	}
	for _, cipher := range []chip.Cipher{chip.TDES, chip.AES192, chip.AES256} {
		all = append(all, domain("04", "04", issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: cipher, Parameter: brainpoolP256r1}))
	}
	return all
}

var (
	oidPACEECDHGM = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02}
	oidPACEDHCAM  = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x05, 0x02}
	mappingNames  = map[chip.Mapping]string{chip.GenericMapping: "GM", chip.IntegratedMapping: "IM", chip.ChipAuthMapping: "CAM"}
	cipherNames   = map[chip.Cipher]string{chip.TDES: "3DES", chip.AES128: "AES-128", chip.AES192: "AES-192", chip.AES256: "AES-256"}
)

// domain is a case of one way of PACE.
func domain(id, icao string, k issuer.PACEKind) Case {
	what := fmt.Sprintf("PACE-%s, %s, tham số / parameters %d", mappingNames[k.Mapping], cipherNames[k.Cipher], k.Parameter)
	c := gcase(id, icao, what, what, WantGenuine, offering(k), keepsToTheStandard, paceFirst)
	c.ID += fmt.Sprintf("/%s-%s-%d", mappingNames[k.Mapping], cipherNames[k.Cipher], k.Parameter)
	return c
}

// addInfo adds a SecurityInfo to EF.CardAccess.
func addInfo(b *build, info []byte) {
	infos, err := tlv.ReadTag(b.MF[chip.FileCardAccess], 0x31)
	if err == nil {
		b.MF[chip.FileCardAccess] = tlv.Encode(0x31, infos.Value, info)
	}
}

// atStep changes the answer to a step of PACE.
func atStep(step int, alter func(cmd apdu.Command, resp apdu.Response) apdu.Response) func(*world) (build, error) {
	return paceOnly(func(b *build) {
		b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
			if paceStep(cmd) != step || !resp.SW.OK() {
				return resp
			}
			return alter(cmd, resp)
		})
	})
}

// object replaces the object inside 7C.
func object(tag tlv.Tag, value []byte) apdu.Response {
	return apdu.Response{Data: tlv.Encode(0x7C, tlv.Encode(tag, value)), SW: apdu.SWSuccess}
}

// inner is the value of the object inside 7C.
func inner(data []byte) []byte {
	e, err := tlv.ReadTag(data, 0x7C)
	if err != nil {
		return nil
	}
	els, err := e.Children()
	if err != nil || len(els) == 0 {
		return nil
	}
	return els[0].Value
}
