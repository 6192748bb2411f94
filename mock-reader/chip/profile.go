package chip

import (
	"crypto"
	"crypto/rsa"
	"math/big"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
)

// File identifiers of Doc 9303-10 §3.11 and §4.1. Under the master file and
// under the application the same identifier can name different files.
const (
	FileDIR          = 0x2F00 // MF: EF.DIR
	FileATRInfo      = 0x2F01 // MF: EF.ATR/INFO
	FileCardAccess   = 0x011C // MF: EF.CardAccess
	FileCardSecurity = 0x011D // MF: EF.CardSecurity
	FileSOD          = 0x011D // application: EF.SOD
	FileCOM          = 0x011E // application: EF.COM
	fileMF           = 0x3F00
	fileDG0          = 0x0100
	lastGroup        = 16
)

// FileDG is the identifier of data group n (1 to 16) in the application.
func FileDG(n int) uint16 { return fileDG0 | uint16(n) }

// DefaultAID is the eMRTD application, Doc 9303-10 §3.6.2.
var DefaultAID = []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}

// Profile is everything that makes one chip: its files, secrets, abilities,
// habits and faults. A Profile is data; scenarios are made by changing one.
// [New] checks it; after that it must not be changed.
type Profile struct {
	// Name is said in the log only.
	Name string
	// ATR is the answer to reset; if nil, [DefaultATR] of Protocol and Extended.
	ATR []byte
	// Protocol is how the chip is reached: T=0 (TPDUs, no extended length), T=1 or
	// contactless. Unknown counts as contactless.
	Protocol apdu.Protocol
	// Extended tells whether extended length APDUs are understood.
	Extended bool
	// MaxResponse is the most bytes of plain data that one READ BINARY returns, 0 for
	// no limit: a chip with a small buffer returns fewer bytes than asked.
	MaxResponse int

	// MF holds the files under the master file, LDS those of the application, by file identifier.
	MF, LDS map[uint16][]byte
	// AID names the application; DefaultAID if nil.
	AID []byte

	// MRZInfo is the MRZ information (document number, date of birth, date of expiry,
	// each with its check digit): the secret of BAC and of PACE with the MRZ.
	MRZInfo string
	// CAN is the card access number, "" if PACE takes none.
	CAN string
	// PIN and PUK are passwords of the holder (TR-03110-3 B.1), "" if PACE takes none.
	PIN, PUK string
	// BAC tells whether basic access control is offered.
	BAC bool
	// PACE lists the variants of PACE that MSE:Set AT may select, none for a chip without PACE.
	PACE []PACEParams
	// CA lists the keys of chip authentication.
	CA []CAKey
	// AA is the key of active authentication, nil for a chip without it.
	AA *AAKey
	// TA is terminal authentication, nil for a chip without it: DG3 and DG4 stay closed then.
	TA *TAParams

	Quirks Quirks
	Faults Faults
}

// Cipher is a block cipher with its key length.
type Cipher int

// The ciphers of Doc 9303-11 §9.7.1, numbered as the last arc of the protocols' OIDs.
const (
	TDES Cipher = iota + 1
	AES128
	AES192
	AES256
)

// Mapping is how PACE maps its nonce, Doc 9303-11 §4.4.3.3.
type Mapping int

// The mappings of PACE.
const (
	GenericMapping Mapping = iota + 1
	IntegratedMapping
	ChipAuthMapping
)

// PACEParams is one PACEInfo that the chip honours.
type PACEParams struct {
	// OID is the value of the object identifier, without tag and length.
	OID     []byte
	Mapping Mapping
	Cipher  Cipher
	// ParameterID is the standardised domain parameter id: 0 to 2 DH, 8 to 18 ECDH.
	ParameterID int
	// ChipKey is the static private key of chip-authentication mapping, else nil.
	ChipKey *big.Int
}

// CAKey is one key pair of chip authentication.
type CAKey struct {
	// KeyID is the key's identifier, nil if the chip has one key only.
	KeyID *int
	// OID is the value of the protocol's object identifier; Cipher is what it says.
	OID    []byte
	Cipher Cipher
	// Curve for ECDH, or Group for DH; the other is nil.
	Curve *curves.Curve
	Group *Group
	D     *big.Int
}

// AAKey is the key pair of active authentication: either RSA or Curve with D.
type AAKey struct {
	RSA *rsa.PrivateKey
	// Hash is the hash function: SHA-1, 224, 256, 384 or 512 (ECDSA: not SHA-1).
	Hash  crypto.Hash
	Curve *curves.Curve
	D     *big.Int
	// Smaller makes the RSA signature min(σ, n−σ), as ISO/IEC 9796-2 B.4 does; Doc
	// 9303-11 §6.1.2.2 wants B.6, which leaves σ as it is.
	Smaller bool
}
