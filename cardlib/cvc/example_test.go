package cvc_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log"
	"time"

	"chipid/cardlib/cvc"
)

// A CVCA for tests certifies a document verifier, and a chip that knows the CVCA by
// its name is shown one certificate.
func Example() {
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	public, err := cvc.NewPublicKey(cvc.ECDSASHA256, authority.Public())
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := cvc.Template{
		Authority: cvc.NewReference("UT", "CVCA", "00001"), Holder: cvc.NewReference("UT", "DV", "00001"),
		PublicKey: public, Authorization: cvc.NewAuthorization(cvc.DVOfficial, cvc.ReadDG3),
		Effective:  time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Expiration: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC),
	}.Issue(public, authority, nil)
	if err != nil {
		log.Fatal(err)
	}
	chain, err := cvc.Chain([]cvc.Reference{"UTCVCA00001"}, nil, verifier)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(chain), chain[0].Holder, chain[0].Authorization.Role(), chain[0].CheckSignature(public))
	// Output: 1 UTDV00001 official domestic DV <nil>
}
