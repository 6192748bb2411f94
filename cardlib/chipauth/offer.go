package chipauth

import (
	"bytes"
	"context"
	"io"

	"chipid/cardlib/apdu"
	"chipid/cardlib/securityinfo"
)

// Offer is one way of chip authentication with our ephemeral key for it made
// beforehand, for a caller that must show the public key to somebody before it is
// sent. It serves for one run.
type Offer struct {
	candidate candidate
	own       *ephemeral
}

// Offers returns the ways that infos offer in the order in which [Run] tries
// them, each with an ephemeral key of its own. random is crypto/rand where nil.
// Errors: [ErrNoKey], [ErrVersion2], [ErrKey], [ErrUnsupported].
func Offers(infos securityinfo.Infos, random io.Reader) ([]Offer, error) {
	candidates, err := choose(infos)
	if err != nil {
		return nil, err
	}
	var offers []Offer
	for _, c := range candidates {
		own, err := generate(c.key, random)
		if err != nil {
			return nil, err
		}
		offers = append(offers, Offer{c, own})
	}
	return offers, nil
}

// PublicKey is our ephemeral key as it will be sent (§6.2.4.3).
func (o Offer) PublicKey() []byte { return bytes.Clone(o.own.public) }

// Run is [Run] with this way alone. Errors: [ErrKey], [ErrRefused], a fault of the link.
func (o Offer) Run(ctx context.Context, sess apdu.Card) (*Result, error) {
	return o.candidate.agree(ctx, sess, o.own)
}
