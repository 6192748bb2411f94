package chipauth_test

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/chipauth"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securityinfo"
)

// EF.CardAccess announces chip authentication but holds no key: DG14 does.
func ExampleAuthenticate() {
	infos, err := securityinfo.Parse(securityinfo.VietnamCardAccess)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = chipauth.Authenticate(context.Background(), &script.Card{}, infos, nil)
	fmt.Println(errors.Is(err, chipauth.ErrNoKey))
	// Output: true
}
