package securemsg_test

import (
	"context"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securemsg"
)

// The session of Doc 9303-11 appendix D.4: plain commands in, plain answers out.
func ExampleSession() {
	card := &script.Card{Steps: []script.Step{{
		Command: "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
		Answer:  "990290008E08FA855A5D4C50A8ED9000",
	}}}
	session, err := securemsg.New(card, securemsg.TDES,
		script.Hex("979EC13B1CBFE9DCD01AB0FED307EAE5"), // KSenc
		script.Hex("F1CB1F1FB5ADF208806B89DC579DC1F8"), // KSmac
		script.Hex("887022120C06C226"))                 // SSC
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	resp, err := session.Transmit(context.Background(), apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x01, 0x1E}})
	fmt.Println(resp.SW, err)
	// Output: 9000 <nil>
}
