package pace

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
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

// example is a worked example whose answers a test can change.
type example struct {
	info, name string
	steps      []script.Step
	private    []string
	password   Password
}

func exampleG1() example { return example{infoG1, "G.1", stepsG1(), privateG1, MRZ(keyG)} }
func exampleG2() example { return example{infoG2, "G.2", stepsG2(), privateG2, MRZ(keyG)} }
func exampleI1() example { return example{infoI1, "I.1", stepsI1(), privateI1, MRZ(keyI)} }

// run plays the example; whatever comes after the changed answer may be missing.
func (e example) run(t *testing.T) (*Result, error) {
	return Authenticate(t.Context(), &script.Card{Steps: e.steps}, offer(t, e.info), e.password, randomOf(e.private...))
}

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

func TestMalformedAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		example example
		step    int
		answer  string
	}{
		{"no answer to the nonce", exampleG1(), 1, "9000"},
		{"nonce outside 7C", exampleG1(), 1, "801095A3A016522EE98D01E76CB6B98B42C39000"},
		{"nonce under another tag", exampleG1(), 1, "7C12811095A3A016522EE98D01E76CB6B98B42C39000"},
		{"empty nonce", exampleG1(), 1, "7C0280009000"},
		{"nonce of half a block", exampleG1(), 1, "7C0A800895A3A016522EE98D9000"},
		{"nonce too long", exampleG1(), 1, dynamicAnswer(0x80, make([]byte, 80))},
		{"something behind the nonce", exampleG1(), 1, "7C15801095A3A016522EE98D01E76CB6B98B42C38101009000"},
		{"nothing inside 7C", exampleG1(), 2, "7C009000"},
		{"cut off", exampleG1(), 2, "7C4382419000"},
		{"something behind 7C", exampleG1(), 3, "7C0284007C009000"},
		{"no token", exampleG1(), 4, "7C009000"},
		{"token behind another object", exampleG1(), 4, "7C0D 8701AA 86083ABB9674BCE93C08 9000"},
		{"token twice", exampleG1(), 4, "7C14 86083ABB9674BCE93C08 86083ABB9674BCE93C08 9000"},
		{"authority twice", exampleG1(), 4, "7C10 86083ABB9674BCE93C08 8701AA 8701AA 9000"},
		{"unknown object", exampleG1(), 4, "7C0D 86083ABB9674BCE93C08 8901AA 9000"},
		{"chip authentication data without that mapping", exampleG1(), 4, "7C0D 86083ABB9674BCE93C08 8A01AA 9000"},
		{"no chip authentication data", exampleI1(), 4, "7C0A86088596CF055C67C1A39000"},
		{"empty chip authentication data", exampleI1(), 4, "7C0C86088596CF055C67C1A38A009000"},
		{"chip authentication data of no whole block", exampleI1(), 4, "7C0D86088596CF055C67C1A38A01009000"},
		{"chip authentication data badly padded", exampleI1(), 4,
			`7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD
			10CBA372B42BE0B9B5F28AA8DE2F4F939000`},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.example.steps[c.step].Answer = c.answer
			c.example.steps = c.example.steps[:c.step+1]
			_, err := c.example.run(t)
			require.ErrorIs(t, err, ErrProtocol)
		})
	}
}

func TestAWrongTokenOfTheChip(t *testing.T) {
	for _, answer := range []string{
		"7C0A86083ABB9674BCE93C099000",
		"7C0986073ABB9674BCE93C9000",
		"7C0286009000",
	} {
		e := exampleG1()
		e.steps[4].Answer = answer
		_, err := e.run(t)
		assert.ErrorIs(t, err, ErrDenied, answer)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		step   int
		answer string
		want   error
		sw     apdu.SW
		left   int // −1: no TriesError
	}{
		{"instruction unknown at MSE", 0, "6D00", ErrUnsupported, 0x6D00, -1},
		{"conditions at MSE", 0, "6985", ErrUnsupported, 0x6985, -1},
		{"one try left at MSE", 0, "63C1", ErrDenied, 0x63C1, 1},
		{"no try left at MSE", 0, "63C0", ErrDenied, 0x63C0, 0},
		{"blocked at MSE", 0, "6983", ErrDenied, 0x6983, 0},
		{"nonce refused", 1, "6985", ErrProtocol, 0x6985, -1},
		{"blocked at the nonce", 1, "6983", ErrDenied, 0x6983, 0},
		{"mapping refused", 2, "6A80", ErrProtocol, 0x6A80, -1},
		{"key agreement refused", 3, "6300", ErrProtocol, 0x6300, -1},
		{"wrong password", 4, "6300", ErrDenied, 0x6300, -1},
		{"wrong password, two tries left", 4, "63C2", ErrDenied, 0x63C2, 2},
		{"wrong password, blocked", 4, "6983", ErrDenied, 0x6983, 0},
		{"wrong password in other words", 4, "6982", ErrDenied, 0x6982, -1},
		{"wrong password by 6A80", 4, "6A80", ErrDenied, 0x6A80, -1},
		{"token not understood", 4, "6D00", ErrProtocol, 0x6D00, -1},
		{"token of wrong length", 4, "6700", ErrProtocol, 0x6700, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := exampleG1()
			e.steps[c.step].Answer = c.answer
			e.steps = e.steps[:c.step+1]
			_, err := e.run(t)
			require.ErrorIs(t, err, c.want)
			sw, ok := apdu.StatusOf(err)
			assert.True(t, ok)
			assert.Equal(t, c.sw, sw)
			var tries *TriesError
			if c.left < 0 {
				assert.NotErrorAs(t, err, &tries)
				return
			}
			require.ErrorAs(t, err, &tries)
			assert.Equal(t, c.left, tries.Left)
		})
	}
}

