package issuer

import "time"

// MasterList returns a CSCA master list (Doc 9303-12 §9): ContentInfo with the
// certificates, signed by a list signer of the authority. Lists of the States
// hold malformed certificates too; what is given is not looked at.
func (i *Issuer) MasterList(a Authority, certificates [][]byte, signed time.Time) ([]byte, error) {
	signer, err := i.documentSigner(SignerOptions{Authority: a, Misuse: ForLists}, signed)
	if err != nil {
		return nil, err
	}
	self, err := i.CSCA(a)
	if err != nil {
		return nil, err
	}
	d := signedData{
		contentType: oidCSCAMasterList,
		content:     sequence(smallInteger(0), setOf(certificates...)), // CscaMasterList, version 0
		signed:      signed,
		more:        [][]byte{self},
	}
	return d.encode(signer)
}
