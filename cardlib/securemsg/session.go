package securemsg

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
)

// Whatever ends a session; test with errors.Is. All but ErrClosed are the
// chip's or the link's doing.
var (
	// ErrChannelLost: an answer without secure messaging, so the chip has dropped
	// the channel. The plain status word is in the error ([apdu.StatusOf]); nothing vouches for it.
	ErrChannelLost = errors.New("securemsg: chip dropped the secure channel")
	// ErrMAC: the answer's MAC is wrong: it was changed on its way, or the chip has other keys.
	ErrMAC = errors.New("securemsg: wrong MAC")
	// ErrMalformed: the answer's data objects are not as the standard wants them.
	ErrMalformed = errors.New("securemsg: malformed answer")
	// ErrClosed: the session was closed or its card was reset by the caller.
	ErrClosed = errors.New("securemsg: session closed")
)

// Session is a secure channel to a chip. It is not safe for concurrent use.
type Session struct {
	card   apdu.Card
	cipher Cipher
	enc    cipher.Block
	ksMac  []byte
	ssc    []byte
	dead   error
}

// New starts a session over card with the given keys. ssc is the send sequence
// counter before the first command, as long as a block; nil means zero (PACE,
// chip authentication). The arguments are copied.
func New(card apdu.Card, c Cipher, ksEnc, ksMac, ssc []byte) (*Session, error) {
	enc, err := c.NewBlock(ksEnc)
	if err != nil {
		return nil, err
	}
	if len(ksMac) != c.KeyLen() || (ssc != nil && len(ssc) != c.BlockSize()) {
		return nil, fmt.Errorf("%w: MAC key of %d bytes, counter of %d", ErrCipher, len(ksMac), len(ssc))
	}
	s := &Session{card: card, cipher: c, enc: enc, ksMac: append([]byte(nil), ksMac...), ssc: make([]byte, c.BlockSize())}
	copy(s.ssc, ssc)
	return s, nil
}

// Cipher returns the session's cipher.
func (s *Session) Cipher() Cipher { return s.cipher }

// Inner returns the Card below, to which a session that replaces this one is bound.
func (s *Session) Inner() apdu.Card { return s.card }

// Err returns what ended the session, nil while it lives.
func (s *Session) Err() error { return s.dead }

// Transmit implements apdu.Card: it protects cmd, sends it and returns the
// answer's plain data and its authenticated status word, whatever that is. An
// error means that the session is over, except where ctx was done before
// anything was sent or cmd cannot be encoded.
func (s *Session) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if s.dead != nil {
		return apdu.Response{}, s.dead
	}
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	if len(cmd.Data) > maxPlainData || cmd.Le < 0 || cmd.Le > apdu.MaxExtendedLe {
		return apdu.Response{}, fmt.Errorf("%w: %d bytes of data, Le %d", apdu.ErrCommand, len(cmd.Data), cmd.Le)
	}
	s.count()
	protected, err := s.protect(cmd)
	if err != nil {
		return apdu.Response{}, s.end(err)
	}
	answer, err := s.card.Transmit(ctx, protected)
	if err != nil {
		return apdu.Response{}, s.end(err) // whether the chip counted is not known
	}
	s.count()
	resp, err := s.unprotect(answer)
	if err != nil {
		return apdu.Response{}, s.end(err)
	}
	return resp, nil
}

// count adds one to the send sequence counter.
func (s *Session) count() {
	for i := len(s.ssc) - 1; i >= 0; i-- {
		if s.ssc[i]++; s.ssc[i] != 0 {
			return
		}
	}
}

// end makes err what the session died of and wipes its keys.
func (s *Session) end(err error) error {
	if s.dead == nil {
		s.dead = err
	}
	s.enc = nil
	clear(s.ksMac)
	clear(s.ssc)
	return err
}

// Close wipes the keys as far as Go allows. The session cannot be used any more.
func (s *Session) Close() { _ = s.end(ErrClosed) }

// Reset implements apdu.Resetter: the chip forgets the channel, so the session ends.
func (s *Session) Reset(ctx context.Context) error {
	_ = s.end(ErrClosed)
	done, err := apdu.Reset(ctx, s.card)
	if !done {
		return fmt.Errorf("%w: this card cannot be reset in place", apdu.ErrLink)
	}
	return err
}

// LinkInfo implements apdu.Linked.
func (s *Session) LinkInfo() apdu.LinkInfo { return apdu.Info(s.card) }
