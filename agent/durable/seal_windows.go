package durable

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
)

// seal encrypts for this user with DPAPI (CryptProtectData).
func seal(b []byte) ([]byte, error) {
	return dpapi(b, func(in, out *windows.DataBlob) error {
		return windows.CryptProtectData(in, nil, nil, 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, out)
	})
}

func unseal(b []byte) ([]byte, error) {
	return dpapi(b, func(in, out *windows.DataBlob) error {
		return windows.CryptUnprotectData(in, nil, nil, 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, out)
	})
}

func dpapi(b []byte, do func(in, out *windows.DataBlob) error) ([]byte, error) {
	if len(b) == 0 {
		return nil, errors.New("durable: an empty secret")
	}
	in := windows.DataBlob{Size: uint32(len(b)), Data: &b[0]}
	var out windows.DataBlob
	if err := do(&in, &out); err != nil {
		return nil, err
	}
	defer windows.LocalFree(windows.Handle(unsafe.Pointer(out.Data)))
	return append([]byte(nil), unsafe.Slice(out.Data, out.Size)...), nil
}
