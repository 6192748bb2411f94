package cms

// Limits on what is accepted. They are far above what any issuing State writes
// and far below what could tire a small computer.
const (
	// MaxCertificate is the longest certificate, in bytes.
	MaxCertificate = 64 << 10
	// MaxCRL is the longest CRL, in bytes, and MaxRevoked its most entries.
	MaxCRL     = 16 << 20
	MaxRevoked = 1 << 18
	// MaxSignedData is the longest SignedData, in bytes (a master list of all
	// States is about 1 MiB).
	MaxSignedData = 16 << 20
	// MaxSigners and MaxCertificates are how many of them one SignedData may
	// hold, MaxCandidates how many certificates are tried for one signer. Their
	// product bounds the signatures that one object can make us verify.
	MaxSigners      = 8
	MaxCertificates = 64
	MaxCandidates   = 4
	// MaxNameAttributes is how many attributes a distinguished name may have,
	// MaxExtensions how many extensions a certificate, CRL or CRL entry.
	MaxNameAttributes = 64
	MaxExtensions     = 64
	// MinRSA and MaxRSA bound the modulus in bits. A policy asks for more than MinRSA.
	MinRSA = 1024
	MaxRSA = 8192
	// maxInteger is the longest INTEGER, in bytes.
	maxInteger = MaxRSA/8 + 1
	// maxSerial is the longest serial number. RFC 5280 §4.1.2.2 allows 20 bytes; some write more.
	maxSerial = 64
	// maxOID is the longest object identifier, in bytes.
	maxOID = 40
)
