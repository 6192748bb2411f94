package truststores

import (
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"os"
	"strings"
)

// security is the program of macOS.
const security tool = "security"

// Keychain is a keychain of macOS, which Safari, Chrome and Firefox ask. Changing
// what is trusted asks the user for consent.
type Keychain struct{ Path string }

// Name implements Store.
func (k Keychain) Name() string { return "keychain:" + k.Path }

// Usable implements Store.
func (Keychain) Usable() error { return security.installed() }

// Has implements Store.
func (k Keychain) Has(ctx context.Context, ca *x509.Certificate) (bool, error) {
	out, err := security.run(ctx, nil, "find-certificate", "-a", "-p", "-c", ca.Subject.CommonName, k.Path)
	if err != nil && strings.Contains(err.Error(), "could not be found") {
		return false, nil
	}
	return err == nil && isThere(out, ca), err
}

// Install implements Store: trusted as a root for TLS and for nothing else.
func (k Keychain) Install(ctx context.Context, ca *x509.Certificate) error {
	if has, err := k.Has(ctx, ca); has || err != nil {
		return err
	}
	return withFile(ca, func(path string) error {
		_, err := security.run(ctx, nil, "add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k", k.Path, path)
		return err
	})
}

// Remove implements Store.
func (k Keychain) Remove(ctx context.Context, ca *x509.Certificate) error {
	if has, err := k.Has(ctx, ca); !has || err != nil {
		return err
	}
	sum := sha1.Sum(ca.Raw) // how security(1) names a certificate, no measure of its strength
	_, err := security.run(ctx, nil, "delete-certificate", "-Z", strings.ToUpper(hex.EncodeToString(sum[:])), "-t", k.Path)
	return err
}

// withFile hands the certificate to a program that takes only files.
func withFile(c *x509.Certificate, use func(path string) error) error {
	f, err := os.CreateTemp("", "chipid-*.pem")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(inPEM(c))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return use(f.Name())
}
