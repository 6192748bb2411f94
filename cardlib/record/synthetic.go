package record

import (
	"fmt"
	"time"

	"chipid/cardlib/passiveauth"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// provenSynthetic returns nil if EF.SOD was signed by a signer of one of the
// anchors, all of which must be synthetic.
func provenSynthetic(sod []byte, anchors *trust.Store) error {
	if anchors.Empty() || len(sod) == 0 {
		return fmt.Errorf("%w: no EF.SOD, or no test CSCA to compare with", ErrNotSynthetic)
	}
	for _, a := range anchors.Anchors() {
		if !a.Synthetic {
			return fmt.Errorf("%w: an anchor that is not a test CSCA", ErrNotSynthetic)
		}
	}
	result := passiveauth.Verify(passiveauth.Input{SOD: sod, Store: anchors, Now: time.Now()})
	signed := verdict.Report{Checks: result.Checks}.Get(verdict.Signature)
	if signed.Status != verdict.Passed || result.Anchor == nil || !result.Anchor.Synthetic {
		return fmt.Errorf("%w: the signature of EF.SOD is not of it", ErrNotSynthetic)
	}
	return nil
}
