package remoteca

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// Version is that of the order and the messages.
const Version = 1

// MaxLife is how far ahead an order may end.
const MaxLife = 10 * time.Minute

// maxKey is the longest public key of chip authentication, in bytes: an
// uncompressed point of P-521 has 133, a key of a 4096-bit group 512.
const maxKey = 1024

// orderDomain separates the service's signature from every other use of its key.
const orderDomain = "chipid remote chip authentication v1"

// ErrOrder is an order that no service may issue.
var ErrOrder = errors.New("remoteca: malformed order")

// Order is what the service signs: this ephemeral key, for this request, until then.
type Order struct {
	// Key is the service's ephemeral public key as it is sent to the chip
	// (Doc 9303-11 §6.2.4.3).
	Key     []byte      `cbor:"key"`
	Nonce   []byte      `cbor:"nonce"`
	Origin  string      `cbor:"origin"`
	Purpose string      `cbor:"purpose"`
	Groups  []lds.Group `cbor:"groups"`
	// Expires is in seconds since 1970.
	Expires int64 `cbor:"expires"`
	// Signature is the service's, Ed25519 over the rest.
	Signature []byte `cbor:"signature"`
}

// newOrder makes an order for a request, not yet signed.
func newOrder(r evidence.Request, key []byte, expires time.Time) Order {
	return Order{Key: key, Nonce: r.Nonce, Origin: r.Origin, Purpose: r.Purpose, Groups: r.Groups, Expires: expires.Unix()}
}

// request is what the order says it is for.
func (o Order) request() evidence.Request {
	return evidence.Request{Nonce: o.Nonce, Origin: o.Origin, Purpose: o.Purpose, Groups: o.Groups}
}

// Check refuses what is not in canonical form.
func (o Order) Check() error {
	if len(o.Key) == 0 || len(o.Key) > maxKey {
		return fmt.Errorf("%w: key of %d bytes", ErrOrder, len(o.Key))
	}
	if err := o.request().Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrOrder, err)
	}
	return nil
}

// Message is what is signed: the domain, the version, key, nonce, origin, purpose,
// groups (a byte each) and the end (eight bytes, big-endian), each with its
// length in four bytes, big-endian, before it.
func (o Order) Message() []byte {
	groups := make([]byte, len(o.Groups))
	for i, g := range o.Groups {
		groups[i] = byte(g)
	}
	expires := binary.BigEndian.AppendUint64(nil, uint64(o.Expires))
	var message []byte
	for _, part := range [][]byte{[]byte(orderDomain), {Version}, o.Key, o.Nonce, []byte(o.Origin), []byte(o.Purpose), groups, expires} {
		message = binary.BigEndian.AppendUint32(message, uint32(len(part)))
		message = append(message, part...)
	}
	return message
}

// Sign signs the order with the service's key.
func (o *Order) Sign(key ed25519.PrivateKey) error {
	if err := o.Check(); err != nil {
		return err
	}
	o.Signature = ed25519.Sign(key, o.Message())
	return nil
}

// SignedBy tells whether one of the keys signed the order.
func (o Order) SignedBy(keys []ed25519.PublicKey) bool {
	message := o.Message()
	for _, key := range keys {
		if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, o.Signature) {
			return true
		}
	}
	return false
}
