package chip

import (
	"crypto"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
)

// ErrProfile is a profile that cannot be a chip's.
var ErrProfile = errors.New("chip: bad profile")

// Limits of a profile.
const (
	maxFile = 1 << 20 // bytes of one file
	maxAID  = 16      // bytes, ISO/IEC 7816-4 §12.2.3
	p224    = 10      // parameter id of NIST P-224: not for integrated mapping
)

// complete fills in what was left to default and checks the rest.
func (p *Profile) complete() error {
	if p.AID == nil {
		p.AID = DefaultAID
	}
	if p.Protocol == apdu.ProtocolUnknown {
		p.Protocol = apdu.ProtocolContactless
	}
	if p.Protocol == apdu.ProtocolT0 {
		p.Extended = false
	}
	if p.ATR == nil {
		p.ATR = DefaultATR(p.Protocol, p.Extended)
	}
	if len(p.AID) < 1 || len(p.AID) > maxAID {
		return fmt.Errorf("%w: AID of %d bytes", ErrProfile, len(p.AID))
	}
	if p.BAC && p.MRZInfo == "" {
		return fmt.Errorf("%w: BAC without MRZ information", ErrProfile)
	}
	if len(p.PACE) > 0 && p.MRZInfo+p.CAN+p.PIN+p.PUK == "" {
		return fmt.Errorf("%w: PACE without a password", ErrProfile)
	}
	for _, files := range []map[uint16][]byte{p.MF, p.LDS} {
		for id, content := range files {
			if len(content) > maxFile {
				return fmt.Errorf("%w: file %04X has %d bytes", ErrProfile, id, len(content))
			}
		}
	}
	return p.checkKeys()
}

func (p *Profile) checkKeys() error {
	for i := range p.PACE {
		if err := p.PACE[i].check(); err != nil {
			return fmt.Errorf("%w: PACE %d: %w", ErrProfile, i, err)
		}
	}
	for i := range p.CA {
		if err := p.CA[i].check(); err != nil {
			return fmt.Errorf("%w: chip authentication key %d: %w", ErrProfile, i, err)
		}
	}
	if p.AA != nil {
		if err := p.AA.check(); err != nil {
			return fmt.Errorf("%w: active authentication key: %w", ErrProfile, err)
		}
	}
	return nil
}

// check refuses combinations that Doc 9303-11 tables 2, 3 and 12 do not have.
func (pp *PACEParams) check() error {
	_, dh := StandardGroup(pp.ParameterID)
	curve, ec := curves.ByID(pp.ParameterID)
	switch {
	case len(pp.OID) == 0 || !pp.Cipher.valid():
		return errors.New("no OID or cipher")
	case !dh && !ec:
		return fmt.Errorf("unknown parameter id %d", pp.ParameterID)
	case pp.Mapping < GenericMapping || pp.Mapping > ChipAuthMapping:
		return errors.New("unknown mapping")
	case pp.Mapping == IntegratedMapping && pp.ParameterID == p224:
		return errors.New("integrated mapping needs p = 3 mod 4: not P-224")
	case pp.Mapping == ChipAuthMapping && (dh || pp.Cipher == TDES):
		return errors.New("chip-authentication mapping is ECDH with AES only")
	case pp.Mapping == ChipAuthMapping:
		return curve.CheckScalar(pp.ChipKey)
	}
	return nil
}

func (k *CAKey) check() error {
	switch {
	case len(k.OID) == 0 || !k.Cipher.valid():
		return errors.New("no OID or cipher")
	case (k.Curve == nil) == (k.Group == nil):
		return errors.New("either a curve or a group")
	case k.KeyID != nil && *k.KeyID < 0:
		return errors.New("negative key id")
	case k.Curve != nil:
		return k.Curve.CheckScalar(k.D)
	case k.D == nil || k.D.Sign() <= 0 || k.D.Cmp(k.Group.P) >= 0:
		return errors.New("private key out of range")
	}
	return nil
}

func (k *AAKey) check() error {
	if (k.RSA == nil) == (k.Curve == nil) {
		return errors.New("either RSA or a curve")
	}
	if _, ok := aaTrailers[k.Hash]; !ok || !k.Hash.Available() {
		return fmt.Errorf("hash %v", k.Hash)
	}
	if k.RSA == nil {
		if k.Hash == crypto.SHA1 {
			return errors.New("SHA-1 is not for ECDSA (Doc 9303-11 §6.1.2.3)")
		}
		return k.Curve.CheckScalar(k.D)
	}
	if bits := k.RSA.N.BitLen(); bits%8 != 0 || bits < 8*(k.Hash.Size()+4) {
		return fmt.Errorf("RSA key of %d bits", bits)
	}
	return nil
}
