package cvc

import (
	"errors"
	"fmt"
)

var (
	// ErrMalformed: not a certificate as TR-03110-3 C.1 wants it, or over a limit.
	ErrMalformed = errors.New("cvc: malformed")
	// ErrUnsupported: an algorithm or domain parameters that are not known here.
	ErrUnsupported = errors.New("cvc: not supported")
	// ErrSignature: the signature is not by this key over these bytes.
	ErrSignature = errors.New("cvc: signature is wrong")
	// ErrNoParameters: an EC key without domain parameters; they are the CVCA's.
	ErrNoParameters = errors.New("cvc: domain parameters not known")
	// ErrKey: the private key is not that of the certificate.
	ErrKey = errors.New("cvc: another key")
	// ErrNoChain: no chain leads from a key that the chip knows to the certificate.
	ErrNoChain = errors.New("cvc: no chain to a key of the chip")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}
