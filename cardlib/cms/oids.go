package cms

// Content types (RFC 5652 §4, §5; Doc 9303-10 §4.6.2; Doc 9303-12 §9; TR-03110-3 A.1.2.5).
var (
	OIDSignedData        = NewOID("1.2.840.113549.1.7.2")
	OIDLDSSecurityObject = NewOID("2.23.136.1.1.1")
	OIDCSCAMasterList    = NewOID("2.23.136.1.1.2")
	OIDSecurityObject    = NewOID("0.4.0.127.0.7.3.2.1")
)

// Signed attributes (RFC 5652 §11).
var (
	oidContentType   = NewOID("1.2.840.113549.1.9.3")
	oidMessageDigest = NewOID("1.2.840.113549.1.9.4")
	oidSigningTime   = NewOID("1.2.840.113549.1.9.5")
)

// Public keys (RFC 3279 §2.3, RFC 4055 §1.2, RFC 5480 §2.1).
var (
	oidECPublicKey   = NewOID("1.2.840.10045.2.1")
	oidPrimeField    = NewOID("1.2.840.10045.1.1")
	oidRSAEncryption = NewOID("1.2.840.113549.1.1.1")
	oidRSAPSS        = NewOID("1.2.840.113549.1.1.10")
	oidMGF1          = NewOID("1.2.840.113549.1.1.8")
)

// Extensions (RFC 5280 §4.2, §5.2; Doc 9303-12 §7.1).
var (
	oidSubjectKeyID      = NewOID("2.5.29.14")
	oidKeyUsage          = NewOID("2.5.29.15")
	oidPrivateKeyPeriod  = NewOID("2.5.29.16")
	oidSubjectAltName    = NewOID("2.5.29.17")
	oidIssuerAltName     = NewOID("2.5.29.18")
	oidBasicConstraints  = NewOID("2.5.29.19")
	oidCRLNumber         = NewOID("2.5.29.20")
	oidReasonCode        = NewOID("2.5.29.21")
	oidInvalidityDate    = NewOID("2.5.29.24")
	oidIssuingDistPoint  = NewOID("2.5.29.28")
	oidCRLDistPoints     = NewOID("2.5.29.31")
	oidCertPolicies      = NewOID("2.5.29.32")
	oidAuthorityKeyID    = NewOID("2.5.29.35")
	oidExtKeyUsage       = NewOID("2.5.29.37")
	oidAuthorityInfo     = NewOID("1.3.6.1.5.5.7.1.1")
	oidNameChange        = NewOID("2.23.136.1.1.6.1")
	oidDocumentTypeList  = NewOID("2.23.136.1.1.6.2")
	oidNetscapeCertType  = NewOID("2.16.840.1.113730.1.1")
	oidNetscapeComment   = NewOID("2.16.840.1.113730.1.13")
	oidEntrustVersion    = NewOID("1.2.840.113533.7.65.0")
	oidCountry           = NewOID("2.5.4.6")
	oidOrganization      = NewOID("2.5.4.10")
	oidOrganizationUnit  = NewOID("2.5.4.11")
	oidCommonName        = NewOID("2.5.4.3")
	oidSerialNumber      = NewOID("2.5.4.5")
	oidStateOrProvince   = NewOID("2.5.4.8")
	oidLocality          = NewOID("2.5.4.7")
	oidEmailAddress      = NewOID("1.2.840.113549.1.9.1")
	oidOrganizationIdent = NewOID("2.5.4.97")
)
