package truststores

import (
	"bytes"
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"regexp"
)

// certutil is NSS' own program (Debian: libnss3-tools).
const certutil tool = "certutil"

// trustedCA are the flags of an authority that is trusted for TLS servers and
// for nothing else (certutil(1), -t).
const trustedCA = "C,,"

// NSS is one NSS database (cert9.db) that a browser reads.
type NSS struct{ Dir string }

// Name implements Store.
func (n NSS) Name() string { return "nss:" + n.Dir }

// Usable implements Store.
func (NSS) Usable() error { return certutil.installed() }

// Has implements Store.
func (n NSS) Has(ctx context.Context, ca *x509.Certificate) (bool, error) {
	if !n.exists() {
		return false, nil
	}
	for _, entry := range n.list(ctx) {
		if entry.flags == trustedCA && n.is(ctx, entry.nickname, ca) {
			return true, nil
		}
	}
	return false, n.answers(ctx)
}

// Install implements Store. A database that is not there is made, without a
// password, as the browser would.
func (n NSS) Install(ctx context.Context, ca *x509.Certificate) error {
	if err := n.Usable(); err != nil {
		return err
	}
	if has, err := n.Has(ctx, ca); has || err != nil {
		return err
	}
	if !n.exists() {
		if err := os.MkdirAll(n.Dir, 0o700); err != nil {
			return err
		}
		if _, err := certutil.run(ctx, nil, "-N", "-d", "sql:"+n.Dir, "--empty-password"); err != nil {
			return err
		}
	}
	_, err := certutil.run(ctx, inPEM(ca), "-A", "-d", "sql:"+n.Dir, "-n", ca.Subject.CommonName, "-t", trustedCA, "-a")
	return err
}

// Remove implements Store. Browsers choose nicknames of their own, so every
// entry with the authority's bytes goes.
func (n NSS) Remove(ctx context.Context, ca *x509.Certificate) error {
	if !n.exists() {
		return nil
	}
	if err := n.answers(ctx); err != nil {
		return err
	}
	for _, entry := range n.list(ctx) {
		if !n.is(ctx, entry.nickname, ca) {
			continue
		}
		if _, err := certutil.run(ctx, nil, "-D", "-d", "sql:"+n.Dir, "-n", entry.nickname); err != nil {
			return err
		}
	}
	return nil
}

func (n NSS) exists() bool {
	_, err := os.Stat(filepath.Join(n.Dir, "cert9.db"))
	return err == nil
}

// answers tells why the database cannot be read.
func (n NSS) answers(ctx context.Context) error {
	_, err := certutil.run(ctx, nil, "-L", "-d", "sql:"+n.Dir)
	return err
}

// is tells whether the entry is the certificate.
func (n NSS) is(ctx context.Context, nickname string, c *x509.Certificate) bool {
	text, err := certutil.run(ctx, nil, "-L", "-d", "sql:"+n.Dir, "-n", nickname, "-a")
	return err == nil && isThere(text, c)
}

// entry is one line of certutil -L.
type entry struct{ nickname, flags string }

// listed is a line of certutil -L: the nickname, then three groups of flags.
var listed = regexp.MustCompile(`^(.*\S)\s+([a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$`)

func (n NSS) list(ctx context.Context) (all []entry) {
	out, err := certutil.run(ctx, nil, "-L", "-d", "sql:"+n.Dir)
	if err != nil {
		return nil
	}
	for line := range bytes.Lines(out) {
		m := listed.FindSubmatch(bytes.TrimRight(line, "\r\n"))
		if m == nil || string(m[2]) == "SSL,S/MIME,JAR/XPI" {
			continue
		}
		all = append(all, entry{string(m[1]), string(m[2])})
	}
	return all
}
