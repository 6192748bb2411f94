package terminalauth

import (
	"context"
	"errors"
	"fmt"
	"io"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cvc"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/tlv"
)

// Channel is what terminal authentication binds: the secure channel that stands.
type Channel struct {
	// Identifier is ID_IC: [DocumentIdentifier] under BAC, [Compress] of the chip's
	// ephemeral key of PACE otherwise.
	Identifier []byte
	// Ephemeral is Comp(PK_IFD): of our newest ephemeral key, that of chip
	// authentication or else of PACE with chip authentication mapping.
	Ephemeral []byte
}

// challengeLen is the length of r_IC, in bytes.
const challengeLen = 8

// tagReference holds the name of a public key in MSE:Set DST and MSE:Set AT.
const tagReference tlv.Tag = 0x83

// Authenticate runs terminal authentication over card, the secure channel that ch
// describes, with a chain that [Terminal.Chain] made. random is for signatures,
// crypto/rand where nil.
//
// The channel stays whatever comes of it, unless the error says that it is lost.
// A session takes one try: after [ErrSignature] the chip must be opened anew.
//
// Errors: [ErrNoChain], [ErrRefused], [ErrSignature], [ErrSigner], those of the channel and the link.
func Authenticate(ctx context.Context, card apdu.Card, t Terminal, chain []*cvc.Certificate, ch Channel, random io.Reader) error {
	if len(chain) == 0 {
		return ErrNoChain
	}
	for _, c := range chain { // steps 1 and 2, for each certificate
		if err := showCertificate(ctx, card, c); err != nil {
			return err
		}
	}
	own := chain[len(chain)-1]
	at := apdu.Command{INS: apdu.InsMSE, P1: 0x81, P2: 0xA4, Data: tlv.Encode(tagReference, []byte(own.Holder))}
	if err := transmit(ctx, card, "MSE:Set AT", at, ErrRefused); err != nil { // step 3
		return err
	}
	challenge, err := getChallenge(ctx, card) // step 4
	if err != nil {
		return err
	}
	message := append(append(append([]byte(nil), ch.Identifier...), challenge...), ch.Ephemeral...)
	signature, err := own.PublicKey.Sign(t.Key, random, message)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSigner, err)
	}
	external := apdu.Command{INS: apdu.InsExternalAuth, Data: signature}
	return transmit(ctx, card, "EXTERNAL AUTHENTICATE", external, ErrSignature) // step 5
}

// showCertificate is MSE:Set DST with the key that signed the certificate, and
// PSO:Verify Certificate (TR-03110-3 B.14.4, B.14.5).
func showCertificate(ctx context.Context, card apdu.Card, c *cvc.Certificate) error {
	dst := apdu.Command{INS: apdu.InsMSE, P1: 0x81, P2: 0xB6, Data: tlv.Encode(tagReference, []byte(c.Authority))}
	if err := transmit(ctx, card, "MSE:Set DST "+string(c.Authority), dst, ErrRefused); err != nil {
		return err
	}
	verify := apdu.Command{INS: apdu.InsPSO, P2: 0xBE, Data: c.ForChip()}
	return transmit(ctx, card, "PSO:Verify Certificate "+string(c.Holder), verify, ErrRefused)
}

func getChallenge(ctx context.Context, card apdu.Card) ([]byte, error) {
	resp, err := card.Transmit(ctx, apdu.Command{INS: apdu.InsGetChallenge, Le: challengeLen})
	if err != nil {
		return nil, err
	}
	if !resp.SW.OK() || len(resp.Data) != challengeLen {
		return nil, fmt.Errorf("%w: %d bytes: %w", ErrRefused, len(resp.Data), &apdu.StatusError{Command: "GET CHALLENGE", SW: resp.SW})
	}
	return resp.Data, nil
}

// blockLen is how much command data fits a short APDU under every cipher of
// secure messaging, in bytes.
const blockLen = 223

// transmit sends a command of which only the status word matters; kind is what a
// refusal is. Long commands go with extended length, as the standard wants it
// (TR-03110-3 B.12); where the chip refuses that length they are chained, which some
// of the first years know instead.
func transmit(ctx context.Context, card apdu.Card, name string, cmd apdu.Command, kind error) error {
	resp, err := card.Transmit(ctx, cmd)
	if err == nil && resp.SW == apdu.SWWrongLength && len(cmd.Data) > blockLen {
		resp, err = chained(ctx, card, cmd)
	}
	if errors.Is(err, securemsg.ErrChannelLost) {
		return fmt.Errorf("%w: %s: %w", kind, name, err)
	}
	if err != nil {
		return err
	}
	if !resp.SW.OK() {
		return fmt.Errorf("%w: %w", kind, &apdu.StatusError{Command: name, SW: resp.SW})
	}
	return nil
}

// chained sends a command in pieces (ISO/IEC 7816-4 §5.3.3).
func chained(ctx context.Context, card apdu.Card, cmd apdu.Command) (apdu.Response, error) {
	data := cmd.Data
	for {
		piece := cmd
		piece.Data = data[:min(len(data), blockLen)]
		if data = data[len(piece.Data):]; len(data) > 0 {
			piece.CLA |= apdu.ClaChaining
		}
		resp, err := card.Transmit(ctx, piece)
		if err != nil || len(data) == 0 || !resp.SW.OK() {
			return resp, err
		}
	}
}
