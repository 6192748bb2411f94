package truststores

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// FirefoxFile is the file that the policy Certificates.Install names: Firefox
// looks for it in a folder of each user, so that one policy of the computer
// serves every user's own authority.
const FirefoxFile = "chipid-local-ca.pem"

// Firefox is the folder that Firefox' policy Certificates.Install looks into, and
// the profiles into which it takes over what it finds.
type Firefox struct {
	Dir string
	// Profiles are patterns of folders with a profile's database.
	Profiles []string
}

// Name implements Store.
func (f Firefox) Name() string { return "firefox:" + f.path() }

func (f Firefox) path() string { return filepath.Join(f.Dir, FirefoxFile) }

// Usable implements Store.
func (Firefox) Usable() error { return nil }

// Has implements Store: the file is the authority's. Firefox takes it over when
// it starts, if the policy is there.
func (f Firefox) Has(_ context.Context, ca *x509.Certificate) (bool, error) {
	b, err := os.ReadFile(f.path())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return isThere(b, ca), err
}

// Install implements Store.
func (f Firefox) Install(_ context.Context, ca *x509.Certificate) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	temp := f.path() + ".new"
	if err := os.WriteFile(temp, inPEM(ca), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, f.path())
}

// Remove implements Store. Firefox keeps what it took over even when the file
// and the policy have gone.
func (f Firefox) Remove(ctx context.Context, ca *x509.Certificate) error {
	var errs []error
	if has, err := f.Has(ctx, ca); err != nil {
		errs = append(errs, err)
	} else if has {
		errs = append(errs, os.Remove(f.path()))
		for _, dir := range []string{f.Dir, filepath.Dir(f.Dir)} {
			_ = os.Remove(dir) // stays if others have files there
		}
	}
	for _, pattern := range f.Profiles {
		dirs, err := filepath.Glob(pattern)
		errs = append(errs, err)
		for _, dir := range dirs {
			err := NSS{dir}.Remove(ctx, ca)
			if errors.Is(err, ErrTool) && runtime.GOOS != "linux" {
				err = nil // there Firefox takes the system's store and keeps no copy
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
