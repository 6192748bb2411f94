package terminalauth_test

import (
	"context"
	"crypto"
	"os"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/terminalauth"
)

// An authorised terminal reads the fingerprints. Its key may be that of a token.
func Example() {
	read := func(ctx context.Context, card apdu.Card, keys access.Keys, key crypto.Signer) ([]byte, error) {
		file, err := os.ReadFile("terminal.cvcert")
		if err != nil {
			return nil, err
		}
		certificates, err := cvc.ParseAll(file)
		if err != nil {
			return nil, err
		}
		result, err := cardlib.Read(ctx, card, keys, cardlib.Plan{
			Groups:   []lds.Group{lds.DG1, lds.DG3},
			Terminal: &terminalauth.Terminal{Certificates: certificates, Key: key},
			// A real chip keeps the date that it learns from certificates: only after a
			// decision of those who are responsible.
			AllowTerminalAuthOnRealCards: true,
		})
		if err != nil {
			return nil, err
		}
		return result.Document.Groups[lds.DG3], nil
	}
	_ = read
}
