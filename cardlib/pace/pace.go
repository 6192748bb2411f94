package pace

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"chipid/cardlib/apdu"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// Result is what PACE came to.
type Result struct {
	// Session is the secure channel, its counter at zero.
	Session *securemsg.Session
	// ChipPublicKey and OwnPublicKey are the ephemeral keys of step 3, as sent.
	// Terminal authentication refers to them.
	ChipPublicKey, OwnPublicKey []byte
	// Authorities are the certification authority references that the chip gave
	// for terminal authentication, the most recent first.
	Authorities [][]byte
	// Parameter is the form of MSE:Set AT that the chip took.
	Parameter ParameterForm

	cam *mappingProof
}

// maxNonce is the longest nonce accepted, in bytes; the standard's are 16 and 32.
const maxNonce = 64

// ParameterForm tells whether MSE:Set AT named the domain parameters (tag 84).
type ParameterForm int

// Some chips want the parameters named though they offer one set only, others
// refuse them. Which kind a chip is shows on the first try.
const (
	ParameterUnknown ParameterForm = iota
	ParameterLeftOut
	ParameterSent
)

// Options are what may be said beside PACEInfo and password; the zero value is right for any chip.
type Options struct {
	// Random is crypto/rand where nil.
	Random io.Reader
	// Parameter is the form of MSE:Set AT that is tried first, as learnt from chips
	// of this kind; the other one is still tried. It does not count where several
	// PACEInfos bear one object identifier: the parameters must be named then.
	Parameter ParameterForm
}

// Authenticate is [Run] with a source of random numbers and no other option.
func Authenticate(ctx context.Context, card apdu.Card, info securityinfo.PACEInfo, pw Password, random io.Reader) (*Result, error) {
	return Run(ctx, card, info, pw, Options{Random: random})
}

// Run runs PACE on card as info describes it, with the given password. The
// Master File should be selected, as it is after a reset.
//
// A chip that says at MSE:Set AT that at most one try is left gets none:
// [TriesError] comes back with nothing tried.
//
// Errors: [ErrDenied] (also a *TriesError), [ErrUnsupported], [ErrProtocol], or
// a fault of the link.
func Run(ctx context.Context, card apdu.Card, info securityinfo.PACEInfo, pw Password, options Options) (*Result, error) {
	if err := Check(info); err != nil {
		return nil, err
	}
	oid, err := info.OIDValue()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	if options.Random == nil {
		options.Random = rand.Reader
	}
	r := run{card: card, info: info, reference: pw.reference, random: options.Random, oid: oid, form: options.Parameter,
		kPi: securemsg.DeriveKey(info.Cipher, pw.secret, securemsg.CounterPACE)}
	defer clear(r.kPi)
	return r.run(ctx)
}

// run is one run of the protocol.
type run struct {
	card      apdu.Card
	info      securityinfo.PACEInfo
	reference byte   // the kind of password
	kPi       []byte // K_π, the key made of the password
	random    io.Reader
	oid       []byte
	form      ParameterForm // to try first, and then what the chip took
	mapChip   []byte        // PK_Map,IC, which PACE-CAM proves with
}

// secrets are what step 3 comes to.
type secrets struct {
	own          keyPair
	chip         []byte
	ksEnc, ksMac []byte
	tag          tlv.Tag
}

func (r *run) run(ctx context.Context) (*Result, error) {
	encrypted, err := r.begin(ctx) // step 1
	if err != nil {
		return nil, err
	}
	nonce, err := r.decryptNonce(encrypted)
	if err != nil {
		return nil, err
	}
	defer clear(nonce)
	mapped, err := r.mapNonce(ctx, nonce) // step 2
	if err != nil {
		return nil, asProtocol(err)
	}
	s, err := r.agree(ctx, mapped) // step 3
	if err != nil {
		return nil, asProtocol(err)
	}
	defer clear(s.ksEnc)
	defer clear(s.ksMac)
	return r.authenticate(ctx, s) // step 4
}

// asProtocol makes a protocol error of an invalid key or number; faults of the
// link, refusals and our own trouble stay what they are.
func asProtocol(err error) error {
	if invalidKey(err) && !errors.Is(err, ErrProtocol) {
		return fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return err
}

// decryptNonce is s = D(K_π, z), CBC with a zero IV and no padding (§4.4.3.3).
func (r *run) decryptNonce(encrypted []byte) ([]byte, error) {
	c := r.info.Cipher
	size := len(encrypted)
	if size == 0 || size > maxNonce || size%c.BlockSize() != 0 {
		return nil, fmt.Errorf("%w: nonce of %d bytes", ErrProtocol, size)
	}
	if r.info.Mapping == securityinfo.IntegratedMapping && size != integratedNonceLen(c) {
		return nil, fmt.Errorf("%w: nonce of %d bytes for the integrated mapping", ErrProtocol, size)
	}
	block, err := c.NewBlock(r.kPi)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, size)
	cipher.NewCBCDecrypter(block, make([]byte, block.BlockSize())).CryptBlocks(nonce, encrypted)
	return nonce, nil
}

