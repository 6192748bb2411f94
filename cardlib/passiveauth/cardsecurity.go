package passiveauth

import (
	"errors"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// ErrCardSecurity: EF.CardSecurity is not what Doc 9303-11 §9.2.11 says.
var ErrCardSecurity = errors.New("passiveauth: EF.CardSecurity is malformed")

// CardSecurity is EF.CardSecurity: SecurityInfos that a document signer signed,
// among them the key of PACE with chip authentication mapping (Doc 9303-11
// §9.2.11, TR-03110-3 A.1.2.5). It is safe for concurrent use.
//
// Its signer is not that of EF.SOD and is judged for itself: who borrows a
// genuine EF.SOD can put any EF.CardSecurity beside it.
type CardSecurity struct {
	// Raw is the file as read.
	Raw        []byte
	Infos      securityinfo.Infos
	SignedData *cms.SignedData

	tracer *tracer
}

// ParseCardSecurity reads EF.CardSecurity: a SignedData whose content is a set of
// SecurityInfos. The result refers to b, which must not be changed.
func ParseCardSecurity(b []byte) (*CardSecurity, error) {
	if len(b) > MaxSOD {
		return nil, fmt.Errorf("%w: %d bytes", ErrCardSecurity, len(b))
	}
	sd, err := cms.ParseSignedData(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCardSecurity, err)
	}
	if sd.ContentType != cms.OIDSecurityObject {
		return nil, fmt.Errorf("%w: content type %v", ErrCardSecurity, sd.ContentType)
	}
	infos, err := securityinfo.Parse(sd.Content)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCardSecurity, err)
	}
	return &CardSecurity{b, infos, sd, newTracer(sd, cms.OIDSecurityObject)}, nil
}

// Prepare verifies the signature and traces the signer, as [SOD.Prepare] does.
func (c *CardSecurity) Prepare(store *trust.Store) { c.tracer.chain(store) }

// Verify judges who vouches for the file, by the rules for EF.SOD. The Result has
// no hashes and no SOD: its checks are signature, anchor, validity and
// revocation. in.Parsed must be the card's EF.SOD: by it DG1, whose State is
// compared, and DG13, whose date of issue stands in for a signing time, count.
func (c *CardSecurity) Verify(in Input) Result {
	r := Result{Covered: map[lds.Group]bool{}}
	for _, g := range []lds.Group{lds.DG1, lds.DG13} {
		file, read := in.Groups[g]
		r.Covered[g] = read && in.Parsed != nil && in.Parsed.CheckGroup(g, file) == nil
	}
	j := judge{in: in, chain: c.tracer.chain(in.Store), result: &r}
	j.name()
	r.Checks = []verdict.Check{j.signature(), j.anchor(), j.validity(), j.revocation()}
	return r
}
