package bac_test

import (
	"bytes"
	"context"
	"fmt"

	"chipid/cardlib/bac"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/mrz"
)

// The chip of Doc 9303-11 appendix D.3. Outside a test the source of random
// values is nil: crypto/rand.
func ExampleAuthenticate() {
	card := &script.Card{Steps: []script.Step{
		{Command: "0084000008", Answer: "4608F919887022129000"},
		{Command: "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
			Answer: "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000"},
	}}
	key := mrz.Key{DocumentNumber: "L898902C", DateOfBirth: "690806", DateOfExpiry: "940623"}
	random := bytes.NewReader(script.Hex("781723860C06C2260B795240CB7049B01C19B33E32804F0B"))
	session, err := bac.Authenticate(context.Background(), card, key, random)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	fmt.Println("a channel with", session.Cipher())
	// Output: a channel with 3DES
}
