package activeauth_test

import (
	"errors"
	"fmt"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/internal/script"
)

// Evidence is verified without a chip: DG15, the challenge and the answer.
func ExampleVerify() {
	dg15 := script.Hex(`6F5B 3059 3013 06072A8648CE3D0201 06082A8648CE3D030107 034200
		046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
		4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5`)
	challenge := [activeauth.ChallengeLen]byte{1, 2, 3, 4, 5, 6, 7, 8}
	err := activeauth.Verify(dg15, nil, challenge, make([]byte, 64))
	fmt.Println(errors.Is(err, activeauth.ErrWrong))
	// Output: true
}
