package pace

import (
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

func dynamicAnswer(tag byte, value []byte) string {
	header := func(tag byte, n int) string {
		if n < 128 {
			return fmt.Sprintf("%02X%02X", tag, n)
		}
		return fmt.Sprintf("%02X82%04X", tag, n)
	}
	inner := header(tag, len(value)) + hex.EncodeToString(value)
	return header(0x7C, len(inner)/2) + inner + "9000"
}

// ownKey is the key that we send in a step of an example.
func ownKey(command string) []byte {
	raw := script.Hex(command)
	cmd, _ := apdu.ParseCommand(raw)
	if cmd.Data[1] == 0x81 { // 7C 81 len, 8x 81 len
		return cmd.Data[6:]
	}
	return cmd.Data[4:]
}

func TestInvalidKeysOfTheChip(t *testing.T) {
	p256, _ := curves.ByID(13)
	offCurve := p256.Encode(p256.Generator())
	offCurve[64] ^= 1
	other, _ := curves.ByID(12)
	compressed := append([]byte{2}, p256.XBytes(p256.Generator())...)
	tooLarge := append([]byte{4}, append(p256.P.Bytes(), p256.Gy.Bytes()...)...)
	group, _ := dh.ByID(0)
	last := new(big.Int).Sub(group.P, big.NewInt(1))
	g1, g2 := exampleG1(), exampleG2()
	cases := []struct {
		name    string
		example example
		key     func(step int) []byte
	}{
		{"off the curve", g1, func(int) []byte { return offCurve }},
		{"of another curve", g1, func(int) []byte { return other.Encode(other.Generator()) }},
		{"compressed", g1, func(int) []byte { return compressed }},
		{"coordinate out of range", g1, func(int) []byte { return tooLarge }},
		{"identity", g1, func(int) []byte { return []byte{0} }},
		{"all zero", g1, func(int) []byte { return append([]byte{4}, make([]byte, 64)...) }},
		{"empty", g1, func(int) []byte { return nil }},
		{"our own point", g1, func(step int) []byte { return ownKey(g1.steps[step].Command) }},
		{"number 0", g2, func(int) []byte { return []byte{0} }},
		{"number 1", g2, func(int) []byte { return []byte{1} }},
		{"number p−1", g2, func(int) []byte { return last.Bytes() }},
		{"number p", g2, func(int) []byte { return group.P.Bytes() }},
		{"number p+1", g2, func(int) []byte { return new(big.Int).Add(group.P, big.NewInt(1)).Bytes() }},
		{"number outside the subgroup", g2, func(int) []byte { return []byte{2} }},
		{"number too long", g2, func(int) []byte { return make([]byte, 129) }},
		{"no number", g2, func(int) []byte { return nil }},
		{"our own number", g2, func(step int) []byte { return ownKey(g2.steps[step].Command) }},
	}
	for _, c := range cases {
		for step, name := range map[int]string{2: "mapping", 3: "key agreement"} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				e := c.example
				e.steps = append([]script.Step(nil), e.steps...)
				e.steps[step].Answer = dynamicAnswer(byte(0x80+2*(step-1)), c.key(step))
				e.steps = e.steps[:step+1] // nothing may be sent after it
				_, err := e.run(t)
				require.ErrorIs(t, err, ErrProtocol)
				assert.NotContains(t, err.Error(), "too many")
			})
		}
	}
}

// TestMappedGeneratorIsTheIdentity is a chip that knows the nonce and chooses its
// key so that s×G + H vanishes.
func TestMappedGeneratorIsTheIdentity(t *testing.T) {
	t.Run("ECDH", func(t *testing.T) {
		curve, _ := curves.ByID(13)
		s := new(big.Int).SetBytes(script.Hex("3F00C4D39D153F2B2A214A078D899B22"))
		k := new(big.Int).SetBytes(script.Hex(privateG1[0]))
		k.ModInverse(k, curve.N)
		evil := curve.MulBase(s.Neg(s.Mul(s, k)))
		e := exampleG1()
		e.steps[2].Answer = dynamicAnswer(0x82, curve.Encode(evil))
		e.steps = e.steps[:3]
		_, err := e.run(t)
		require.ErrorIs(t, err, ErrProtocol)
		assert.ErrorIs(t, err, curves.ErrPoint)
	})
	t.Run("DH", func(t *testing.T) {
		group, _ := dh.ByID(0)
		s := new(big.Int).SetBytes(script.Hex("FA5B7E3E49753A0DB9178B7B9BD898C8"))
		k := new(big.Int).SetBytes(script.Hex(privateG2[0]))
		s.Neg(s.Mul(s, k.ModInverse(k, group.Q))).Mod(s, group.Q)
		e := exampleG2()
		e.steps[2].Answer = dynamicAnswer(0x82, new(big.Int).Exp(group.G, s, group.P).Bytes())
		e.steps = e.steps[:3]
		_, err := e.run(t)
		require.ErrorIs(t, err, ErrProtocol)
		assert.ErrorIs(t, err, dh.ErrPublic)
	})
}

