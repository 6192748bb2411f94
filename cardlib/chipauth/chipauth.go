package chipauth

import (
	"context"
	"errors"
	"fmt"
	"io"

	"chipid/cardlib/apdu"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

var (
	// ErrNoKey: the SecurityInfos hold no key for chip authentication.
	ErrNoKey = errors.New("chipauth: no key")
	// ErrVersion2: the chip offers version 2 only, which belongs to EAC2.
	ErrVersion2 = errors.New("chipauth: version 2")
	// ErrRefused: the chip refuses what its SecurityInfos announce. Its status
	// word is in the error ([apdu.StatusOf]).
	ErrRefused = errors.New("chipauth: refused by the chip")
	// ErrKey: the key is malformed or invalid.
	ErrKey = errors.New("chipauth: unusable key")
	// ErrUnsupported: the key is under an algorithm or parameters that are not known here.
	ErrUnsupported = errors.New("chipauth: key not supported")
)

// Result is what chip authentication came to.
type Result struct {
	// Session is the new channel. The old one is closed.
	Session *securemsg.Session
	// Info is the way that was taken.
	Info securityinfo.ChipAuthInfo
	// OwnPublicKey is our ephemeral key as sent; terminal authentication refers to it.
	OwnPublicKey []byte
}

// layered is a secure channel that tells what it stands on: *securemsg.Session.
type layered interface {
	Inner() apdu.Card
	Close()
}

// Authenticate runs chip authentication over sess and returns the new channel,
// which stands on the card below sess; see [Run] for more.
func Authenticate(ctx context.Context, sess apdu.Card, infos securityinfo.Infos, random io.Reader) (*securemsg.Session, error) {
	result, err := Run(ctx, sess, infos, random)
	if err != nil {
		return nil, err
	}
	return result.Session, nil
}

// Run runs chip authentication with the best way that infos offer and, where the
// chip refuses that, the next. sess is a *securemsg.Session, or a plain Card.
// random is crypto/rand where nil. The new channel is unproven until its first
// answer came.
//
// While only refusals happened sess stays usable.
//
// Errors: [ErrNoKey], [ErrVersion2], [ErrKey], [ErrUnsupported], [ErrRefused] (also together with
// securemsg.ErrChannelLost, where the chip dropped the channel), a fault of the link.
func Run(ctx context.Context, sess apdu.Card, infos securityinfo.Infos, random io.Reader) (*Result, error) {
	candidates, err := choose(infos)
	if err != nil {
		return nil, err
	}
	for _, c := range candidates {
		var result *Result
		if result, err = c.run(ctx, sess, random); err == nil {
			return result, nil
		}
		if !errors.Is(err, ErrRefused) || errors.Is(err, securemsg.ErrChannelLost) {
			return nil, err
		}
	}
	return nil, err
}

// run is steps 2 and 3 of §6.2.1 for one way and key.
func (c candidate) run(ctx context.Context, sess apdu.Card, random io.Reader) (*Result, error) {
	own, err := generate(c.key, random)
	if err != nil {
		return nil, err
	}
	return c.agree(ctx, sess, own)
}

// agree sends our key and makes the new channel of what both keys give.
func (c candidate) agree(ctx context.Context, sess apdu.Card, own *ephemeral) (*Result, error) {
	shared, err := own.shared()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	defer clear(shared)
	if err := c.exchange(ctx, sess, own.public); err != nil {
		return nil, err
	}
	below := sess
	if old, ok := sess.(layered); ok {
		below = old.Inner()
		old.Close()
	}
	ksEnc := securemsg.DeriveKey(c.info.Cipher, shared, securemsg.CounterEnc)
	ksMac := securemsg.DeriveKey(c.info.Cipher, shared, securemsg.CounterMAC)
	defer clear(ksEnc)
	defer clear(ksMac)
	session, err := securemsg.New(below, c.info.Cipher, ksEnc, ksMac, nil)
	if err != nil {
		return nil, err
	}
	return &Result{Session: session, Info: c.info, OwnPublicKey: own.public}, nil
}

// exchange sends our public key. 3DES goes by MSE:Set KAT; chips exist that know
// only the other way for it too (§8.5 note 1).
func (c candidate) exchange(ctx context.Context, sess apdu.Card, public []byte) error {
	if c.info.Cipher != securemsg.TDES {
		return c.withReference(func(id []byte) error { return c.setATAndGeneral(ctx, sess, public, id) })
	}
	err := c.withReference(func(id []byte) error { return setKAT(ctx, sess, public, id) })
	if err == nil || !errors.Is(err, ErrRefused) || errors.Is(err, securemsg.ErrChannelLost) {
		return err
	}
	if other := c.withReference(func(id []byte) error { return c.setATAndGeneral(ctx, sess, public, id) }); other == nil ||
		!errors.Is(other, ErrRefused) || errors.Is(other, securemsg.ErrChannelLost) {
		return other
	}
	return err
}

// withReference calls send with the key's id (tag 84) where it has one, and
// without where the chip does not like that: the id is needed only where the
// key is ambiguous (§6.2.4).
func (c candidate) withReference(send func(id []byte) error) error {
	if !c.id.Present {
		return send(nil)
	}
	err := send(c.id.Bytes())
	if sw, ok := apdu.StatusOf(err); ok && !errors.Is(err, securemsg.ErrChannelLost) &&
		(sw == apdu.SWWrongData || sw == swLcInconsistent || sw == apdu.SWReferencedDataUnknown) {
		if plain := send(nil); plain == nil || !errors.Is(plain, ErrRefused) || errors.Is(plain, securemsg.ErrChannelLost) {
			return plain
		}
	}
	return err
}

const swLcInconsistent apdu.SW = 0x6A87

// Data objects of §6.2.4.
const (
	tagMechanism tlv.Tag = 0x80
	tagKeyID     tlv.Tag = 0x84
	tagPublicKey tlv.Tag = 0x91
	tagDynamic   tlv.Tag = 0x7C
	tagEphemeral tlv.Tag = 0x80
)

// setKAT is MSE:Set KAT (§6.2.4.1).
func setKAT(ctx context.Context, sess apdu.Card, public, id []byte) error {
	data := tlv.Encode(tagPublicKey, public)
	if id != nil {
		data = tlv.Append(data, tagKeyID, id)
	}
	return transmit(ctx, sess, "MSE:Set KAT", apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA6, Data: data})
}

