package issuer

import (
	"crypto"
	"fmt"
)

// hashIDs, ecdsaIDs, plainIDs and pkcs1IDs name a hash, or a scheme with it.
var (
	hashIDs = map[crypto.Hash]objectID{
		crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA224: nist(4), crypto.SHA256: nist(1), crypto.SHA384: nist(2), crypto.SHA512: nist(3),
	}
	ecdsaIDs = map[crypto.Hash]objectID{
		crypto.SHA1: {1, 2, 840, 10045, 4, 1}, crypto.SHA224: x962(1), crypto.SHA256: x962(2), crypto.SHA384: x962(3), crypto.SHA512: x962(4),
	}
	plainIDs = map[crypto.Hash]objectID{
		crypto.SHA1: plain(1), crypto.SHA224: plain(2), crypto.SHA256: plain(3), crypto.SHA384: plain(4), crypto.SHA512: plain(5),
	}
	pkcs1IDs = map[crypto.Hash]objectID{
		crypto.SHA1: pkcs1(5), crypto.SHA224: pkcs1(14), crypto.SHA256: pkcs1(11), crypto.SHA384: pkcs1(12), crypto.SHA512: pkcs1(13),
	}
)

func nist(n int) objectID  { return objectID{2, 16, 840, 1, 101, 3, 4, 2, n} }    // FIPS 180-4
func x962(n int) objectID  { return objectID{1, 2, 840, 10045, 4, 3, n} }         // RFC 5758
func plain(n int) objectID { return objectID{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, n} } // TR-03111 §5.2.1
func pkcs1(n int) objectID { return objectID{1, 2, 840, 113549, 1, 1, n} }        // RFC 8017

func hashID(h crypto.Hash) []byte { return sequence(oid(hashIDs[h])) }

// identifier is the AlgorithmIdentifier of the signatures in certificates and CRLs.
func (a Algorithm) identifier() []byte {
	switch {
	case a.Scheme == PKCS1:
		return sequence(oid(pkcs1IDs[a.hash()]), null())
	case a.Scheme == PSS:
		return sequence(oid(oidRSAPSS), a.pssParameters())
	case a.Scheme == ECDSAPlain:
		return sequence(oid(plainIDs[a.hash()]))
	case a.Naming == NamedApart:
		return sequence(oid(oidECDSASpecified), hashID(a.hash()))
	}
	return sequence(oid(ecdsaIDs[a.hash()]))
}

// signerInfoID is the signatureAlgorithm of EF.SOD's SignerInfo.
func (a Algorithm) signerInfoID() []byte {
	if a.Naming != NamedByKey {
		return a.identifier()
	}
	switch a.Scheme {
	case PKCS1:
		return sequence(oid(oidRSAEncryption), null())
	case PSS:
		return sequence(oid(oidRSAPSS))
	}
	return sequence(oid(oidECPublicKey))
}

// pssParameters is RSASSA-PSS-params (RFC 8017 A.2.3). What has its default is
// left out, as DER wants it.
func (a Algorithm) pssParameters() []byte {
	var parts [][]byte
	if a.hash() != crypto.SHA1 {
		parts = append(parts, context(0, true, hashID(a.hash())))
	}
	if a.mgf() != crypto.SHA1 {
		parts = append(parts, context(1, true, sequence(oid(oidMGF1), hashID(a.mgf()))))
	}
	if a.salt() != crypto.SHA1.Size() {
		parts = append(parts, context(2, true, smallInteger(a.salt())))
	}
	return sequence(parts...)
}

// check refuses what no signer can have.
func (a Algorithm) check() error {
	if _, ok := hashIDs[a.hash()]; !ok {
		return fmt.Errorf("issuer: hash %v", a.hash())
	}
	if a.isRSA() && (a.bits() < 2048 || a.bits() > 8192 || a.bits()%256 != 0) {
		return fmt.Errorf("issuer: RSA key of %d bits", a.bits())
	}
	if !a.isRSA() && (a.curveID() < p224 || a.curveID() > p521) {
		return fmt.Errorf("issuer: curve %d", a.curveID())
	}
	return nil
}
