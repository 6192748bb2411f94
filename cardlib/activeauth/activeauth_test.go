package activeauth

import (
	"context"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
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

// signatureCase is one of testdata/signatures.json; the origin is told there.
type signatureCase struct{ Name, DG14, DG15, Signature string }

type signatureFile struct {
	Challenge    string
	Right, Wrong []signatureCase
}

func signatures(t testing.TB) signatureFile {
	t.Helper()
	raw, err := os.ReadFile("testdata/signatures.json")
	require.NoError(t, err)
	var file signatureFile
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Right)
	require.NotEmpty(t, file.Wrong)
	return file
}

func (f signatureFile) challenge() [8]byte { return [8]byte(script.Hex(f.Challenge)) }

func (f signatureFile) find(t testing.TB, name string) signatureCase {
	t.Helper()
	for _, c := range append(f.Right, f.Wrong...) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no case %s", name)
	return signatureCase{}
}

func (c signatureCase) infos(t testing.TB) *securityinfo.Infos {
	if c.DG14 == "" {
		return nil
	}
	infos, err := securityinfo.ParseDG14(script.Hex(c.DG14))
	require.NoError(t, err)
	return &infos
}

func TestRightSignatures(t *testing.T) {
	file := signatures(t)
	for _, c := range file.Right {
		t.Run(c.Name, func(t *testing.T) {
			dg15, signature := script.Hex(c.DG15), script.Hex(c.Signature)
			require.NoError(t, Verify(dg15, c.infos(t), file.challenge(), signature))

			other := file.challenge()
			other[7] ^= 1
			assert.ErrorIs(t, Verify(dg15, c.infos(t), other, signature), ErrWrong, "another challenge")
			for _, at := range []int{0, len(signature) / 2, len(signature) - 1} {
				changed := append([]byte(nil), signature...)
				changed[at] ^= 1
				assert.ErrorIs(t, Verify(dg15, c.infos(t), file.challenge(), changed), ErrWrong, "byte %d changed", at)
			}
			assert.ErrorIs(t, Verify(dg15, c.infos(t), file.challenge(), signature[1:]), ErrWrong, "a byte less")
			assert.ErrorIs(t, Verify(dg15, c.infos(t), file.challenge(), append([]byte{0}, signature...)), ErrWrong, "a byte more")
			assert.ErrorIs(t, Verify(dg15, c.infos(t), file.challenge(), nil), ErrWrong, "nothing")
		})
	}
}

func TestWrongSignatures(t *testing.T) {
	file := signatures(t)
	for _, c := range file.Wrong {
		t.Run(c.Name, func(t *testing.T) {
			assert.ErrorIs(t, Verify(script.Hex(c.DG15), c.infos(t), file.challenge(), script.Hex(c.Signature)), ErrWrong)
		})
	}
}

// TestWorkedExampleF takes the message representative of Doc 9303-11 appendix F
// apart. The appendix gives no key, so its signature cannot be opened.
func TestWorkedExampleF(t *testing.T) {
	f := script.Hex(`6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C
		98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD
		4E7292E2DCDA3024B47DA8C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC`)
	m1, digest, hash, err := split(f)
	require.NoError(t, err)
	assert.Equal(t, crypto.SHA1, hash)
	assert.Equal(t, script.Hex("C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127"), digest)
	assert.Equal(t, script.Hex(`9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98
		599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B47DA8`), m1)
	assert.Len(t, m1, 848/8)
	h := hash.New()
	h.Write(m1)
	h.Write(script.Hex("F173589974BF40C6"))
	assert.Equal(t, digest, h.Sum(nil))

	// With the exponent 1 the signature is the representative: the whole check over it.
	key := rsaKey{new(big.Int).Lsh(big.NewInt(1), 1024), big.NewInt(1)}
	key.n.Sub(key.n, big.NewInt(1))
	assert.NoError(t, key.verify(script.Hex("F173589974BF40C6"), f))
	assert.ErrorIs(t, key.verify(script.Hex("F173589974BF40C7"), f), ErrWrong)
}

