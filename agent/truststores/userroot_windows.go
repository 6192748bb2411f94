package truststores

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// UserRoot is the Root store of the Windows user. Windows asks the user for
// consent before a root comes in or goes out.
type UserRoot struct{}

// Name implements Store.
func (UserRoot) Name() string { return `windows:CurrentUser\Root` }

// open opens the store.
func (UserRoot) open() (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString("Root")
	if err != nil {
		return 0, err
	}
	store, err := windows.CertOpenStore(windows.CERT_STORE_PROV_SYSTEM_W, 0, 0, windows.CERT_SYSTEM_STORE_CURRENT_USER, uintptr(unsafe.Pointer(name)))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return store, nil
}

// find returns the store's context of the certificate, nil if it is not there;
// the caller frees it.
func find(store windows.Handle, ca *x509.Certificate) *windows.CertContext {
	var at *windows.CertContext
	for {
		next, err := windows.CertEnumCertificatesInStore(store, at)
		if err != nil || next == nil {
			return nil
		}
		at = next // the enumeration frees the one before
		if bytes.Equal(unsafe.Slice(at.EncodedCert, at.Length), ca.Raw) {
			return at
		}
	}
}

// Usable implements Store.
func (u UserRoot) Usable() error {
	store, err := u.open()
	if err != nil {
		return err
	}
	return windows.CertCloseStore(store, 0)
}

// Has implements Store.
func (u UserRoot) Has(_ context.Context, ca *x509.Certificate) (bool, error) {
	store, err := u.open()
	if err != nil {
		return false, err
	}
	defer windows.CertCloseStore(store, 0)
	found := find(store, ca)
	if found == nil {
		return false, nil
	}
	return true, windows.CertFreeCertificateContext(found)
}

// Install implements Store.
func (u UserRoot) Install(ctx context.Context, ca *x509.Certificate) error {
	if has, err := u.Has(ctx, ca); has || err != nil {
		return err
	}
	store, err := u.open()
	if err != nil {
		return err
	}
	defer windows.CertCloseStore(store, 0)
	c, err := windows.CertCreateCertificateContext(windows.X509_ASN_ENCODING|windows.PKCS_7_ASN_ENCODING, &ca.Raw[0], uint32(len(ca.Raw)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	defer windows.CertFreeCertificateContext(c)
	if err := windows.CertAddCertificateContextToStore(store, c, windows.CERT_STORE_ADD_NEW, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}

// Remove implements Store. It looks again afterwards: the user may have said no.
func (u UserRoot) Remove(ctx context.Context, ca *x509.Certificate) error {
	if err := u.delete(ca); err != nil {
		return err
	}
	if has, err := u.Has(ctx, ca); err != nil || has {
		return errors.Join(fmt.Errorf("%w: the authority is in it still", ErrStore), err)
	}
	return nil
}

func (u UserRoot) delete(ca *x509.Certificate) error {
	store, err := u.open()
	if err != nil {
		return err
	}
	defer windows.CertCloseStore(store, 0)
	found := find(store, ca)
	if found == nil {
		return nil
	}
	if err := windows.CertDeleteCertificateFromStore(found); err != nil { // it frees the context
		return errors.Join(ErrStore, err)
	}
	commit(store)
	return nil
}

var controlStore = windows.NewLazySystemDLL("crypt32.dll").NewProc("CertControlStore")

// commit has the store write what it may hold back until it is closed. Stores
// that hold nothing back may refuse; whoever needs to know looks again.
func commit(store windows.Handle) {
	const ctrlCommit = 3 // CERT_STORE_CTRL_COMMIT
	_, _, _ = controlStore.Call(uintptr(store), 0, ctrlCommit, 0)
}
