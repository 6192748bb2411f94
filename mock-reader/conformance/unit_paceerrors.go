package conformance

import (
	"bytes"
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// paceErrors is what unit ISO7816_G has of chips that go wrong.
func paceErrors() []Case {
	refused := func(apdu.Command, apdu.Response) apdu.Response { return apdu.Response{SW: apdu.SWWrongData} }
	all := []Case{
		gcase("08", "08", "Chip từ chối MSE:Set AT", "MSE:Set AT is refused", WantRefused,
			paceOnly(func(b *build) { b.fault(chip.Fault{Ins: apdu.InsMSE, Do: chip.Status, SW: apdu.SWWrongData}) }),
			neverSends("no step of PACE comes", general)),
		gcase("09", "09", "Số ngẫu nhiên bị sửa", "The nonce is changed", WantRefused,
			atStep(1, func(_ apdu.Command, r apdu.Response) apdu.Response { return changed(r, len(r.Data)-1) }), atMostTries(3)),
		gcase("26", "26", "Mã xác thực của chip sai", "The chip's token is wrong", WantRefused,
			atStep(4, func(_ apdu.Command, r apdu.Response) apdu.Response { return changed(r, len(r.Data)-1) }), noChannel, atMostTries(3)),
		gcase("23", "23", "Chip trả lại khóa của đầu đọc", "The chip sends the reader's own ephemeral key back", WantRefused,
			atStep(3, func(cmd apdu.Command, _ apdu.Response) apdu.Response { return object(0x84, inner(cmd.Data)) }), stopsAt(3)),
		gcase("27", "27", "EF.CardAccess sai cấu trúc, chip không có PACE nào khác", "EF.CardAccess is malformed, and no other PACE works", WantRefused,
			paceOnly(func(b *build) {
				b.MF[chip.FileCardAccess][1]++
				b.PACE = []chip.PACEParams{{OID: []byte{0x2A}, Mapping: chip.GenericMapping, Cipher: chip.AES128, ParameterID: p256}}
			})),
		gcase("28", "28", "Mã tham số không có", "An unknown parameter id", WantRefused, paceOnly(func(b *build) {
			file := b.MF[chip.FileCardAccess]
			file[len(file)-1] = 99
		}), neverSends("no step of PACE comes", general)),
		gcase("31", "31", "PACE-CAM với chứng minh sai", "PACE-CAM with a wrong proof", WantRefused, listed("cam-forged")),
		gcase("35", "35", "Thẻ thêm 8A vào PACE-GM", "A stray object 8A in PACE with generic mapping", WantAny,
			atStep(4, func(_ apdu.Command, r apdu.Response) apdu.Response {
				return apdu.Response{Data: tlv.Encode(0x7C, tlv.Encode(0x86, inner(r.Data)), tlv.Encode(0x8A, make([]byte, 48))), SW: r.SW}
			}), readsSomething),
		gcase("39", "37", "EF.CardSecurity có khóa khác", "EF.CardSecurity with another key", WantRefused, listed("cam-changed")),
		gcase("40", "38", "Không có EF.CardSecurity", "No EF.CardSecurity", WantRefused, listed("cam-missing")),
	}
	for _, s := range []struct {
		step            int
		error, tag, icE string
		right, wrong    tlv.Tag
	}{{1, "10", "11", "10", 0x80, 0x90}, {2, "12", "13", "12", 0x82, 0x92}, {3, "18", "19", "18", 0x84, 0x94}, {4, "24", "25", "24", 0x86, 0x96}} {
		all = append(all,
			gcase(s.error, s.icE, "Chip từ chối một bước của PACE", "A step of PACE is refused", WantRefused, atStep(s.step, refused), stopsAt(s.step)),
			gcase(s.tag, s.tag, "Trả lời mang thẻ sai", "An answer under a wrong tag", WantRefused,
				atStep(s.step, func(_ apdu.Command, r apdu.Response) apdu.Response { return object(s.wrong, inner(r.Data)) }), stopsAt(s.step)))
	}
	all = append(all, badKeys("16", "16", 2, 0x82, brainpoolP256r1, false)...)
	all = append(all, badKeys("21", "21", 3, 0x84, brainpoolP256r1, false)...)
	all = append(all, badKeys("17", "17", 2, 0x82, 2, true)...)
	all = append(all, badKeys("22", "22", 3, 0x84, 2, true)...)
	return append(all, badMappings()...)
}

// badKeys are cases with public keys that are none.
func badKeys(id, icao string, step int, tag tlv.Tag, parameter int, dh bool) []Case {
	values := badPoints()
	if dh {
		values = badValues()
	}
	var all []Case
	for _, v := range values {
		c := gcase(id, icao, "Khóa của chip: "+v.name, "The chip's key is "+v.name, WantRefused,
			func(w *world) (build, error) {
				b, err := offering(issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES128, Parameter: parameter})(w)
				b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
					if paceStep(cmd) != step || !resp.SW.OK() {
						return resp
					}
					return object(tag, v.value(inner(resp.Data)))
				})
				return b, err
			}, stopsAt(step))
		c.ID += "/" + v.name
		all = append(all, c)
	}
	return all
}

