package lds

import "fmt"

// FileID is a file identifier of ISO/IEC 7816-4 §7.4.1, as SELECT by file
// identifier takes it.
type FileID uint16

// File identifiers (Doc 9303-10 §3.11 and §4.7, table 38). EF.CardAccess,
// EF.CardSecurity, EF.DIR and EF.ATR/INFO lie under the MF, the others under the
// eMRTD application; EF.CardSecurity and EF.SOD have one identifier.
const (
	EFCardAccess   FileID = 0x011C
	EFCardSecurity FileID = 0x011D
	EFSOD          FileID = 0x011D
	EFCOM          FileID = 0x011E
	EFCVCA         FileID = 0x011C // under the application; named in DG14 if elsewhere
	EFATRInfo      FileID = 0x2F01
	EFDIR          FileID = 0x2F00
)

// Short file identifiers for READ BINARY without SELECT; that of DGn is n.
const (
	ShortATRInfo      = 0x01
	ShortCardAccess   = 0x1C
	ShortCardSecurity = 0x1D
	ShortSOD          = 0x1D
	ShortCOM          = 0x1E
	ShortDIR          = 0x1E
)

// AID is the identifier of the eMRTD application (Doc 9303-10 §4.1).
func AID() []byte { return []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01} }

// Bytes returns the identifier as it stands in a SELECT command, two bytes big-endian.
func (id FileID) Bytes() []byte { return []byte{byte(id >> 8), byte(id)} }

func (id FileID) String() string { return fmt.Sprintf("%04X", uint16(id)) }
