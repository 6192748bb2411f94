package pace

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// mappingProof is what chip authentication mapping leaves to be checked once
// the chip's static key has been read (§4.4.3.5).
type mappingProof struct {
	curve     *curves.Curve
	parameter securityinfo.ID
	scalar    *big.Int     // CA_IC
	mapping   curves.Point // PK_Map,IC
}

// invalidKey tells whether err is about a key or number of the chip.
func invalidKey(err error) bool {
	return errors.Is(err, curves.ErrPoint) || errors.Is(err, curves.ErrScalar) || errors.Is(err, dh.ErrPublic)
}

// openProof decrypts A_IC: AES in CBC with IV = E(KSenc, −1), padding method 2.
func (r *run) openProof(s *secrets, objects tlv.Elements) (*mappingProof, error) {
	e, ok := objects.Find(tagEncryptedProof)
	if !ok {
		return nil, fmt.Errorf("%w: no chip authentication data", ErrProtocol)
	}
	block, err := r.info.Cipher.NewBlock(s.ksEnc)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(e.Value) == 0 || len(e.Value)%size != 0 {
		return nil, fmt.Errorf("%w: chip authentication data of %d bytes", ErrProtocol, len(e.Value))
	}
	iv := bytes.Repeat([]byte{0xFF}, size)
	block.Encrypt(iv, iv)
	plain := make([]byte, len(e.Value))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, e.Value)
	data, err := securemsg.Unpad(plain, size)
	if err != nil {
		return nil, fmt.Errorf("%w: chip authentication data: %w", ErrProtocol, err)
	}
	curve := r.info.Curve
	if len(data) != curve.OrderLen() {
		return nil, fmt.Errorf("%w: chip authentication data of %d bytes for %s", ErrProtocol, len(data), curve.Name)
	}
	proof := &mappingProof{curve: curve, parameter: r.info.Parameter, scalar: new(big.Int).SetBytes(data)}
	if err := curve.CheckScalar(proof.scalar); err != nil {
		return nil, fmt.Errorf("%w: chip authentication data: %w", ErrProtocol, err)
	}
	proof.mapping, err = curve.Decode(r.mapChip)
	return proof, err
}

// HasChipProof tells whether PACE ran with chip authentication mapping, so that
// VerifyChip has something to check.
func (r *Result) HasChipProof() bool { return r.cam != nil }

// VerifyChip checks PK_Map,IC = KA(CA_IC, PK_IC, D_IC) with the chip's static
// key out of EF.CardSecurity (§4.4.3.5.2): the key whose id is the parameter id
// of the PACEInfo (§9.2.1). It proves the chip only if EF.CardSecurity is
// signed and its signer is trusted.
//
// Errors: [ErrUnsupported] (no such proof or key), [ErrChip].
func (r *Result) VerifyChip(signed securityinfo.Infos) error {
	if r.cam == nil {
		return fmt.Errorf("%w: no chip authentication mapping", ErrUnsupported)
	}
	for _, k := range signed.ChipAuthKeys {
		if k.Err != nil || k.KeyID != r.cam.parameter || k.Key.Curve == nil {
			continue
		}
		if !k.Key.Curve.SameDomain(r.cam.curve) {
			return fmt.Errorf("%w: static key on %s", ErrChip, k.Key.Curve.Name)
		}
		if !r.cam.curve.Mul(k.Key.Point, r.cam.scalar).Equal(r.cam.mapping) {
			return ErrChip
		}
		return nil
	}
	return fmt.Errorf("%w: no static key with id %v", ErrUnsupported, r.cam.parameter)
}