// badKey makes a wrong key of the right one.
type badKey struct {
	name  string
	value func(right []byte) []byte
}

func badPoints() []badKey {
	part := func(x, y bool) func([]byte) []byte {
		return func(right []byte) []byte {
			out, half := bytes.Clone(right), (len(right)-1)/2
			if x {
				clear(out[1 : 1+half])
			}
			if y {
				clear(out[1+half:])
			}
			return out
		}
	}
	return []badKey{
		{"off-curve", func(right []byte) []byte {
			out := bytes.Clone(right)
			out[len(out)-1] ^= 1
			return out
		}},
		{"x-zero", part(true, false)}, {"y-zero", part(false, true)}, {"zero", part(true, true)},
		{"infinity", func([]byte) []byte { return []byte{0} }},
		{"empty", func([]byte) []byte { return nil }},
		{"compressed", func(right []byte) []byte { return append([]byte{2}, right[1:1+(len(right)-1)/2]...) }},
		{"too-short", func(right []byte) []byte { return right[:len(right)-1] }},
		{"too-long", func(right []byte) []byte { return append(bytes.Clone(right), 0) }},
		{"beyond-the-field", func(right []byte) []byte {
			out, half := bytes.Clone(right), (len(right)-1)/2
			for i := range out[1 : 1+half] {
				out[1+i] = 0xFF
			}
			return out
		}},
		{"of-another-curve", func([]byte) []byte {
			c, _ := curves.ByID(p256)
			return c.Encode(c.Generator())
		}},
	}
}

func badValues() []badKey {
	group, _ := chip.StandardGroup(2)
	fixed := func(n *big.Int) func([]byte) []byte { return func([]byte) []byte { return n.Bytes() } }
	return []badKey{
		{"zero", func([]byte) []byte { return []byte{0} }},
		{"one", fixed(big.NewInt(1))},
		{"p-minus-1", fixed(new(big.Int).Sub(group.P, big.NewInt(1)))},
		{"p", fixed(group.P)},
		{"outside-the-subgroup", fixed(big.NewInt(2))},
		{"empty", func([]byte) []byte { return nil }},
	}
}

// badMappings are errors of chip authentication mapping in the last step.
func badMappings() []Case {
	card := func(alter func(data []byte) []byte) func(*world) (build, error) {
		return func(w *world) (build, error) {
			b, err := listed("cam")(w)
			b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
				if paceStep(cmd) != 4 || !resp.SW.OK() {
					return resp
				}
				e, err := tlv.ReadTag(resp.Data, 0x7C)
				if err != nil {
					return resp
				}
				els, err := e.Children()
				if err != nil || len(els) != 2 {
					return resp
				}
				return apdu.Response{Data: tlv.Encode(0x7C, els[0].Raw, alter(els[1].Value)), SW: resp.SW}
			})
			return b, err
		}
	}
	return []Case{
		gcase("29", "29", "PACE-CAM thiếu đối tượng 8A", "PACE-CAM without object 8A", WantRefused, card(func([]byte) []byte { return nil })),
		gcase("30", "30", "PACE-CAM với 8A không giải mã được", "PACE-CAM with an 8A that is no cryptogram", WantRefused,
			card(func(v []byte) []byte { return tlv.Encode(0x8A, v[:len(v)-1]) })),
		gcase("32", "32", "PACE-CAM với thẻ 8B", "PACE-CAM with tag 8B for 8A", WantRefused, card(func(v []byte) []byte { return tlv.Encode(0x8B, v) })),
		gcase("33", "33", "PACE-CAM với 8A rỗng", "PACE-CAM with an empty 8A", WantRefused, card(func([]byte) []byte { return tlv.Encode(0x8A) })),
	}
}
