package conformance

import (
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// Parameter ids of TR-03110-3 A.2.1.1.
const (
	p256            = 12
	brainpoolP256r1 = 13
	brainpoolP384r1 = 16
)

// chipAuthentication is unit ISO7816_D.
func chipAuthentication() []Case {
	c := func(id, vi, en string, want Want, card func(*world) (build, error), rules ...rule) Case {
		return Case{ID: "ISO7816_D_" + id, ICAO: "ISO7816_G_" + id, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: rules}
	}
	keys := func(kinds ...issuer.CAKind) func(*world) (build, error) {
		return issued(issuer.Options{ChipAuth: kinds})
	}
	kind := func(id int, curve int, cipher chip.Cipher) issuer.CAKind {
		return issuer.CAKind{Cipher: cipher, Curve: curve, KeyID: id}
	}
	agrees := sends("chip authentication is run", agreement)
	all := []Case{
		c("01", "Xác thực chip bằng DH", "Chip authentication with DH", WantGenuine, withDH(nil), agrees, keepsToTheStandard),
		c("02", "Xác thực chip bằng ECDH", "Chip authentication with ECDH", WantGenuine, plain(nil), agrees, keepsToTheStandard),
		c("03", "DG14 có một khóa có số", "DG14 with one key that has an id", WantGenuine, keys(kind(1, brainpoolP256r1, chip.AES128)), agrees, keepsToTheStandard),
		c("04", "DG14 có hai khóa", "DG14 with two keys", WantGenuine,
			keys(kind(1, brainpoolP256r1, chip.AES128), kind(2, brainpoolP384r1, chip.AES192)), agrees, keepsToTheStandard),
		c("05", "DG14 có ba khóa", "DG14 with three keys", WantGenuine,
			keys(kind(1, brainpoolP256r1, chip.AES128), kind(2, brainpoolP384r1, chip.AES192), kind(3, p256, chip.TDES)), agrees, keepsToTheStandard),
		c("07", "Khóa DH trong DG14 không thuộc nhóm", "DG14 with a DH key outside of its group", WantRefused, withDH(func(_ *chip.Group, y *big.Int) *big.Int {
			return new(big.Int).SetInt64(1)
		}), neverSends("no key is agreed on", agreement)),
		c("08", "Khóa ECDH trong DG14 không nằm trên đường cong", "DG14 with an ECDH key off its curve", WantRefused, signed(spoilPoint),
			neverSends("no key is agreed on", agreement)),
		c("09", "Chip tiếp tục dùng khóa cũ", "The chip answers under the old keys", WantRefused,
			plain(func(b *build) { b.AA, b.Quirks.CA.OldKeys = nil, true })),
		c("10", "Khóa tạm chỉ dùng một lần", "Every ephemeral key is used once", WantGenuine, plain(nil), freshKeys, keepsToTheStandard),
		c("13", "Số khóa trong DG14 không khớp", "The key's id is not that of the protocol's info", WantAny, signed(otherKeyID), readsSomething),
		c("14", "Xác thực chip với APDU dài", "Chip authentication where extended length is needed", WantGenuine, withDH(nil), agrees, keepsToTheStandard),
	}
	all[8].reads = 2
	for _, sw := range []apdu.SW{apdu.SWWrongData, apdu.SWReferencedDataUnknown, apdu.SWSecurityStatus, apdu.SWUnspecified} {
		refusing := c("15", "Chip từ chối số khóa: "+sw.String(), "The chip refuses the key's reference: "+sw.String(), WantRefused,
			plain(func(b *build) { b.AA, b.Quirks.CA.RefuseSet = nil, sw }), neverSends("no key is agreed on", agreement))
		refusing.ID += "/" + sw.String()
		all = append(all, refusing)
	}
	return all
}

// agreement is the command with which the terminal sends its key of chip authentication.
func agreement(e Event) bool {
	return e.Secured && (e.Plain.INS == apdu.InsGeneralAuth || e.Plain.INS == apdu.InsMSE && e.Plain.P2 == 0xA6)
}

// Object identifiers of chip authentication with DH (TR-03110-3 A.1.1.2, RFC 3279).
var (
	oidPKDH       = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01, 0x01}
	oidCADHAES128 = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x01, 0x02}
	oidDHPublic   = []byte{0x2A, 0x86, 0x48, 0xCE, 0x3E, 0x02, 0x01}
)

// withDH is a card with a key of chip authentication over the 2048-bit group
// with a subgroup of 256 bits; corrupt changes the public value that DG14 says.
func withDH(corrupt func(*chip.Group, *big.Int) *big.Int) func(*world) (build, error) {
	return signed(func(_ *world, b *build) error {
		group, ok := chip.StandardGroup(2)
		if !ok {
			return errCase("no group 2")
		}
		d := new(big.Int).SetBytes([]byte("conformance: a published key    "))
		y := new(big.Int).Exp(group.G, d, group.P)
		if corrupt != nil {
			y = corrupt(group, y)
		}
		b.CA = []chip.CAKey{{OID: oidCADHAES128, Cipher: chip.AES128, Group: group, D: d}}
		key := sequence(
			sequence(tlv.Encode(0x06, oidDHPublic), sequence(integer(group.P), integer(group.G), integer(group.Q))),
			tlv.Encode(0x03, []byte{0}, integer(y)))
		infos := tlv.Encode(0x31,
			sequence(tlv.Encode(0x06, oidCADHAES128), integer(big.NewInt(1))),
			sequence(tlv.Encode(0x06, oidPKDH), key))
		b.LDS[chip.FileDG(14)] = tlv.Encode(0x6E, infos)
		return nil
	})
}

// spoilPoint moves the public point of DG14 off its curve.
func spoilPoint(_ *world, b *build) error {
	k := b.CA[0]
	point := k.Curve.Encode(k.Curve.MulBase(k.D))
	return replace(b, 14, point, append(append([]byte(nil), point[:len(point)-1]...), point[len(point)-1]^1))
}

// otherKeyID gives the public key of DG14 an id that no ChipAuthenticationInfo has.
func otherKeyID(w *world, b *build) error {
	fresh, err := w.genuine(issuer.Options{ChipAuth: []issuer.CAKind{{Cipher: chip.AES128, Curve: brainpoolP256r1, KeyID: 1}}})
	if err != nil {
		return err
	}
	*b = fresh
	// ChipAuthenticationInfo ends in version 1 and key id 1.
	oid := []byte{0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x02, 0x02, 0x01, 0x01, 0x02, 0x01}
	return replace(b, 14, append(oid, 0x01), append(oid[:len(oid):len(oid)], 0x05))
}

func sequence(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }

// integer is a non-negative INTEGER.
func integer(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(0x02, b)
}
