package chipauth

import (
	"fmt"
	"io"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/securityinfo"
)

// ephemeral is our key on the chip's domain parameters.
type ephemeral struct {
	chip    securityinfo.PublicKey
	private *big.Int
	public  []byte // as sent: an uncompressed point, or an unsigned integer (§6.2.4.3)
}

// generate makes an ephemeral key for the chip's key, which has been validated
// when it was parsed; it is checked again, since nothing forces a caller to parse.
func generate(chip securityinfo.PublicKey, random io.Reader) (*ephemeral, error) {
	switch {
	case chip.Curve != nil:
		if !chip.Curve.Contains(chip.Point) {
			return nil, fmt.Errorf("%w: %w", ErrKey, curves.ErrPoint)
		}
		private, public, err := chip.Curve.GenerateKey(random)
		if err != nil {
			return nil, err
		}
		return &ephemeral{chip, private, chip.Curve.Encode(public)}, nil
	case chip.Group != nil:
		if err := chip.Group.Check(chip.Y); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		private, public, err := chip.Group.GenerateKey(random)
		if err != nil {
			return nil, err
		}
		return &ephemeral{chip, private, chip.Group.Encode(public)}, nil
	}
	return nil, fmt.Errorf("%w: no key agreement", ErrKey)
}

// shared is K = KA(SK_DH,IFD, PK_IC, D_IC): the x-coordinate, or the number at the prime's length.
func (e *ephemeral) shared() ([]byte, error) {
	if e.chip.Curve != nil {
		point := e.chip.Curve.Mul(e.chip.Point, e.private)
		if point.IsIdentity() {
			return nil, curves.ErrPoint
		}
		return e.chip.Curve.XBytes(point), nil
	}
	return e.chip.Group.Shared(e.private, e.chip.Y), nil
}
