package issuer

import (
	"fmt"
	"time"

	"chipid/mock-reader/chip"
)

// Seal signs the data groups among a card's files anew and replaces EF.SOD:
// whatever was changed in them is covered by a hash again, and only the signer
// tells the card from a genuine one. It names every group in the map.
func (i *Issuer) Seal(files map[uint16][]byte, o SignerOptions, signed time.Time) error {
	groups := map[int][]byte{}
	for n := 1; n <= 16; n++ {
		if content, ok := files[chip.FileDG(n)]; ok {
			groups[n] = content
		}
	}
	signer, err := i.documentSigner(o, signed)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	sod, err := i.sod(signer, groups, SODOptions{}, signed)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	files[chip.FileSOD] = sod
	return nil
}
