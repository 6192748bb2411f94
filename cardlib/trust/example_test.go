package trust_test

import (
	"fmt"
	"path/filepath"

	"chipid/cardlib/trust"
)

func ExampleOpen() {
	store, problems, err := trust.Open(filepath.Join("..", "cms", "testdata", "openssl", "p384.csca.der"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, anchor := range store.Anchors() {
		fmt.Println(anchor.Country(), anchor.Kind, anchor.Certificate.PublicKey, "synthetic:", anchor.Synthetic)
	}
	fmt.Println(len(problems), "problems")
	// Output:
	// VN installed EC P-384 synthetic: true
	// 0 problems
}
