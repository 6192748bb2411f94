package main

import (
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
)

// rsaFiles are fixed keys by user and size; making them anew would take longer
// than the whole matrix.
//
//go:embed testdata/rsa
var rsaFiles embed.FS

// rsaKey returns the key of a user ("chip", "csca", "signer") with the size in bits.
func rsaKey(user string, bits int) *rsa.PrivateKey {
	name := fmt.Sprintf("testdata/rsa/%s-%d.pem", user, bits)
	b, err := rsaFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		panic(name + " holds no PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return key
}
