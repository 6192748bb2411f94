package issuer

import "encoding/asn1"

type objectID = asn1.ObjectIdentifier

// Object identifiers, grouped by where they are defined.
var (
	// RFC 8017, RFC 5480, FIPS 180-4.
	oidRSAEncryption  = objectID{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS         = objectID{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1           = objectID{1, 2, 840, 113549, 1, 1, 8}
	oidECPublicKey    = objectID{1, 2, 840, 10045, 2, 1}
	oidPrimeField     = objectID{1, 2, 840, 10045, 1, 1}
	oidECDSASpecified = objectID{1, 2, 840, 10045, 4, 3}

	// RFC 5652.
	oidSignedData    = objectID{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = objectID{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = objectID{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = objectID{1, 2, 840, 113549, 1, 9, 5}

	// X.520 names and X.509 extensions (RFC 5280).
	oidCommonName         = objectID{2, 5, 4, 3}
	oidCountry            = objectID{2, 5, 4, 6}
	oidLocality           = objectID{2, 5, 4, 7}
	oidOrganization       = objectID{2, 5, 4, 10}
	oidSubjectKeyID       = objectID{2, 5, 29, 14}
	oidKeyUsage           = objectID{2, 5, 29, 15}
	oidPrivateKeyUsage    = objectID{2, 5, 29, 16}
	oidSubjectAltName     = objectID{2, 5, 29, 17}
	oidIssuerAltName      = objectID{2, 5, 29, 18}
	oidBasicConstraints   = objectID{2, 5, 29, 19}
	oidCRLDistribution    = objectID{2, 5, 29, 31}
	oidAuthorityKeyID     = objectID{2, 5, 29, 35}
	oidExtKeyUsage        = objectID{2, 5, 29, 37}
	oidCRLNumber          = objectID{2, 5, 29, 20}
	oidDocumentTypeList   = objectID{2, 23, 136, 1, 1, 6, 2} // Doc 9303-12 §7.1.1
	oidMasterListSigner   = objectID{2, 23, 136, 1, 1, 3}    // Doc 9303-12 §7.1.1.4
	oidCSCAMasterList     = objectID{2, 23, 136, 1, 1, 2}    // Doc 9303-12 §9
	oidLDSSecurityObject  = objectID{2, 23, 136, 1, 1, 1}    // Doc 9303-10 §4.6.2.2
	oidActiveAuth         = objectID{2, 23, 136, 1, 1, 5}    // Doc 9303-11 §9.2.7
	oidECDSAPlainSHA256   = objectID{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3}
	oidSecurityObject     = objectID{0, 4, 0, 127, 0, 7, 3, 2, 1} // EF.CardSecurity, TR-03110-3 A.1.2.5
	oidStandardisedDomain = objectID{0, 4, 0, 127, 0, 7, 1, 2}    // TR-03110-3 A.2.1.1
	oidTerminalAuth       = objectID{0, 4, 0, 127, 0, 7, 2, 2, 2}
	oidISO10646UTF8Marker = objectID{1, 0, 10646, 1, 0, 8} // DG13's marker of UTF-8 text
)
