package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// errServiceKey: the file holds no Ed25519 private key in PEM.
var errServiceKey = errors.New("SERVICE_KEY: tệp không phải khóa Ed25519 (PEM) / the file is no Ed25519 private key in PEM")

// readServiceKey reads the key that orders are signed with, PKCS #8 in PEM as
// openssl writes it too.
func readServiceKey(path string) (ed25519.PrivateKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, errServiceKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if private, ok := key.(ed25519.PrivateKey); ok && err == nil {
		return private, nil
	}
	return nil, errServiceKey
}

// keyNew is `chipid-verifier key new FILE`. It overwrites nothing.
func keyNew(_ context.Context, c console, args []string) int {
	set, _ := newFlags("key new")
	words, code, done := c.parse(set, args, 1)
	if done {
		return code
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return c.fail(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return c.fail(err)
	}
	f, err := os.OpenFile(words[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return c.fail(err)
	}
	err = errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close())
	if err != nil {
		return c.fail(err)
	}
	fmt.Fprintln(c.err, "Khóa công khai, ghi vào quyền của trang: / The public key, for the grants of pages: chipid-agent origins grant … --service-key")
	fmt.Fprintln(c.out, base64.RawURLEncoding.EncodeToString(public))
	return exitOK
}
