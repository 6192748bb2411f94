package securityinfo_test

import (
	"fmt"

	"chipid/cardlib/securityinfo"
)

func ExampleParse() {
	infos, err := securityinfo.Parse(securityinfo.VietnamCardAccess)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range infos.PACE {
		fmt.Println(p.Name(), "on", p.Curve.Name)
	}
	for _, c := range infos.ChipAuth {
		fmt.Println(c.Name(), "version", c.Version)
	}
	// Output:
	// PACE-ECDH-GM-AES-128 on brainpoolP256r1
	// CA-ECDH-AES-128 version 1
}