func TestSignaturesOutOfRange(t *testing.T) {
	key, err := newRSA(new(big.Int).SetBit(big.NewInt(5), 1023, 1), big.NewInt(3))
	require.NoError(t, err)
	assert.ErrorIs(t, key.verify(nil, make([]byte, 128)), ErrWrong, "0")
	assert.ErrorIs(t, key.verify(nil, key.n.FillBytes(make([]byte, 128))), ErrWrong, "n")
	assert.ErrorContains(t, key.verify(nil, new(big.Int).Add(key.n, big.NewInt(8)).FillBytes(make([]byte, 128))), "range", "n + 8")
	_, err = newRSA(new(big.Int).SetBit(big.NewInt(5), 1030, 1), big.NewInt(3))
	assert.ErrorIs(t, err, ErrUnsupported)
}

// TestSPlusNIsRefused: a signature has one form per key, s < n.
func TestSPlusNIsRefused(t *testing.T) {
	file := signatures(t)
	for _, c := range file.Right {
		key, err := ParseDG15(script.Hex(c.DG15))
		require.NoError(t, err)
		if key.N == nil {
			continue
		}
		s := new(big.Int).SetBytes(script.Hex(c.Signature))
		if s.Add(s, key.N).BitLen() > key.N.BitLen() {
			continue
		}
		assert.ErrorIs(t, Verify(script.Hex(c.DG15), nil, file.challenge(), s.Bytes()), ErrWrong, c.Name)
	}
}

func TestHashOfECDSA(t *testing.T) {
	curve := func(id int) *curves.Curve {
		c, ok := curves.ByID(id)
		require.True(t, ok)
		return c
	}
	for id, want := range map[int]crypto.Hash{
		8: 0, 9: 0, 10: crypto.SHA224, 11: crypto.SHA224, 12: crypto.SHA256, 13: crypto.SHA256, 14: crypto.SHA256,
		15: crypto.SHA384, 16: crypto.SHA384, 17: crypto.SHA512, 18: crypto.SHA512,
	} {
		c := curve(id)
		key, err := newECDSA(c, c.Generator(), nil)
		if want == 0 {
			assert.ErrorIs(t, err, ErrUnsupported, c.Name)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, want, key.hash, c.Name)
	}
	named := func(oid ...int) error {
		infos := &securityinfo.Infos{ActiveAuth: &securityinfo.ActiveAuthInfo{Version: 1, Algorithm: oid}}
		_, err := newECDSA(curve(12), curve(12).Generator(), infos)
		return err
	}
	assert.NoError(t, named(1, 2, 840, 10045, 4, 1))
	assert.ErrorIs(t, named(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 6), ErrUnsupported, "RIPEMD-160")
	assert.ErrorIs(t, named(0, 4, 0, 127, 0, 7, 1, 1, 4, 1), ErrUnsupported)
	assert.ErrorIs(t, named(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3, 1), ErrUnsupported)
	assert.ErrorIs(t, named(1, 2, 840, 10045, 4, 3, 9), ErrUnsupported)
	assert.ErrorIs(t, named(1, 2, 840, 113549, 1, 1, 11), ErrUnsupported)
	_, err := newECDSA(curve(12), curve(12).Generator(), &securityinfo.Infos{})
	assert.NoError(t, err, "a DG14 that names none")
}