// setATAndGeneral is MSE:Set AT and GENERAL AUTHENTICATE (§6.2.4.2).
func (c candidate) setATAndGeneral(ctx context.Context, sess apdu.Card, public, id []byte) error {
	oid, err := c.info.OIDValue()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	data := tlv.Encode(tagMechanism, oid)
	if id != nil {
		data = tlv.Append(data, tagKeyID, id)
	}
	if err := transmit(ctx, sess, "MSE:Set AT", apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA4, Data: data}); err != nil {
		return err
	}
	return transmit(ctx, sess, "GENERAL AUTHENTICATE", apdu.Command{
		INS: apdu.InsGeneralAuth, Data: tlv.Encode(tagDynamic, tlv.Encode(tagEphemeral, public)), Le: apdu.MaxShortLe,
	})
}

// transmit sends a command of which only the status word matters.
func transmit(ctx context.Context, sess apdu.Card, name string, cmd apdu.Command) error {
	resp, err := sess.Transmit(ctx, cmd)
	if errors.Is(err, securemsg.ErrChannelLost) {
		return fmt.Errorf("%w: %s: %w", ErrRefused, name, err)
	}
	if err != nil {
		return err
	}
	if !resp.SW.OK() {
		return fmt.Errorf("%w: %w", ErrRefused, &apdu.StatusError{Command: name, SW: resp.SW})
	}
	return nil
}