func TestTriesLeftAtMSEAreAWarning(t *testing.T) {
	e := exampleG1()
	e.steps[0].Answer = "63C2"
	_, err := e.run(t)
	assert.NoError(t, err)
}

// The two forms of MSE:Set AT in the words of example G.1.
const (
	mseWithout = "0022C1A40F800A04007F00070202040202830101"
	mseWith    = "0022C1A412800A04007F0007020204020283010184010D"
)

func TestParameterIDInMSE(t *testing.T) {
	rest := stepsG1()[1:]
	nonceRefused := func(sw string) script.Step { return script.Step{Command: rest[0].Command, Answer: sw} }
	steps := func(first ...script.Step) []script.Step { return append(first, rest...) }
	for _, c := range []struct {
		name      string
		ambiguous bool
		steps     []script.Step
	}{
		{"not sent where there is no doubt", false, steps(script.Step{Command: mseWithout, Answer: "9000"})},
		{"sent where there is", true, steps(script.Step{Command: mseWith, Answer: "9000"})},
		{"wanted by the chip", false, steps(script.Step{Command: mseWithout, Answer: "6A87"}, script.Step{Command: mseWith, Answer: "9000"})},
		{"refused by the chip", true, steps(script.Step{Command: mseWith, Answer: "6A80"}, script.Step{Command: mseWithout, Answer: "9000"})},
		{"missed only at the nonce", false, steps(script.Step{Command: mseWithout, Answer: "9000"}, nonceRefused("6A88"), script.Step{Command: mseWith, Answer: "9000"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := &script.Card{Steps: c.steps}
			info := offer(t, infoG1)
			info.Ambiguous = c.ambiguous
			_, err := Authenticate(t.Context(), card, info, MRZ(keyG), randomOf(privateG1...))
			require.NoError(t, err)
			assert.True(t, card.Done())
		})
	}
	t.Run("neither form", func(t *testing.T) {
		card := &script.Card{Steps: []script.Step{{Command: mseWithout, Answer: "6A80"}, {Command: mseWith, Answer: "6A88"}}}
		_, err := Authenticate(t.Context(), card, offer(t, infoG1), MRZ(keyG), randomOf(privateG1...))
		require.ErrorIs(t, err, ErrUnsupported)
		sw, _ := apdu.StatusOf(err)
		assert.Equal(t, apdu.SWReferencedDataUnknown, sw)
		assert.True(t, card.Done())
	})
}

func TestIntegratedMappingIsStrict(t *testing.T) {
	const info, nonce, random = "3012060A04007F0007020204040202010202010D", "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000", "5DD4CBFC96F5453B130D890A1CDBAE32"
	begin := []script.Step{
		{Command: "0022C1A40F800A04007F00070202040402830101", Answer: "9000"},
		{Command: "10860000027C0000", Answer: nonce},
		{Command: "10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200", Answer: "7C0382010A9000"},
	}
	_, err := runWith(t, &script.Card{Steps: begin}, info, kPiH, random).run(t.Context())
	require.ErrorIs(t, err, ErrProtocol, "mapping data of the chip")

	begin[1].Answer = dynamicAnswer(0x80, make([]byte, 32))
	_, err = runWith(t, &script.Card{Steps: begin[:2]}, info, kPiH, random).run(t.Context())
	require.ErrorIs(t, err, ErrProtocol, "nonce of the wrong length")
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
			k.Key.Curve, k.Key.Point = p256, p256.Generator()
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

func TestCheck(t *testing.T) {
	with := func(change func(*securityinfo.PACEInfo)) securityinfo.PACEInfo {
		info := offer(t, infoG1)
		change(&info)
		return info
	}
	p224, _ := curves.ByID(10)
	for _, c := range []struct {
		name, why string
		info      securityinfo.PACEInfo
	}{
		{"version 1", "version 1", with(func(i *securityinfo.PACEInfo) { i.Version = 1 })},
		{"no cipher", "no cipher", with(func(i *securityinfo.PACEInfo) { i.Cipher = 0 })},
		{"unknown curve", "no standard set", with(func(i *securityinfo.PACEInfo) { i.Curve = nil })},
		{"unknown group", "no standard set", with(func(i *securityinfo.PACEInfo) { i.Agreement = securityinfo.DH })},
		{"no agreement", "no key agreement", with(func(i *securityinfo.PACEInfo) { i.Agreement = 0 })},
		{"no mapping", "no mapping", with(func(i *securityinfo.PACEInfo) { i.Mapping = 0 })},
		{"IM over P-224", "not defined over P-224", with(func(i *securityinfo.PACEInfo) { i.Mapping, i.Curve = securityinfo.IntegratedMapping, p224 })},
		{"CAM with 3DES", "not defined with 3DES", with(func(i *securityinfo.PACEInfo) {
			i.Mapping, i.Cipher = securityinfo.ChipAuthenticationMapping, securemsg.TDES
		})},
		{"CAM with DH", "ECDH only", func() securityinfo.PACEInfo {
			i := offer(t, infoG2)
			i.Mapping = securityinfo.ChipAuthenticationMapping
			return i
		}()},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check(c.info)
			require.ErrorIs(t, err, ErrUnsupported)
			assert.Contains(t, err.Error(), c.why)
			assert.False(t, Supported(c.info))
			_, err = Authenticate(t.Context(), &script.Card{}, c.info, CAN("123456"), nil)
			assert.ErrorIs(t, err, ErrUnsupported, "nothing is sent")
		})
	}
	for _, curve := range curves.All() {
		i := with(func(i *securityinfo.PACEInfo) { i.Mapping, i.Curve = securityinfo.IntegratedMapping, curve })
		assert.Equal(t, curve.Name != "P-224", Supported(i), curve.Name)
	}
	assert.True(t, Supported(offer(t, infoG1)))
	assert.True(t, Supported(offer(t, infoG2)))
}

