package trust_test

import (
	"fmt"
	"os"
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

// An anchor that counts for identity cards only. In a file, the same note stands
// before the certificate: see [trust.Note.PEM].
func ExampleStore_Install() {
	der, err := os.ReadFile(filepath.Join("..", "cms", "testdata", "openssl", "p384.csca.der"))
	if err != nil {
		fmt.Println(err)
		return
	}
	store := &trust.Store{}
	note := trust.Note{Origin: "handed over by the ministry", Use: trust.ForDocuments, Types: []string{"ID"}}
	if err := store.Install("csca.der", der, note); err != nil {
		fmt.Println(err)
		return
	}
	anchor := store.Anchors()[0]
	fmt.Println(anchor.Certificate.Subject, anchor.Note.Allows("ID"), anchor.Note.Allows("P<"))
	// Output:
	// C=VN, O=SYNTHETIC, CN=p384 csca true false
}
