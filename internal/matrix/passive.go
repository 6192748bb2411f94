package main

import (
	"context"
	"crypto"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/curves"
	"chipid/cardlib/verdict"
)

// allPassed is what a right card comes to here; no CRL is loaded.
var allPassed = expectation{
	verdict.Hashes: passed, verdict.Signature: passed, verdict.Anchor: passed, verdict.Validity: passed,
	verdict.Revocation: "unavailable NO_CRL", verdict.Consistency: passed,
}

// but changes an expectation: pairs of a check and what it comes to.
func (e expectation) but(pairs ...any) expectation {
	changed := expectation{}
	for id, due := range e {
		changed[id] = due
	}
	for n := 0; n < len(pairs); n += 2 {
		changed[pairs[n].(verdict.ID)] = pairs[n+1].(string)
	}
	return changed
}

// What the signature check comes to.
const (
	signatureWrong   = "failed SIGNATURE_INVALID"
	notSupported     = "unavailable ALGORITHM_UNSUPPORTED"
	noAnchor         = "unavailable NO_ANCHOR"
	noChain          = "unavailable NO_CHAIN"
	timeUnknown      = "unavailable SIGNING_TIME_UNKNOWN"
	certificateWrong = "failed CERTIFICATE_MALFORMED"
)

// expect reads the card of the issue and compares the verdicts.
func (i *issue) expect(ctx context.Context, want expectation) error {
	result, err := i.read(ctx)
	if err != nil {
		return err
	}
	return compare(result.Report, want)
}

// algorithmCase is a card whose CSCA and signer have keys of one kind, changed by
// change. Its twins are a signature and a certificate by somebody else's key of
// that kind.
func algorithmCase(id string, keys maker, change func(*issue)) Case {
	issued := func() *issue {
		i := newIssue(keys)
		if change != nil {
			change(i)
		}
		return i
	}
	return Case{ID: "pa/" + id,
		Right: func(ctx context.Context) error { return issued().expect(ctx, allPassed) },
		Wrong: func(ctx context.Context) error {
			i := issued()
			i.signs.sign = i.stranger.sign
			if err := i.expect(ctx, allPassed.but(verdict.Signature, signatureWrong, verdict.Validity, timeUnknown)); err != nil {
				return fmt.Errorf("EF.SOD signed by a stranger: %w", err)
			}
			i = issued()
			i.certifies.sign = i.stranger.sign
			if err := i.expect(ctx, allPassed.but(verdict.Anchor, noAnchor, verdict.Validity, noChain, verdict.Revocation, noChain)); err != nil {
				return fmt.Errorf("signer certified by a stranger: %w", err)
			}
			return nil
		}}
}

// refusedCase is a card that the default policy, or the reader, does not take;
// its twin is the neighbour that it takes.
func refusedCase(id string, bad, good func() *issue, want expectation) Case {
	return Case{ID: "pa/" + id,
		Right: expecting(bad, want), Wrong: expecting(good, allPassed)}
}

// expecting is half a case: a card that comes to these verdicts.
func expecting(issued func() *issue, want expectation) func(context.Context) error {
	return func(ctx context.Context) error { return issued().expect(ctx, want) }
}

// signerSizes are RSA keys of signers in bits (Doc 9303-12 §4.1.6.1).
var signerSizes = []int{2048, 3072, 4096}

// passiveCases are algorithm × curve or size × encoding, then what else can differ.
func passiveCases() []Case {
	var all []Case
	for _, c := range curves.All() {
		hash, ok := hashBySize(c)
		if !ok {
			hash = crypto.SHA224 // the shortest hash that is allowed
		}
		for _, encoding := range []string{named, explicit, compressed} {
			all = append(all, algorithmCase(fmt.Sprintf("ECDSA/%s/%v/%s", c.Name, hash, encoding), ecdsaKeys(c, hash, encoding), smallKeys(c)))
		}
	}
	for _, h := range hashes[1:] {
		for _, id := range []int{p256, brainpoolP256r1} {
			c, _ := curves.ByID(id)
			all = append(all, algorithmCase(fmt.Sprintf("ECDSA-by-hash/%s/%v", c.Name, h.hash), ecdsaKeys(c, h.hash, named), nil),
				algorithmCase(fmt.Sprintf("ECDSA-plain/%s/%v", c.Name, h.hash), plainKeys(c, h.hash, h.plainArc), nil))
		}
		for _, bits := range signerSizes {
			all = append(all, algorithmCase(fmt.Sprintf("RSA-PKCS1/%d/%v", bits, h.hash), pkcs1Keys(bits, h.hash), nil),
				algorithmCase(fmt.Sprintf("RSA-PSS/%d/%v", bits, h.hash), pssKeys(bits, usualPSS(h.hash)), nil))
		}
	}
	all = append(all, oddAlgorithms()...)
	all = append(all, policyCases()...)
	all = append(all, structureCases()...)
	return append(all, chainCases()...)
}

// smallKeys allows curves of 192 bits, which the default policy does not take.
func smallKeys(c *curves.Curve) func(*issue) {
	if c.BitSize() > 192 {
		return nil
	}
	return func(i *issue) { i.policy = cms.Policy{MinEC: 192} }
}

// defaultKeys are those of structures and chains: what the issued cards are said to have.
func defaultKeys() maker {
	c, _ := curves.ByID(brainpoolP256r1)
	return ecdsaKeys(c, crypto.SHA256, named)
}