func TestLinkFaultsComeThrough(t *testing.T) {
	for step := range stepsG1() {
		e := exampleG1()
		e.steps[step].Fault = apdu.ErrRemoved
		_, err := e.run(t)
		require.ErrorIs(t, err, apdu.ErrRemoved)
		assert.NotErrorIs(t, err, ErrProtocol)
	}
}

func TestARandomSourceThatEnds(t *testing.T) {
	for n := range 2 {
		e := exampleG1()
		e.private = e.private[:n]
		_, err := e.run(t)
		require.ErrorIs(t, err, io.EOF)
		assert.NotErrorIs(t, err, ErrProtocol)
	}
}

func TestPasswordsKeepTheirSecret(t *testing.T) {
	for _, p := range []Password{CAN("123456"), PIN("123456"), PUK("123456"), MRZ(keyG)} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			said := fmt.Sprintf(format, p)
			assert.NotContains(t, said, "123456")
			assert.NotContains(t, strings.ToUpper(said), "7E2D2A41")
		}
	}
	assert.Equal(t, []byte{1, 2, 3, 4}, []byte{MRZ(keyG).reference, CAN("1").reference, PIN("1").reference, PUK("1").reference})
	assert.Equal(t, script.Hex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"), MRZ(keyG).secret, "K of appendix G")
	assert.Equal(t, []byte("123456"), CAN("123456").secret)
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

func FuzzAnswers(f *testing.F) {
	for _, e := range []example{exampleG1(), exampleG2(), exampleI1()} {
		for _, step := range e.steps {
			f.Add(script.Hex(step.Answer), byte(0))
			f.Add(script.Hex(step.Answer), byte(3))
		}
	}
	infos := []securityinfo.PACEInfo{offer(f, infoG1), offer(f, infoI1), offer(f, "3012060A04007F0007020204040202010202010D")}
	f.Fuzz(func(t *testing.T, answer []byte, at byte) {
		for _, info := range infos {
			n := byte(0)
			card := script.Func(func(apdu.Command) (apdu.Response, error) {
				n++
				if n <= at%5 && n-1 < 5 {
					return apdu.ParseResponse(script.Hex(stepsG1()[n-1].Answer))
				}
				return apdu.ParseResponse(answer)
			})
			if result, err := Authenticate(t.Context(), card, info, CAN("000018"), randomOf(privateG1...)); err == nil {
				t.Fatalf("PACE succeeded: %v", result)
			}
		}
	})
}
