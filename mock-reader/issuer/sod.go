package issuer

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"chipid/cardlib/tlv"
)

// tagSOD is the tag of EF.SOD (Doc 9303-10 §4.6.2).
const tagSOD = tlv.Tag(0x77)

// SODOptions say how EF.SOD is written; the zero value is as issued cards have it.
type SODOptions struct {
	// Hash is that of the group hashes, SHA-256 if 0.
	Hash crypto.Hash
	// NoSigningTime leaves the attribute away.
	NoSigningTime bool
	// ByKeyID names the signer by its key identifier.
	ByKeyID bool
	// NoCertificate leaves the signer's certificate away, which Doc 9303-10 §4.6.2.2 forbids.
	NoCertificate bool
	// Version1 writes the LDSSecurityObject of version 1, with the LDS version.
	Version1 bool
	// Unlisted is a group that the card has and EF.SOD does not list; 0 for none.
	Unlisted int
	// CoSigner signs beside the signer; nil for none.
	CoSigner *SignerOptions
}

// maxKeptSODs bounds the signed EF.SODs that an issuer keeps.
const maxKeptSODs = 4096

// sod makes EF.SOD for the groups, by number (Doc 9303-10 §4.6.2). What was
// signed once is kept: scenarios make the same card again and again.
func (i *Issuer) sod(signer *documentSigner, groups map[int][]byte, o SODOptions, signed time.Time) ([]byte, error) {
	d := signedData{contentType: oidLDSSecurityObject, content: o.securityObject(groups), signed: signed,
		byKeyID: o.ByKeyID, noCertificate: o.NoCertificate}
	if o.NoSigningTime {
		d.signed = time.Time{}
	}
	signers := []*documentSigner{signer}
	if o.CoSigner != nil {
		second, err := i.documentSigner(*o.CoSigner, signed)
		if err != nil {
			return nil, err
		}
		signers = append(signers, second)
	}
	key := d.key(signers)
	i.mu.Lock()
	kept, ok := i.sods[key]
	i.mu.Unlock()
	if ok {
		return bytes.Clone(kept), nil
	}
	contentInfo, err := d.encode(signers...)
	if err != nil {
		return nil, err
	}
	file := tlv.Encode(tagSOD, contentInfo)
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.sods) == maxKeptSODs {
		clear(i.sods)
	}
	i.sods[key] = file
	return bytes.Clone(file), nil
}

// key tells apart what is to be signed and by whom.
func (d signedData) key(signers []*documentSigner) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x %v %v %v", d.content, d.signed, d.byKeyID, d.noCertificate)
	for _, s := range signers {
		h.Write(s.certificate)
		fmt.Fprintf(h, " %+v ", s.algorithm)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// securityObject is LDSSecurityObject (Doc 9303-10 §4.6.2.2).
func (o SODOptions) securityObject(groups map[int][]byte) []byte {
	hash := o.Hash
	if hash == 0 {
		hash = crypto.SHA256
	}
	var hashes [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		if n == o.Unlisted {
			continue
		}
		h := hash.New()
		h.Write(groups[n])
		hashes = append(hashes, sequence(smallInteger(n), octets(h.Sum(nil))))
	}
	parts := [][]byte{smallInteger(0), hashID(hash), sequence(bytes.Join(hashes, nil))}
	if o.Version1 {
		parts[0] = smallInteger(1)
		parts = append(parts, sequence(printable("0108"), printable("040000")))
	}
	return sequence(parts...)
}
