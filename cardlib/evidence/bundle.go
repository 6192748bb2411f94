package evidence

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"chipid/cardlib/internal/strictcbor"
	"chipid/cardlib/lds"
)

// MaxBundle is the longest encoded bundle accepted, in bytes: a portrait of
// 256 kB, EF.SOD and the rest, in base64.
const MaxBundle = 1 << 20

// ErrBundle is a bundle that is not one: malformed, too long, or not in the
// deterministic encoding.
var ErrBundle = errors.New("evidence: malformed bundle")

// Bundle is the evidence of one read. It holds personal data as far as raw
// groups are in it.
type Bundle struct {
	Version int    `cbor:"version" json:"version"`
	Nonce   []byte `cbor:"nonce" json:"nonce"`
	// Origin is the site as the agent saw it; Manual says that it was given by
	// hand at a command line instead.
	Origin  string      `cbor:"origin" json:"origin"`
	Manual  bool        `cbor:"manual" json:"manual"`
	Purpose string      `cbor:"purpose" json:"purpose"`
	Groups  []lds.Group `cbor:"groups" json:"groups"`
	// Time is the agent's clock, seconds since 1970. Nothing is decided by it.
	Time int64 `cbor:"time" json:"time"`
	// SOD and Files are as read, Files by the number of the group: those asked
	// for, DG14 and DG15. Of all others EF.SOD holds the hashes.
	SOD   []byte               `cbor:"sod" json:"sod"`
	Files map[lds.Group][]byte `cbor:"files" json:"files"`
	// Signature is the chip's answer to the challenge.
	Signature []byte `cbor:"signature" json:"signature"`
	// Software is the agent's name and version.
	Software string `cbor:"software" json:"software"`
	// AgentKey and AgentSignature are the agent's own, empty where it has none.
	AgentKey       []byte `cbor:"agentKey" json:"agentKey"`
	AgentSignature []byte `cbor:"agentSignature" json:"agentSignature"`
}

// CBOR encodes the bundle deterministically.
func (b Bundle) CBOR() ([]byte, error) { return strictcbor.Marshal(b) }

// JSON encodes the bundle for people and tools; binary fields are base64.
func (b Bundle) JSON() ([]byte, error) {
	for _, field := range []*[]byte{&b.Nonce, &b.SOD, &b.Signature, &b.AgentKey, &b.AgentSignature} {
		if *field == nil {
			*field = []byte{} // there is no null in a bundle
		}
	}
	if b.Groups == nil {
		b.Groups = []lds.Group{}
	}
	if b.Files == nil {
		b.Files = map[lds.Group][]byte{}
	}
	return json.Marshal(b)
}

// Parse reads a bundle in CBOR or JSON. What it holds is still unproven.
func Parse(data []byte) (*Bundle, error) {
	if len(data) == 0 || len(data) > MaxBundle {
		return nil, fmt.Errorf("%w: %d bytes", ErrBundle, len(data))
	}
	b := &Bundle{}
	var err error
	if data[0] == '{' {
		err = parseJSON(data, b)
	} else {
		err = parseCBOR(data, b)
	}
	if err == nil {
		err = b.shape()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return b, nil
}

// parseCBOR accepts only the one encoding that the bundle has.
func parseCBOR(data []byte, b *Bundle) error {
	if err := strictcbor.Unmarshal(data, b); err != nil {
		return err
	}
	again, err := b.CBOR()
	if err != nil {
		return err
	}
	if !bytes.Equal(data, again) {
		return errors.New("not the deterministic encoding")
	}
	return nil
}

func parseJSON(data []byte, b *Bundle) error {
	if err := strictJSON(data); err != nil {
		return err
	}
	return json.Unmarshal(data, b)
}

// agentDomain separates the agent's signature from every other use of its key.
const agentDomain = "chipid evidence agent v1\x00"

// signed is what the agent signs: the bundle without its signature.
func (b Bundle) signed() ([]byte, error) {
	b.AgentSignature = nil
	body, err := b.CBOR()
	return append([]byte(agentDomain), body...), err
}

// Sign adds the agent's signature by its paired key, an Ed25519 one.
func (b *Bundle) Sign(key crypto.Signer) error {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return errors.New("evidence: the agent's key is an Ed25519 key")
	}
	return b.SignBy(public, func(message []byte) ([]byte, error) { return key.Sign(rand.Reader, message, crypto.Hash(0)) })
}

// SignBy is Sign where the key is elsewhere: sign signs the message by the key of
// public, once it has judged it (see [Signable]).
func (b *Bundle) SignBy(public ed25519.PublicKey, sign func(message []byte) ([]byte, error)) error {
	b.AgentKey = public
	message, err := b.signed()
	if err != nil {
		return err
	}
	defer clear(message)
	b.AgentSignature, err = sign(message)
	return err
}

// Signable tells whether a message is what SignBy has signed of a bundle for this
// request, and of nothing else. The copies that it makes are overwritten.
func Signable(message []byte, r Request, public ed25519.PublicKey) bool {
	body, ok := bytes.CutPrefix(message, []byte(agentDomain))
	if !ok || len(body) > MaxBundle {
		return false
	}
	b := &Bundle{}
	if err := strictcbor.Unmarshal(body, b); err != nil {
		return false
	}
	defer func() {
		clear(b.SOD)
		for _, file := range b.Files {
			clear(file)
		}
	}()
	return b.Version == Version && !b.Manual && bytes.Equal(b.Nonce, r.Nonce) && b.Origin == r.Origin && b.Purpose == r.Purpose &&
		slices.Equal(b.Groups, r.Groups) && bytes.Equal(b.AgentKey, public) && len(b.AgentSignature) == 0
}

// When is the time that the agent's clock showed.
func (b Bundle) When() time.Time { return time.Unix(b.Time, 0).UTC() }
