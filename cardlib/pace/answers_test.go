package pace

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

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

// TestTheLastTryIsSpared: a chip that says at MSE:Set AT that one try or none is left
// gets no further command, and the error says that the password was not tried.
func TestTheLastTryIsSpared(t *testing.T) {
	for answer, left := range map[string]int{"63C1": 1, "63C0": 0, "6983": 0} {
		e := exampleG1()
		e.steps[0].Answer = answer
		e.steps = e.steps[:1]
		_, err := e.run(t)
		var tries *TriesError
		require.ErrorAs(t, err, &tries, answer)
		assert.True(t, tries.Spared)
		assert.Equal(t, left, tries.Left)
	}
	e := exampleG1()
	e.steps[4].Answer, e.steps = "63C1", e.steps[:5]
	_, err := e.run(t)
	var tries *TriesError
	require.ErrorAs(t, err, &tries)
	assert.False(t, tries.Spared, "the password was wrong")
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

// FuzzAnswers puts one hostile answer at one step of a worked example.
func FuzzAnswers(f *testing.F) {
	examples := []func() example{exampleG1, exampleG2, exampleI1}
	for n, e := range examples {
		for at, step := range e().steps {
			f.Add(script.Hex(step.Answer), byte(n), byte(at))
		}
	}
	f.Fuzz(func(t *testing.T, answer []byte, which, at byte) {
		e := examples[int(which)%len(examples)]()
		step := int(at) % len(e.steps)
		right := script.Hex(e.steps[step].Answer)
		e.steps[step].Answer = hex.EncodeToString(answer)
		e.steps = e.steps[:step+1]
		result, err := e.run(t)
		if err == nil && !bytes.Contains(answer, right[4:12]) { // the chip's token
			t.Fatalf("step %d took % X: %v", step, answer, result)
		}
	})
}

// FuzzObjects is the cheap part of it: what is inside 7C, nonces and keys.
func FuzzObjects(f *testing.F) {
	for _, e := range []example{exampleG1(), exampleG2(), exampleI1()} {
		for _, step := range e.steps {
			raw := script.Hex(step.Answer)
			f.Add(raw[:len(raw)-2])
		}
	}
	infos := []securityinfo.PACEInfo{offer(f, infoG1), offer(f, infoG2), offer(f, infoI1)}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, info := range infos {
			r := run{info: info, kPi: make([]byte, info.Cipher.KeyLen())}
			for _, want := range []tlv.Tag{tagNonce, tagMapIC, tagEphemeralIC, tagTokenIC} {
				objects, err := dynamic("fuzz", data, want, r.lastObjects()...)
				if err != nil {
					continue
				}
				if nonce, err := r.decryptNonce(objects[0].Value); err == nil && len(nonce) > maxNonce {
					t.Fatal("nonce over the limit")
				}
				_ = agreementOf(info).check(objects[0].Value, keyPair{})
				_, _ = r.openProof(&secrets{ksEnc: r.kPi}, objects)
			}
		}
	})
}
