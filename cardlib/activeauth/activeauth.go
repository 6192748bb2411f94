package activeauth

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// ChallengeLen is the length of RND.IFD, in bytes (§6.1.2.1).
const ChallengeLen = 8

var (
	// ErrWrong: the signature is not by the key of DG15 over this challenge.
	ErrWrong = errors.New("activeauth: wrong signature")
	// ErrRefused: the chip refuses to sign. Its status word is in the error ([apdu.StatusOf]).
	ErrRefused = errors.New("activeauth: refused by the chip")
	// ErrKey: DG15 is malformed, or its key is invalid.
	ErrKey = errors.New("activeauth: unusable key")
	// ErrUnsupported: the key or the signature algorithm is not known here.
	ErrUnsupported = errors.New("activeauth: algorithm not supported")
)

// Answer is what a chip said to a challenge; with DG14 and DG15 it can be verified again.
type Answer struct {
	Challenge [ChallengeLen]byte
	Signature []byte
}

// Authenticate has the chip sign challenge and verifies the answer with the key
// of dg15, the whole file. infos are the SecurityInfos of DG14, nil if the card
// has none. A challenge must never be used twice, nor serve another protocol.
//
// A signature that does not fit a short answer is asked for with extended length
// first where the card announces that, and after a short command otherwise;
// under T=0 there is only the short one, and the card chains its answer.
//
// Errors: [ErrWrong] (with the Answer where it has the right length), [ErrRefused] (also together with
// securemsg.ErrChannelLost, where the chip dropped the channel), [ErrKey],
// [ErrUnsupported], a fault of the link.
func Authenticate(ctx context.Context, card apdu.Card, dg15 []byte, infos *securityinfo.Infos, challenge [ChallengeLen]byte) (*Answer, error) {
	key, err := ParseDG15(dg15)
	if err != nil {
		return nil, err
	}
	verifier, err := newVerifier(key, infos)
	if err != nil {
		return nil, err
	}
	signature, err := internalAuthenticate(ctx, card, challenge, verifier.size())
	if err != nil {
		return nil, err
	}
	return &Answer{Challenge: challenge, Signature: signature}, verifier.verify(challenge[:], signature)
}

// Verify checks an answer without a chip. Errors: [ErrWrong], [ErrKey], [ErrUnsupported].
func Verify(dg15 []byte, infos *securityinfo.Infos, challenge [ChallengeLen]byte, signature []byte) error {
	key, err := ParseDG15(dg15)
	if err != nil {
		return err
	}
	verifier, err := newVerifier(key, infos)
	if err != nil {
		return err
	}
	return verifier.verify(challenge[:], signature)
}

// internalAuthenticate is INTERNAL AUTHENTICATE (§6.1.3) in the forms worth
// trying; size is the length of the signature, in bytes.
func internalAuthenticate(ctx context.Context, card apdu.Card, challenge [ChallengeLen]byte, size int) ([]byte, error) {
	var last error
	for _, cmd := range commands(card, challenge, size) {
		resp, err := card.Transmit(ctx, cmd)
		if errors.Is(err, securemsg.ErrChannelLost) {
			return nil, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		if err != nil {
			return nil, err
		}
		if resp.SW.OK() && len(resp.Data) == size {
			return resp.Data, nil
		}
		if resp.SW.OK() {
			last = fmt.Errorf("%w: %d bytes, %d are due", ErrWrong, len(resp.Data), size)
			continue
		}
		last = fmt.Errorf("%w: %w", ErrRefused, &apdu.StatusError{Command: "INTERNAL AUTHENTICATE", SW: resp.SW})
	}
	return nil, last
}

// commands lists the forms of INTERNAL AUTHENTICATE to try, in order.
func commands(card apdu.Card, challenge [ChallengeLen]byte, size int) []apdu.Command {
	short := apdu.Command{INS: apdu.InsInternalAuth, Data: challenge[:], Le: apdu.MaxShortLe}
	link := apdu.Info(card)
	if size <= shortAnswer(card) || link.Protocol == apdu.ProtocolT0 {
		return []apdu.Command{short}
	}
	extended := short
	extended.Le, extended.Extended = max(size, apdu.MaxShortLe), true
	if apdu.ExtendedAnnounced(link.ATR) {
		return []apdu.Command{extended, short}
	}
	return []apdu.Command{short, extended}
}

// shortAnswer is how many plain bytes a short answer holds over card.
func shortAnswer(card apdu.Card) int {
	if s, ok := card.(interface{ MaxData(int) int }); ok {
		return s.MaxData(apdu.MaxShortLe)
	}
	return apdu.MaxShortLe
}