func TestDG15(t *testing.T) {
	file := signatures(t)
	right := script.Hex(file.find(t, "RSA-2048 SHA-256 s").DG15)
	for _, c := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"nothing", nil, ErrKey},
		{"another tag", append([]byte{0x6E}, right[1:]...), ErrKey},
		{"cut off", right[:len(right)-1], ErrKey},
		{"a byte too many", append(append([]byte(nil), right...), 0), ErrKey},
		{"empty", []byte{0x6F, 0}, ErrKey},
		{"no key", []byte{0x6F, 2, 5, 0}, ErrKey},
		{"too large", make([]byte, securityinfo.MaxSize+1), ErrKey},
		{"Ed25519", script.Hex("6F2C 302A 300506032B6570 0321003B6A27BCCEB6A42D62A3A8D02A6F0D73653215771DE243A63AC048A18B59DA29"), ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseDG15(c.raw)
			require.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, Verify(c.raw, nil, file.challenge(), nil), c.want)
			_, err = Authenticate(t.Context(), &script.Card{}, c.raw, nil, file.challenge())
			assert.ErrorIs(t, err, c.want, "nothing is sent")
		})
	}
}

func TestDHKeysSignNothing(t *testing.T) {
	_, err := newVerifier(securityinfo.PublicKey{}, nil)
	assert.ErrorIs(t, err, ErrUnsupported)
}

// capabilities is an ATR whose historical bytes announce extended length.
const capabilities = "3B8580018073C021C057"

// TestEncodeDG15 writes the keys of testdata, which openssl made, as they were.
func TestEncodeDG15(t *testing.T) {
	written := 0
	for _, c := range signatures(t).Right {
		dg15 := script.Hex(c.DG15)
		key, err := ParseDG15(dg15)
		require.NoError(t, err)
		got, err := EncodeDG15(key)
		require.NoError(t, err)
		again, err := ParseDG15(got)
		require.NoError(t, err)
		assert.Equal(t, key, again)
		if key.N != nil {
			assert.Equal(t, dg15, got, c.Name)
			written++
		}
	}
	assert.Positive(t, written)
	group, _ := dh.ByID(0)
	for _, key := range []securityinfo.PublicKey{{}, {Group: group, Y: group.G}} {
		_, err := EncodeDG15(key)
		assert.ErrorIs(t, err, ErrUnsupported)
	}
}

func withATR(atr string, protocol apdu.Protocol) apdu.LinkInfo {
	return apdu.LinkInfo{ATR: script.Hex(atr), Protocol: protocol}
}

func TestInternalAuthenticate(t *testing.T) {
	file := signatures(t)
	small, large := file.find(t, "RSA-1024 SHA-1 s"), file.find(t, "RSA-3072 SHA-256 s")
	const short = "0088000008F173589974BF40C600"
	const long = "00880000000008F173589974BF40C60180" // 384 bytes
	ok := func(c signatureCase) string { return c.Signature + "9000" }
	for _, c := range []struct {
		name  string
		of    signatureCase
		link  apdu.LinkInfo
		steps []script.Step
		want  error
	}{
		{"fits a short answer", small, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: ok(small)}}, nil},
		{"appendix F: the command to the byte", small, withATR(capabilities, apdu.ProtocolT1), []script.Step{{Command: short, Answer: ok(small)}}, nil},
		{"does not fit: short first", large, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: "6700"}, {Command: long, Answer: ok(large)}}, nil},
		{"does not fit: chained below us", large, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: ok(large)}}, nil},
		{"does not fit: cut off, then extended", large, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: large.Signature[:512] + "9000"}, {Command: long, Answer: ok(large)}}, nil},
		{"announced: extended first", large, withATR(capabilities, apdu.ProtocolT1), []script.Step{{Command: long, Answer: ok(large)}}, nil},
		{"announced, but not there", large, withATR(capabilities, apdu.ProtocolT1), []script.Step{{Command: long, Answer: "6E00"}, {Command: short, Answer: ok(large)}}, nil},
		{"T=0 has no extended length", large, withATR(capabilities, apdu.ProtocolT0), []script.Step{{Command: short, Answer: "6700"}}, ErrRefused},
		{"refused", small, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: "6985"}}, ErrRefused},
		{"refused in both forms", large, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: "6700"}, {Command: long, Answer: "6985"}}, ErrRefused},
		{"nothing signed", small, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: "9000"}}, ErrWrong},
		{"wrong", small, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: strings.Repeat("00", 127) + "019000"}}, ErrWrong},
		{"a warning is a refusal", small, apdu.LinkInfo{}, []script.Step{{Command: short, Answer: small.Signature + "6300"}}, ErrRefused},
		{"link fault", small, apdu.LinkInfo{}, []script.Step{{Command: short, Fault: apdu.ErrRemoved}}, apdu.ErrRemoved},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := &script.Card{Steps: c.steps, Link: c.link}
			answer, err := Authenticate(t.Context(), card, script.Hex(c.of.DG15), nil, file.challenge())
			assert.True(t, card.Done())
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				if last := c.steps[len(c.steps)-1].Answer; c.want == ErrRefused {
					sw, _ := apdu.StatusOf(err)
					assert.Equal(t, last[len(last)-4:], sw.String())
				}
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.of.Signature, hex.EncodeToString(answer.Signature))
			assert.Equal(t, file.challenge(), answer.Challenge)
			assert.NoError(t, Verify(script.Hex(c.of.DG15), nil, answer.Challenge, answer.Signature))
		})
	}
}

