package passiveauth

import (
	"errors"
	"sync"

	"chipid/cardlib/cms"
	"chipid/cardlib/trust"
)

// chainKey is what a chain depends on besides the signed object itself.
type chainKey struct {
	store  *trust.Store
	policy cms.Policy
}

// chain is the slow part of passive authentication: who signed, and who signed for him.
type chain struct {
	// signatureErr is nil if the signature of signer over the object holds.
	signatureErr error
	// signer is nil if the object holds no certificate of one.
	signer *cms.Signer
	// anchors are those whose key signed the signer's certificate; else anchorErr says why not.
	anchors   []*trust.Anchor
	anchorErr error
}

var errNoSigner = errors.New("passiveauth: no signer to trace")

// tracer traces the signers of one signed object and keeps what it found.
type tracer struct {
	data *cms.SignedData
	// content is the type that the signed content must be of.
	content cms.OID

	lock     sync.Mutex
	verified map[cms.Policy]verified
	chains   map[chainKey]*chain
}

func newTracer(data *cms.SignedData, content cms.OID) *tracer {
	return &tracer{data: data, content: content, verified: map[cms.Policy]verified{}, chains: map[chainKey]*chain{}}
}

// Prepare verifies the signature and traces the signer to an anchor, which
// takes some milliseconds and needs no group. The outcome is kept, so that
// Verify does not repeat it. The store may be nil.
func (s *SOD) Prepare(store *trust.Store) { s.tracer.chain(store) }

// VerifySignature verifies the signature alone, by the policy. The errors are
// those of cms.SignedData.Verify. The outcome is kept.
func (s *SOD) VerifySignature(policy cms.Policy) error {
	s.tracer.lock.Lock()
	defer s.tracer.lock.Unlock()
	_, err := s.tracer.signers(policy)
	return err
}

func (t *tracer) chain(store *trust.Store) *chain {
	key := chainKey{store: store}
	if store != nil {
		key.policy = store.Policy
	}
	t.lock.Lock()
	defer t.lock.Unlock()
	c := t.chains[key]
	if c == nil {
		c = t.trace(key)
		t.chains[key] = c
	}
	return c
}

// verified is the outcome of the signatures under one policy.
type verified struct {
	signers []cms.Signer
	err     error
}

// signers verifies the signatures once for each policy.
func (t *tracer) signers(policy cms.Policy) ([]cms.Signer, error) {
	v, done := t.verified[policy]
	if !done {
		v.signers, v.err = t.data.Verify(t.content, policy)
		t.verified[policy] = v
	}
	return v.signers, v.err
}

// trace finds the signer whose signature holds and who is anchored. Several
// signers are rare; the first that is anchored counts, else the first.
func (t *tracer) trace(key chainKey) *chain {
	signers, err := t.signers(key.policy)
	c := &chain{signatureErr: err, anchorErr: errNoSigner}
	if err != nil {
		// The certificate that is named can be traced even so: which of the two is
		// wrong is said apart.
		signers = t.named()
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
func (t *tracer) named() []cms.Signer {
	var signers []cms.Signer
	for _, info := range t.data.Signers {
		if found := t.data.Candidates(info); len(found) > 0 {
			signers = append(signers, cms.Signer{Info: info, Certificate: found[0]})
		}
	}
	return signers
}
