package bac

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"chipid/cardlib/apdu"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securemsg"
)

// Lengths of Doc 9303-11 §4.3.1, in bytes.
const (
	nonceLen  = 8
	keyLen    = 16
	plainLen  = 2*nonceLen + keyLen
	answerLen = plainLen + securemsg.MACLen
)

var (
	// ErrDenied: the chip did not take the key, or its cryptogram is not made with
	// it. A refusal's status word is in the error ([apdu.StatusOf]).
	ErrDenied = errors.New("bac: access denied")
	// ErrUnsupported: the chip does not speak BAC, at least not now.
	ErrUnsupported = errors.New("bac: refused by the chip")
)

// Authenticate runs BAC with key on card, whose eMRTD application must be
// selected, and returns the secure channel. random is crypto/rand where nil.
//
// Errors: [ErrDenied], [ErrUnsupported], or a fault of the link.
func Authenticate(ctx context.Context, card apdu.Card, key mrz.Key, random io.Reader) (*securemsg.Session, error) {
	if random == nil {
		random = rand.Reader
	}
	seed := sha1.Sum([]byte(key.Information()))
	defer clear(seed[:])
	e := exchange{
		kEnc: securemsg.DeriveKey(securemsg.TDES, seed[:keyLen], securemsg.CounterEnc),
		kMac: securemsg.DeriveKey(securemsg.TDES, seed[:keyLen], securemsg.CounterMAC),
	}
	defer e.wipe()
	if err := e.getChallenge(ctx, card); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(random, e.rndIFD[:]); err != nil {
		return nil, fmt.Errorf("bac: random source: %w", err)
	}
	if _, err := io.ReadFull(random, e.kIFD[:]); err != nil {
		return nil, fmt.Errorf("bac: random source: %w", err)
	}
	if err := e.externalAuthenticate(ctx, card); err != nil {
		return nil, err
	}
	return e.session(card)
}

// exchange is one run of the protocol; names as in §4.3.1.
type exchange struct {
	kEnc, kMac    []byte
	rndIC, rndIFD [nonceLen]byte
	kIC, kIFD     [keyLen]byte
}

func (e *exchange) wipe() {
	clear(e.kEnc)
	clear(e.kMac)
	clear(e.kIC[:])
	clear(e.kIFD[:])
}

// getChallenge is step 1: RND.IC.
func (e *exchange) getChallenge(ctx context.Context, card apdu.Card) error {
	resp, err := card.Transmit(ctx, apdu.Command{INS: apdu.InsGetChallenge, Le: nonceLen})
	if err != nil {
		return err
	}
	if !resp.SW.OK() {
		return fmt.Errorf("%w: %w", ErrUnsupported, &apdu.StatusError{Command: "GET CHALLENGE", SW: resp.SW})
	}
	if len(resp.Data) != nonceLen {
		return fmt.Errorf("%w: challenge of %d bytes", ErrUnsupported, len(resp.Data))
	}
	copy(e.rndIC[:], resp.Data)
	return nil
}

// externalAuthenticate is steps 2 to 4: E_IFD ‖ M_IFD goes out, E_IC ‖ M_IC comes back.
func (e *exchange) externalAuthenticate(ctx context.Context, card apdu.Card) error {
	block, err := securemsg.TDES.NewBlock(e.kEnc)
	if err != nil {
		return err
	}
	s := append(append(append(make([]byte, 0, answerLen), e.rndIFD[:]...), e.rndIC[:]...), e.kIFD[:]...)
	cipher.NewCBCEncrypter(block, make([]byte, block.BlockSize())).CryptBlocks(s, s)
	mac, err := securemsg.MAC(securemsg.TDES, e.kMac, s)
	if err != nil {
		return err
	}
	resp, err := card.Transmit(ctx, apdu.Command{INS: apdu.InsExternalAuth, Data: append(s, mac...), Le: answerLen})
	if err != nil {
		return err
	}
	if !resp.SW.OK() {
		return refused(resp.SW)
	}
	return e.checkAnswer(block, resp.Data)
}

// refused sorts a refusal of EXTERNAL AUTHENTICATE. The standard names no status
// word for a wrong key; only those that speak of the command itself mean something else.
func refused(sw apdu.SW) error {
	cause := &apdu.StatusError{Command: "EXTERNAL AUTHENTICATE", SW: sw}
	switch sw {
	case apdu.SWWrongLength, apdu.SWWrongParametersP1P2, apdu.SWInsNotSupported, apdu.SWClassNotSupported, apdu.SWFunctionNotSupported:
		return fmt.Errorf("%w: %w", ErrUnsupported, cause)
	}
	return fmt.Errorf("%w: %w", ErrDenied, cause)
}

// checkAnswer is step 5: the MAC, both nonces, and K.IC.
func (e *exchange) checkAnswer(block cipher.Block, answer []byte) error {
	if len(answer) != answerLen {
		return fmt.Errorf("%w: answer of %d bytes", ErrDenied, len(answer))
	}
	mac, err := securemsg.MAC(securemsg.TDES, e.kMac, answer[:plainLen])
	if err != nil {
		return err
	}
	if !securemsg.EqualMAC(mac, answer[plainLen:]) {
		return fmt.Errorf("%w: MAC of the chip's cryptogram is wrong", ErrDenied)
	}
	r := make([]byte, plainLen)
	defer clear(r)
	cipher.NewCBCDecrypter(block, make([]byte, block.BlockSize())).CryptBlocks(r, answer[:plainLen])
	if subtle.ConstantTimeCompare(r[:nonceLen], e.rndIC[:]) != 1 {
		return fmt.Errorf("%w: RND.IC is not echoed", ErrDenied)
	}
	if subtle.ConstantTimeCompare(r[nonceLen:2*nonceLen], e.rndIFD[:]) != 1 {
		return fmt.Errorf("%w: RND.IFD is not echoed", ErrDenied)
	}
	copy(e.kIC[:], r[2*nonceLen:])
	return nil
}

// session is step 6: the keys of K.IFD ⊕ K.IC, the counter of both nonces (§9.8.6.3).
func (e *exchange) session(card apdu.Card) (*securemsg.Session, error) {
	var seed [keyLen]byte
	defer clear(seed[:])
	subtle.XORBytes(seed[:], e.kIFD[:], e.kIC[:])
	ksEnc := securemsg.DeriveKey(securemsg.TDES, seed[:], securemsg.CounterEnc)
	ksMac := securemsg.DeriveKey(securemsg.TDES, seed[:], securemsg.CounterMAC)
	defer clear(ksEnc)
	defer clear(ksMac)
	ssc := append(append([]byte(nil), e.rndIC[nonceLen/2:]...), e.rndIFD[nonceLen/2:]...)
	return securemsg.New(card, securemsg.TDES, ksEnc, ksMac, ssc)
}
