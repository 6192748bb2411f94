package trust

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"chipid/cardlib/cms"
	"chipid/cardlib/tlv"
)

// ErrMasterList: a master list that no anchor vouches for.
var ErrMasterList = errors.New("trust: master list is not signed by an installed CSCA's list signer")

// oidMasterListSigner is the extended key usage of list signers (Doc 9303-12 §7.1.1.4).
var oidMasterListSigner = cms.NewOID("2.23.136.1.1.3")

// maxListed is how many certificates one master list may hold.
const maxListed = 10000

// masterList adds the certificates of a CSCA master list (Doc 9303-12 §9), if an
// anchor that the operator installed, or one linked to it, vouches for its signer.
// They count for documents: a list cannot vouch for further lists.
func (l *loader) masterList(list Object, sd *cms.SignedData) {
	voucher, err := l.store.verifyList(sd)
	if err != nil {
		l.problem(list.Source, err)
		return
	}
	certs, err := splitList(sd.Content)
	if err != nil {
		l.problem(list.Source, err)
		return
	}
	note := list.Note.within(Note{Types: voucher.Note.Types})
	note.Use = ForDocuments
	for i, der := range certs {
		source := numbered(list.Source, i+1)
		if err := l.store.addListed(source, der, voucher, note); err != nil && !errors.Is(err, ErrDuplicate) {
			l.problem(source, err)
		}
	}
}

// verifyList returns the anchor that issued the signer of the list.
func (s *Store) verifyList(sd *cms.SignedData) (*Anchor, error) {
	signers, err := sd.Verify(cms.OIDCSCAMasterList, s.Policy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMasterList, err)
	}
	for _, signer := range signers {
		if !slices.Contains(signer.Certificate.Extensions.ExtendedKeyUsage, oidMasterListSigner) {
			continue
		}
		found, err := s.Issuers(signer.Certificate)
		found = slices.DeleteFunc(found, func(a *Anchor) bool { return !a.Note.vouchesForLists() })
		if err == nil && len(found) > 0 && !s.Revocation(found[0], time.Time{}, signer.Certificate).Revoked {
			return found[0], nil
		}
	}
	return nil, ErrMasterList
}

// splitList reads CscaMasterList: version, SET OF Certificate.
func splitList(content []byte) ([][]byte, error) {
	outer, err := tlv.ReadTag(content, 0x30)
	if err != nil {
		return nil, fmt.Errorf("%w: master list: %w", cms.ErrMalformed, err)
	}
	version, rest, err := tlv.Read(outer.Value)
	if err != nil || version.Tag != 0x02 {
		return nil, fmt.Errorf("%w: master list without a version", cms.ErrMalformed)
	}
	set, err := tlv.ReadTag(rest, 0x31)
	if err != nil {
		return nil, fmt.Errorf("%w: master list: %w", cms.ErrMalformed, err)
	}
	var certs [][]byte
	for rest := set.Value; len(rest) > 0; {
		var e tlv.Element
		if e, rest, err = tlv.Read(rest); err != nil {
			return nil, fmt.Errorf("%w: master list: %w", cms.ErrMalformed, err)
		}
		if len(certs) == maxListed {
			return nil, ErrTooMany
		}
		certs = append(certs, e.Raw)
	}
	return certs, nil
}

// addListed adds a certificate of a verified list. Lists hold link certificates
// too; these still need the anchor that signed them.
func (s *Store) addListed(source string, der []byte, voucher *Anchor, note Note) error {
	cert, err := s.accept(der)
	if err != nil {
		return err
	}
	if !ownIssuer(cert) {
		return s.await(pending{cert, source, note})
	}
	return s.addAnchor(&Anchor{Certificate: cert, Kind: Listed, Source: source, Voucher: voucher, Note: note})
}