// TestUnderSecureMessagingAShortAnswerHoldsLess: 256 bytes of an RSA-2048 key do
// not fit a short protected answer (§6.1.4).
func TestUnderSecureMessagingAShortAnswerHoldsLess(t *testing.T) {
	for _, c := range []struct {
		name string
		card apdu.Card
		size int
		want int
	}{
		{"plain, 256", &script.Card{}, 256, 1},
		{"plain, 257", &script.Card{}, 257, 2},
		{"AES, 223", session(t), 223, 1},
		{"AES, 224", session(t), 224, 2},
		{"AES, 256", session(t), 256, 2},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Len(t, commands(c.card, [8]byte{}, c.size), c.want) })
	}
	cmds := commands(session(t), [8]byte{}, 512)
	assert.Equal(t, 512, cmds[1].Le)
	assert.True(t, cmds[1].NeedsExtended())
}

func session(t *testing.T) *securemsg.Session {
	refuses := script.Func(func(apdu.Command) (apdu.Response, error) { return apdu.Response{SW: 0x6982}, nil })
	s, err := securemsg.New(refuses, securemsg.AES128, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	return s
}

func TestARefusalInPlainIsBoth(t *testing.T) {
	file := signatures(t)
	_, err := Authenticate(context.Background(), session(t), script.Hex(file.find(t, "RSA-2048 SHA-256 s").DG15), nil, file.challenge())
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorIs(t, err, securemsg.ErrChannelLost)
	sw, _ := apdu.StatusOf(err)
	assert.Equal(t, apdu.SWSecurityStatus, sw)
}

func FuzzDG15(f *testing.F) {
	file := signatures(f)
	for _, c := range file.Right {
		f.Add(script.Hex(c.DG15))
	}
	f.Add([]byte{0x6F, 0})
	f.Fuzz(func(t *testing.T, dg15 []byte) {
		_ = Verify(dg15, nil, [8]byte{}, make([]byte, 128))
		key, err := ParseDG15(dg15)
		if err != nil || key.Group != nil {
			return
		}
		again, err := EncodeDG15(key)
		require.NoError(t, err)
		back, err := ParseDG15(again)
		require.NoError(t, err)
		require.Equal(t, key, back)
	})
}

func FuzzRepresentative(f *testing.F) {
	f.Add([]byte{0x6A, 0xBC})
	f.Add([]byte{0x6B, 0xBB, 0xBA, 0x34, 0xCC})
	f.Add([]byte{0xCC, 0xCC})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) < 2 {
			return
		}
		if m1, digest, hash, err := split(raw); err == nil && len(m1)+len(digest)+3 > len(raw)+1 {
			t.Fatalf("%v: more came out than went in", hash)
		}
	})
}