// mapNonce is step 2: the ephemeral domain parameters D = Map(D_IC, s, …).
func (r *run) mapNonce(ctx context.Context, nonce []byte) (agreement, error) {
	const step = "GENERAL AUTHENTICATE (map nonce)"
	static := agreementOf(r.info)
	if r.info.Mapping == securityinfo.IntegratedMapping {
		t := make([]byte, r.info.Cipher.KeyLen())
		if _, err := io.ReadFull(r.random, t); err != nil {
			return nil, fmt.Errorf("pace: random source: %w", err)
		}
		objects, err := r.general(ctx, step, tlv.Encode(tagMapIFD, t), tagMapIC)
		if err != nil {
			return nil, err
		}
		if len(objects[0].Value) != 0 {
			return nil, fmt.Errorf("%w: mapping data for the integrated mapping", ErrProtocol)
		}
		return static.mapIntegrated(r.info.Cipher, nonce, t)
	}
	own, err := static.generate(r.random)
	if err != nil {
		return nil, err
	}
	objects, err := r.general(ctx, step, tlv.Encode(tagMapIFD, own.public), tagMapIC)
	if err != nil {
		return nil, err
	}
	r.mapChip = objects[0].Value
	if err := static.check(r.mapChip, own); err != nil {
		return nil, err
	}
	return static.mapGeneric(nonce, own, r.mapChip)
}

// agree is step 3: key agreement on the mapped generator, and the session keys.
func (r *run) agree(ctx context.Context, mapped agreement) (*secrets, error) {
	own, err := mapped.generate(r.random)
	if err != nil {
		return nil, err
	}
	objects, err := r.general(ctx, "GENERAL AUTHENTICATE (key agreement)", tlv.Encode(tagEphemeralIFD, own.public), tagEphemeralIC)
	if err != nil {
		return nil, err
	}
	chip := objects[0].Value
	if err := mapped.check(chip, own); err != nil {
		return nil, err
	}
	shared, err := mapped.shared(own, chip)
	if err != nil {
		return nil, err
	}
	defer clear(shared)
	c := r.info.Cipher
	return &secrets{
		own: own, chip: chip, tag: mapped.tokenTag(),
		ksEnc: securemsg.DeriveKey(c, shared, securemsg.CounterEnc),
		ksMac: securemsg.DeriveKey(c, shared, securemsg.CounterMAC),
	}, nil
}

// authenticate is step 4: the tokens T_IFD and T_IC, and with PACE-CAM the chip's proof.
func (r *run) authenticate(ctx context.Context, s *secrets) (*Result, error) {
	const step = "GENERAL AUTHENTICATE (mutual authentication)"
	ours, err := r.token(s, s.chip)
	if err != nil {
		return nil, err
	}
	expected, err := r.token(s, s.own.public)
	if err != nil {
		return nil, err
	}
	resp, err := r.transmit(ctx, 0, tlv.Encode(tagTokenIFD, ours))
	if err != nil {
		return nil, err
	}
	if !resp.SW.OK() {
		return nil, refusedToken(step, resp.SW)
	}
	objects, err := dynamic(step, resp.Data, tagTokenIC, r.lastObjects()...)
	if err != nil {
		return nil, err
	}
	if !securemsg.EqualMAC(objects[0].Value, expected) {
		return nil, fmt.Errorf("%w: the chip's token is wrong", ErrDenied)
	}
	result := &Result{ChipPublicKey: s.chip, OwnPublicKey: s.own.public, Parameter: r.form}
	for _, tag := range []tlv.Tag{tagAuthority, tagPrevAuthority} {
		if e, ok := objects.Find(tag); ok {
			result.Authorities = append(result.Authorities, e.Value)
		}
	}
	if r.info.Mapping == securityinfo.ChipAuthenticationMapping {
		if result.cam, err = r.openProof(s, objects); err != nil {
			return nil, err
		}
	}
	result.Session, err = securemsg.New(r.card, r.info.Cipher, s.ksEnc, s.ksMac, nil)
	return result, err
}

// lastObjects are the tags that may follow the chip's token. Encrypted chip
// authentication data must not come but with its mapping (§4.4.5).
func (r *run) lastObjects() []tlv.Tag {
	tags := []tlv.Tag{tagAuthority, tagPrevAuthority}
	if r.info.Mapping == securityinfo.ChipAuthenticationMapping {
		tags = append(tags, tagEncryptedProof)
	}
	return tags
}

// token is the MAC over the public key data object 7F49 (§4.4.3.4, §9.4).
func (r *run) token(s *secrets, public []byte) ([]byte, error) {
	key := tlv.Encode(0x7F49, tlv.Encode(0x06, r.oid), tlv.Encode(s.tag, public))
	return securemsg.MAC(r.info.Cipher, s.ksMac, key)
}
