package pace_test

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/pace"
	"chipid/cardlib/securityinfo"
)

// A chip that does not offer PACE refuses MSE:Set AT; a wrong password shows as
// pace.ErrDenied, with the tries left where the chip tells them.
func ExampleAuthenticate() {
	infos, err := securityinfo.Parse(securityinfo.VietnamCardAccess)
	if err != nil {
		fmt.Println(err)
		return
	}
	card := apdu.NewLink(&script.Card{Steps: []script.Step{
		{Command: "0022C1A40F800A04007F00070202040202830102", Answer: "6D00"},
	}})
	_, err = pace.Authenticate(context.Background(), card, infos.PACE[0], pace.CAN("000018"), nil)
	var tries *pace.TriesError
	switch {
	case errors.As(err, &tries):
		fmt.Println("wrong number,", tries.Left, "tries left")
	case errors.Is(err, pace.ErrDenied):
		fmt.Println("wrong number")
	case errors.Is(err, pace.ErrUnsupported):
		sw, _ := apdu.StatusOf(err)
		fmt.Println("no PACE here:", sw)
	}
	// Output: no PACE here: 6D00
}
