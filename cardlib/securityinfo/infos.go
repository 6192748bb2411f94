package securityinfo

import (
	"errors"
	"fmt"

	"chipid/cardlib/tlv"
)

// Limits on a set of SecurityInfos.
const (
	// MaxSize is the longest file accepted, in bytes.
	MaxSize = 1 << 16
	// MaxInfos is how many SecurityInfos a set may hold.
	MaxInfos = 64
)

// ErrMalformed is a file that is no set of SecurityInfos, or a SecurityInfo that
// is not as its definition wants it.
var ErrMalformed = errors.New("securityinfo: malformed")

// Tags of DER and of DG14.
const (
	tagInteger     tlv.Tag = 0x02
	tagBitString   tlv.Tag = 0x03
	tagOctetString tlv.Tag = 0x04
	tagNull        tlv.Tag = 0x05
	tagOID         tlv.Tag = 0x06
	tagSequence    tlv.Tag = 0x30
	tagSet         tlv.Tag = 0x31
	tagDG14        tlv.Tag = 0x6E
)

// Infos is a set of SecurityInfos, in the order of the file.
type Infos struct {
	PACE         []PACEInfo
	PACEDomain   []PACEDomainInfo
	ChipAuth     []ChipAuthInfo
	ChipAuthKeys []ChipAuthPublicKeyInfo
	ActiveAuth   *ActiveAuthInfo
	TerminalAuth []TerminalAuthInfo
	// EFDIR is the signed copy of EF.DIR, nil if there is none.
	EFDIR []byte
	// Unknown holds SecurityInfos with other object identifiers, as read.
	Unknown [][]byte
	// Problems lists SecurityInfos that are known but wrong; they are in no other field.
	Problems []Problem
}

// Problem is a SecurityInfo that could not be used.
type Problem struct {
	OID OID
	Err error
}

// AnnouncesChipAuth tells whether the set says that chip authentication is
// there, in whatever version and however broken.
func (i Infos) AnnouncesChipAuth() bool {
	if len(i.ChipAuth) > 0 || len(i.ChipAuthKeys) > 0 {
		return true
	}
	for _, p := range i.Problems {
		if _, ok := after(p.OID, oidCA); ok {
			return true
		}
		if _, ok := after(p.OID, oidPK); ok {
			return true
		}
	}
	return false
}

// Parse reads a set of SecurityInfos: the content of EF.CardAccess, or the
// eContent of EF.CardSecurity.
func Parse(b []byte) (Infos, error) {
	if len(b) > MaxSize {
		return Infos{}, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	set, err := tlv.ReadTag(b, tagSet)
	if err != nil {
		return Infos{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	list, err := set.Children()
	if err != nil {
		return Infos{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(list) > MaxInfos {
		return Infos{}, fmt.Errorf("%w: %d SecurityInfos", ErrMalformed, len(list))
	}
	var infos Infos
	for _, e := range list {
		if err := infos.add(e); err != nil {
			return Infos{}, err
		}
	}
	infos.resolve()
	return infos, nil
}

// ParseDG14 reads EF.DG14: a set of SecurityInfos under the tag 6E.
func ParseDG14(b []byte) (Infos, error) {
	if len(b) > MaxSize {
		return Infos{}, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	file, err := tlv.ReadTag(b, tagDG14)
	if err != nil {
		return Infos{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return Parse(file.Value)
}

// add reads one SecurityInfo. Only a structure that is none at all is an error.
func (i *Infos) add(e tlv.Element) error {
	if e.Tag != tagSequence {
		return fmt.Errorf("%w: tag %v in the set", ErrMalformed, e.Tag)
	}
	fields, err := e.Children()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(fields) < 1 {
		return fmt.Errorf("%w: empty SecurityInfo", ErrMalformed)
	}
	oid, err := parseOID(fields[0])
	if err != nil {
		return err
	}
	known, err := i.addKnown(oid, e, fields[1:])
	if err != nil {
		i.Problems = append(i.Problems, Problem{oid, err})
	} else if !known {
		i.Unknown = append(i.Unknown, e.Raw)
	}
	return nil
}

// addKnown files a SecurityInfo by its object identifier and tells whether it knows it.
func (i *Infos) addKnown(oid OID, e tlv.Element, fields tlv.Elements) (bool, error) {
	if arcs, ok := after(oid, oidPACE); ok {
		return i.addPACE(oid, arcs, e.Raw, fields)
	}
	if arcs, ok := after(oid, oidCA); ok {
		return i.addChipAuth(oid, arcs, fields)
	}
	if arcs, ok := after(oid, oidPK); ok {
		return i.addChipAuthKey(arcs, fields)
	}
	switch {
	case oid.Equal(oidTA):
		return true, i.addTerminalAuth(fields)
	case oid.Equal(oidAA):
		return true, i.addActiveAuth(fields)
	case oid.Equal(oidEFDIR):
		if len(fields) != 1 || fields[0].Tag != tagOctetString || i.EFDIR != nil {
			return true, fmt.Errorf("%w: EFDIRInfo", ErrMalformed)
		}
		i.EFDIR = fields[0].Value
		return true, nil
	}
	return false, nil
}
