package passiveauth_test

import (
	"fmt"
	"time"

	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/trust"
)

// What a reader does: EF.SOD first, its signature while the groups are read,
// each group as it arrives, and the verdicts at the end.
func Example() {
	file, dg1 := exampleCard()
	sod, err := passiveauth.ParseSOD(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store *trust.Store // trust.Open(directories...)
	go sod.Prepare(store)
	fmt.Println("listed:", sod.Groups())
	fmt.Println("DG1:", sod.CheckGroup(lds.DG1, dg1))
	fmt.Println("DG2:", sod.CheckGroup(lds.DG2, []byte("another photo")))

	result := passiveauth.Verify(passiveauth.Input{
		Parsed: sod, Groups: map[lds.Group][]byte{lds.DG1: dg1},
		Store: store, IssuingState: "VNM",
		Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	for _, check := range result.Checks {
		fmt.Printf("%s: %s %q\n", check.ID, check.Status, check.Reason)
	}
	// Output:
	// listed: [DG1 DG2 DG3 DG11 DG13 DG14]
	// DG1: <nil>
	// DG2: DG2: passiveauth: group is not the one that was signed
	// hashes: passed ""
	// signature: passed ""
	// anchor: unavailable "NO_TRUST_STORE"
	// validity: unavailable "NO_CHAIN"
	// revocation: unavailable "NO_CHAIN"
}

// exampleCard makes a card's EF.SOD and DG1.
func exampleCard() (sod, dg1 []byte) {
	w := newWorld()
	return w.file(), w.groups[1]
}
