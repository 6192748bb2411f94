package passiveauth

import (
	"errors"

	"chipid/cardlib/cms"
	"chipid/cardlib/trust"
)

// chainKey is what a chain depends on besides EF.SOD itself.
type chainKey struct {
	store  *trust.Store
	policy cms.Policy
}

// chain is the slow part of passive authentication: who signed, and who signed for him.
type chain struct {
	// signatureErr is nil if the signature of signer over EF.SOD holds.
	signatureErr error
	// signer is nil if EF.SOD holds no certificate of one.
	signer *cms.Signer
	// anchors are those whose key signed the signer's certificate; else anchorErr says why not.
	anchors   []*trust.Anchor
	anchorErr error
}

var errNoSigner = errors.New("passiveauth: no signer to trace")

// Prepare verifies the signature and traces the signer to an anchor, which
// takes some milliseconds and needs no group. The outcome is kept, so that
// Verify does not repeat it. The store may be nil.
func (s *SOD) Prepare(store *trust.Store) { s.chain(store) }

// VerifySignature verifies the signature alone, by the policy. The errors are
// those of cms.SignedData.Verify. The outcome is kept.
func (s *SOD) VerifySignature(policy cms.Policy) error {
	s.prepared.Lock()
	defer s.prepared.Unlock()
	_, err := s.signers(policy)
	return err
}

func (s *SOD) chain(store *trust.Store) *chain {
	key := chainKey{store: store}
	if store != nil {
		key.policy = store.Policy
	}
	return s.lookup(key)
}

func (s *SOD) lookup(key chainKey) *chain {
	s.prepared.Lock()
	defer s.prepared.Unlock()
	c := s.chains[key]
	if c == nil {
		c = s.trace(key)
		s.chains[key] = c
	}
	return c
}

// verified is the outcome of the signatures under one policy.
type verified struct {
	signers []cms.Signer
	err     error
}

// signers verifies the signatures once for each policy.
func (s *SOD) signers(policy cms.Policy) ([]cms.Signer, error) {
	v, done := s.verified[policy]
	if !done {
		v.signers, v.err = s.SignedData.Verify(cms.OIDLDSSecurityObject, policy)
		s.verified[policy] = v
	}
	return v.signers, v.err
}

// trace finds the signer whose signature holds and who is anchored. Several
// signers are rare; the first that is anchored counts, else the first.
func (s *SOD) trace(key chainKey) *chain {
	signers, err := s.signers(key.policy)
	c := &chain{signatureErr: err, anchorErr: errNoSigner}
	if err != nil {
		// The certificate that is named can be traced even so: which of the two is
		// wrong is said apart.
		signers = s.named()
	}
	for i := range signers {
		anchors, err := key.store.Issuers(signers[i].Certificate)
		if c.signer == nil || err == nil {
			c.signer, c.anchors, c.anchorErr = &signers[i], anchors, err
		}
		if err == nil {
			break
		}
	}
	return c
}

// named returns the first certificate that each signer names, without any
// signature verified.
func (s *SOD) named() []cms.Signer {
	var signers []cms.Signer
	for _, info := range s.SignedData.Signers {
		if found := s.SignedData.Candidates(info); len(found) > 0 {
			signers = append(signers, cms.Signer{Info: info, Certificate: found[0]})
		}
	}
	return signers
}