// TestChipAuthenticationDataOutOfRange: CA_IC has the length of the order and is
// a scalar (§4.4.5.6).
func TestChipAuthenticationDataOutOfRange(t *testing.T) {
	curve, _ := curves.ByID(13)
	right := script.Hex("85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3")
	block, err := securemsg.AES128.NewBlock(script.Hex("0A9DA4DB03BDDE39FC5202BC44B2E89E"))
	require.NoError(t, err)
	iv := script.Hex("F6A3B75A1E933941DD7A13E2520779DF")
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"right", right, nil},
		{"a zero in front", append([]byte{0}, right...), ErrProtocol},
		{"zeros cut off", right[1:], ErrProtocol},
		{"zero", make([]byte, 32), ErrProtocol},
		{"the order", curve.N.Bytes(), ErrProtocol},
		{"empty", nil, ErrProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := securemsg.Pad(c.data, 16)
			cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
			inner := append(script.Hex("86088596CF055C67C1A3"), 0x8A, byte(len(data)))
			e := exampleI1()
			e.steps[4].Answer = hex.EncodeToString(append(append([]byte{0x7C, byte(len(inner) + len(data))}, inner...), data...)) + "9000"
			_, err := e.run(t)
			assert.ErrorIs(t, err, c.want)
		})
	}
}

func TestVerifyChip(t *testing.T) {
	result, err := exampleI1().run(t)
	require.NoError(t, err)
	raw := script.Hex(keyInfoI1)
	signed, err := securityinfo.Parse(append([]byte{0x31, byte(len(raw))}, raw...))
	require.NoError(t, err)
	right := signed.ChipAuthKeys[0]
	p256, _ := curves.ByID(12)
	for _, c := range []struct {
		name   string
		change func(*securityinfo.ChipAuthPublicKeyInfo)
		want   error
	}{
		{"another key", func(k *securityinfo.ChipAuthPublicKeyInfo) { k.Key.Point = k.Key.Curve.Generator() }, ErrChip},
		{"the key reflected", func(k *securityinfo.ChipAuthPublicKeyInfo) { k.Key.Point = k.Key.Curve.Negate(k.Key.Point) }, ErrChip},
		{"key on another curve", func(k *securityinfo.ChipAuthPublicKeyInfo) {
			k.Key.Curve = p256
		}, ErrChip},
		{"key with another id", func(k *securityinfo.ChipAuthPublicKeyInfo) { k.KeyID.Value = 12 }, ErrUnsupported},
		{"key without id", func(k *securityinfo.ChipAuthPublicKeyInfo) { k.KeyID = securityinfo.ID{} }, ErrUnsupported},
		{"unusable key", func(k *securityinfo.ChipAuthPublicKeyInfo) { k.Err = errors.New("no") }, ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := right
			c.change(&key)
			assert.ErrorIs(t, result.VerifyChip(securityinfo.Infos{ChipAuthKeys: []securityinfo.ChipAuthPublicKeyInfo{key}}), c.want)
		})
	}
}

// TestPointEncodingOverEveryCurve: f_G of any number is a point of the curve.
func TestPointEncodingOverEveryCurve(t *testing.T) {
	for _, curve := range curves.All() {
		if curve.Name == "P-224" {
			continue
		}
		for n := int64(2); n < 12; n++ {
			point, err := encodePoint(curve, big.NewInt(n))
			require.NoError(t, err)
			assert.True(t, curve.Contains(point), "%s, %d", curve.Name, n)
		}
		_, err := encodePoint(curve, new(big.Int))
		assert.ErrorIs(t, err, curves.ErrPoint)
	}
}
