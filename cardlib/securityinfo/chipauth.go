package securityinfo

import (
	"fmt"

	"chipid/cardlib/securemsg"
	"chipid/cardlib/tlv"
)

// ChipAuthInfo is one way of chip authentication that a chip offers (Doc 9303-11 §9.2.5).
type ChipAuthInfo struct {
	OID OID
	// Agreement and Cipher are what the OID says; the version says nothing of them.
	Agreement Agreement
	Cipher    securemsg.Cipher
	// Version is 1 for Doc 9303, 2 for EAC2 (TR-03110), which is another protocol.
	Version int
	KeyID   ID
}

// OIDValue is the value of the protocol's object identifier, as MSE:Set AT carries it.
func (c ChipAuthInfo) OIDValue() ([]byte, error) { return encodeOID(c.OID) }

// Name is the short name: "CA-ECDH-AES-128".
func (c ChipAuthInfo) Name() string { return fmt.Sprintf("CA-%v-%v", c.Agreement, c.Cipher) }

// ChipAuthProtocol returns the object identifier of a way of chip authentication.
func ChipAuthProtocol(a Agreement, c securemsg.Cipher) OID {
	return append(append(OID{}, oidCA...), int(a), int(c))
}

// ChipAuthPublicKeyInfo is a key of the chip for chip authentication and for
// PACE-CAM (§9.2.6). A key that cannot be used is kept with the reason in Err,
// so that it does not look as if there were none.
type ChipAuthPublicKeyInfo struct {
	Agreement Agreement
	KeyID     ID
	Key       PublicKey
	Err       error
}

// TerminalAuthInfo announces terminal authentication (§9.2.8). CVCAFile is the
// file id of EF.CVCA in version 1 of TR-03110 and CVCAShort its short file
// identifier; both are 0 if they are not given.
type TerminalAuthInfo struct {
	Version   int
	CVCAFile  uint16
	CVCAShort byte
}

// ActiveAuthInfo names the signature algorithm of active authentication with ECDSA (§9.2.4).
type ActiveAuthInfo struct {
	Version   int
	Algorithm OID
}

func (i *Infos) addChipAuth(oid OID, arcs []int, fields tlv.Elements) (bool, error) {
	if len(arcs) != 2 {
		return false, nil // with one arc: domain parameters of EAC2
	}
	agreement, ok := agreementOf(arcs[0])
	c, okCipher := cipherOf(arcs[1])
	if !ok || !okCipher {
		return false, nil
	}
	if len(fields) == 0 {
		return true, fmt.Errorf("%w: ChipAuthenticationInfo without version", ErrMalformed)
	}
	info := ChipAuthInfo{OID: oid, Agreement: agreement, Cipher: c}
	var err error
	if info.Version, err = parseSmall(fields[0]); err != nil {
		return true, err
	}
	if info.KeyID, err = parseOptionalID(fields[1:]); err != nil {
		return true, err
	}
	i.ChipAuth = append(i.ChipAuth, info)
	return true, nil
}

func (i *Infos) addChipAuthKey(arcs []int, fields tlv.Elements) (bool, error) {
	agreement, ok := agreementOf(arcs[0])
	if !ok || len(arcs) != 1 {
		return false, nil
	}
	if len(fields) == 0 {
		return true, fmt.Errorf("%w: ChipAuthenticationPublicKeyInfo without key", ErrMalformed)
	}
	info := ChipAuthPublicKeyInfo{Agreement: agreement}
	var err error
	if info.KeyID, err = parseOptionalID(fields[1:]); err != nil {
		return true, err
	}
	info.Key, info.Err = parsePublicKey(fields[0])
	if info.Err == nil && info.Key.Agreement() != agreement {
		info.Err = fmt.Errorf("%w: key for %v where %v is named", ErrKey, info.Key.Agreement(), agreement)
	}
	i.ChipAuthKeys = append(i.ChipAuthKeys, info)
	return true, nil
}

func (i *Infos) addTerminalAuth(fields tlv.Elements) error {
	if len(fields) == 0 || len(fields) > 2 {
		return fmt.Errorf("%w: TerminalAuthenticationInfo", ErrMalformed)
	}
	version, err := parseSmall(fields[0])
	if err != nil {
		return err
	}
	info := TerminalAuthInfo{Version: version}
	if len(fields) == 2 {
		file, err := sequence(fields[1])
		if err != nil {
			return err
		}
		if len(file) == 0 || file[0].Tag != tagOctetString || len(file[0].Value) != 2 {
			return fmt.Errorf("%w: file id of EF.CVCA", ErrMalformed)
		}
		info.CVCAFile = uint16(file[0].Value[0])<<8 | uint16(file[0].Value[1])
		if len(file) > 1 && file[1].Tag == tagOctetString && len(file[1].Value) == 1 {
			info.CVCAShort = file[1].Value[0]
		}
	}
	i.TerminalAuth = append(i.TerminalAuth, info)
	return nil
}

func (i *Infos) addActiveAuth(fields tlv.Elements) error {
	if len(fields) != 2 || i.ActiveAuth != nil {
		return fmt.Errorf("%w: ActiveAuthenticationInfo", ErrMalformed)
	}
	version, err := parseSmall(fields[0])
	if err != nil {
		return err
	}
	algorithm, err := parseOID(fields[1])
	if err != nil {
		return err
	}
	i.ActiveAuth = &ActiveAuthInfo{Version: version, Algorithm: algorithm}
	return nil
}
