package scenario

import (
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// Parameter ids of TR-03110-3 A.2.1.1.
const (
	group256        = 2 // 2048 bits with a subgroup of 256
	p256            = 12
	brainpoolP256r1 = 13
	p384            = 15
)

// paceKinds are genuine cards that are opened by another way of PACE.
func paceKinds() []Scenario {
	pace := func(name, vi, en string, kinds ...issuer.PACEKind) Scenario {
		return keyed(name, vi, en, expect(ExitGenuine), func(o *issuer.Options) { o.PACE = kinds })
	}
	usual := issuer.UsualPACE
	return []Scenario{
		pace("pace-im", "Chip dùng PACE với ánh xạ tích hợp (IM)", "PACE with integrated mapping (IM)",
			issuer.PACEKind{Mapping: chip.IntegratedMapping, Cipher: chip.AES128, Parameter: brainpoolP256r1}),
		pace("pace-cam", "Chip dùng PACE với ánh xạ xác thực chip (CAM)", "PACE with chip authentication mapping (CAM)",
			issuer.PACEKind{Mapping: chip.ChipAuthMapping, Cipher: chip.AES128, Parameter: brainpoolP256r1}),
		pace("pace-3des", "Chip dùng PACE với 3DES", "PACE with 3DES",
			issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.TDES, Parameter: brainpoolP256r1}),
		pace("pace-dh", "Chip dùng PACE với Diffie-Hellman nguyên", "PACE with Diffie-Hellman over integers",
			issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES128, Parameter: group256}),
		pace("pace-two-curves", "PACE chào hai đường cong dưới một mã giao thức", "PACE offers two curves under one protocol identifier",
			usual, issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES128, Parameter: p256}),
	}
}

// chipAuthKinds are cards with other keys of chip authentication.
func chipAuthKinds() []Scenario {
	kind := func(kinds ...issuer.CAKind) func(*issuer.Options) {
		return func(o *issuer.Options) { o.ChipAuth = kinds }
	}
	weak := issuer.CAKind{Cipher: chip.TDES, Curve: brainpoolP256r1}
	named := weak
	named.KeyID = 1
	atOnly := keyed("ca-3des-set-at", "Xác thực chip với 3DES qua MSE:Set AT, khóa có số", "Chip authentication with 3DES by MSE:Set AT, the key has an id",
		expect(ExitGenuine), kind(named))
	atOnly.alter = altered(func(c *card) { c.Quirks.CA.NoSetKAT = true })
	return []Scenario{
		keyed("ca-3des", "Xác thực chip với 3DES qua MSE:Set KAT", "Chip authentication with 3DES by MSE:Set KAT",
			expect(ExitGenuine), kind(weak)),
		atOnly,
		keyed("ca-two-keys", "Chip có hai khóa xác thực chip", "Two keys of chip authentication",
			expect(ExitGenuine), kind(issuer.CAKind{Cipher: chip.AES128, Curve: brainpoolP256r1, KeyID: 1},
				issuer.CAKind{Cipher: chip.AES192, Curve: p384, KeyID: 2})),
		keyed("ca-first-generation", "DG14 chỉ có khóa, không ghi giao thức", "DG14 with a key and no word of the protocol",
			expect(ExitGenuine), kind(issuer.CAKind{Cipher: chip.TDES, Curve: brainpoolP256r1, NoInfo: true})),
		keyed("ca-version-2", "Chip chỉ có xác thực chip phiên bản 2 (EAC2)", "Chip authentication of version 2 only (EAC2)",
			expect(ExitGenuine, open(verdict.ChipAuth, verdict.CAV2)),
			kind(issuer.CAKind{Cipher: chip.AES128, Curve: brainpoolP256r1, Version: 2})),
	}
}
