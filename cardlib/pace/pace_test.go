package pace

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
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
