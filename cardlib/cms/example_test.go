package cms_test

import (
	"fmt"
	"os"
	"path/filepath"

	"chipid/cardlib/cms"
)

// A signed object and the certificate of the CSCA that is said to stand behind it.
func ExampleSignedData_Verify() {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", "openssl", name))
		if err != nil {
			panic(err)
		}
		return b
	}
	object, err := cms.ParseSignedData(read("bp384.cms.der"))
	if err != nil {
		fmt.Println(err)
		return
	}
	csca, err := cms.ParseCertificate(read("bp384.csca.der"))
	if err != nil {
		fmt.Println(err)
		return
	}
	signers, err := object.Verify(cms.OIDLDSSecurityObject, cms.Policy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer := signers[0].Certificate
	fmt.Println(signer.Subject, signer.PublicKey)
	fmt.Println(signer.VerifySignedBy(csca.PublicKey, cms.Policy{}))
	// Output:
	// C=VN, O=SYNTHETIC, CN=bp384 ds EC brainpoolP384r1
	// <nil>
}
