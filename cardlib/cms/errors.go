package cms

import (
	"errors"
	"fmt"
)

// What parsing and verifying can come to. Errors wrap one of these.
var (
	// ErrMalformed: not what its ASN.1 definition says, or over a limit of size or count.
	ErrMalformed = errors.New("cms: malformed")
	// ErrUnsupported: well-formed, but with an algorithm, curve or version that is not known here.
	ErrUnsupported = errors.New("cms: not supported")
	// ErrCurveAltered: explicit EC parameters that are a standard curve with one
	// value exchanged, as a forger of CVE-2020-0601 needs it. Never an accident.
	ErrCurveAltered = errors.New("cms: altered parameters of a standard curve")
	// ErrPolicy: a hash or key size that the policy does not allow.
	ErrPolicy = errors.New("cms: not allowed by the policy")
	// ErrSignature: the signature is not by this key over these bytes.
	ErrSignature = errors.New("cms: signature is wrong")
	// ErrDigest: the messageDigest attribute is not the digest of the eContent.
	ErrDigest = errors.New("cms: messageDigest does not match the content")
	// ErrAttributes: signed attributes are absent, doubled or name another content type.
	ErrAttributes = errors.New("cms: signed attributes are wrong")
	// ErrNoSigner: nobody signed.
	ErrNoSigner = errors.New("cms: no signer")
	// ErrNoSignerCertificate: the certificate of the signer is not in the SignedData.
	ErrNoSignerCertificate = errors.New("cms: no certificate of the signer")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrUnsupported, fmt.Errorf(format, args...))
}
