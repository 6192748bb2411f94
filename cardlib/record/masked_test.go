package record_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/record"
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// TestMasked records every kind of card: nothing of the person or of the chip is
// in the file; played back, structure and status words come again, and no verdict.
func TestMasked(t *testing.T) {
	p := persona.All()[1]
	for _, s := range scenario.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			card, profile := cardOf(t, p, s.Name)
			var said []cardlib.Exchange
			got, err := readAndRecord(t, record.Masked, card, keysOf(t, p), cardlib.Plan{Trust: published(t), Observe: func(e cardlib.Exchange) {
				e.Command.Data, e.Response.Data = bytes.Clone(e.Command.Data), bytes.Clone(e.Response.Data)
				said = append(said, e)
			}})
			require.NoError(t, err)
			rec, file := through(t, got.rec)
			holdsNothing(t, p, profile, said, rec, file)
			playsBack(t, got, rec)
		})
	}
}

// playsBack reads a recording as a card and compares with the read that was recorded.
func playsBack(t *testing.T, got recorded, rec *record.Recording) {
	t.Helper()
	again, err := cardlib.Read(t.Context(), rec.Replay(), rec.KeysForReplay(), cardlib.Plan{Trust: published(t)})
	if got.err != nil {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	assert.Equal(t, got.result.Document.Access, again.Document.Access)
	assert.True(t, again.Report.Synthetic)
	assert.False(t, again.Report.Genuine)
	for _, c := range again.Report.Checks {
		assert.Equal(t, verdict.NoVerdict(c.ID, verdict.Masked), c)
	}
	assert.Equal(t, got.result.Document.Listed, again.Document.Listed, "the numbers of the groups stay")
	for g, file := range got.result.Document.Groups {
		sameStructure(t, file, again.Document.Groups[g])
	}
	sameStructure(t, got.result.Document.SOD, again.Document.SOD)
	assert.Nil(t, again.Document.MRZ)
	assert.Empty(t, again.Document.Citizen.FullName)
	if got.result.Document.Signer != nil {
		assert.Equal(t, got.result.Document.Signer.Issuer, again.Document.Signer.Issuer)
	}
}

// node is an element without its value.
type node struct {
	depth  int
	tag    tlv.Tag
	length int
}

// structure is what a file is made of, and whether to its last byte.
func structure(file []byte) (nodes []node, whole bool) {
	err := tlv.Walk(file, func(depth int, e tlv.Element) bool {
		nodes = append(nodes, node{depth, e.Tag, len(e.Value)})
		return true
	})
	return nodes, err == nil
}

// sameStructure compares a file with the masked one, as far as there is a structure.
func sameStructure(t *testing.T, original, masked []byte) {
	t.Helper()
	assert.Len(t, masked, len(original))
	if want, whole := structure(original); whole {
		got, _ := structure(masked)
		assert.Equal(t, want, got)
	}
}

// TestMaskedKeepsTheConversation: commands, lengths and status words are those
// that were said.
func TestMaskedKeepsTheConversation(t *testing.T) {
	p := persona.All()[0]
	card, _ := cardOf(t, p, "short-reads")
	var plain []cardlib.Exchange
	got, err := readAndRecord(t, record.Masked, card, keysOf(t, p), cardlib.Plan{Observe: func(e cardlib.Exchange) {
		if !e.Reset {
			plain = append(plain, e)
		}
	}})
	require.NoError(t, err)
	var kept []record.Event
	for _, e := range got.rec.Events {
		if !e.Reset {
			kept = append(kept, e)
		}
	}
	require.Len(t, kept, len(plain))
	for n, e := range kept {
		cmd, err := apdu.ParseCommand(e.Command)
		require.NoError(t, err)
		assert.Equal(t, plain[n].Command.Header(), cmd.Header())
		assert.Equal(t, plain[n].Command.Le, cmd.Le)
		assert.Len(t, cmd.Data, len(plain[n].Command.Data))
		resp, err := apdu.ParseResponse(e.Answer)
		require.NoError(t, err)
		assert.Equal(t, plain[n].Response.SW, resp.SW)
		assert.Len(t, resp.Data, len(plain[n].Response.Data))
		assert.Equal(t, plain[n].Access == "", e.Plain)
	}
	assert.Equal(t, "PACE-CAN", got.rec.Access)
	assert.Equal(t, 16, kept[len(kept)-1].BlockSize)
}

// secrets are bytes of one person or of one chip: the values of the groups, the
// hashes, the signature, keys, challenges and answers.
func secrets(t *testing.T, p persona.Persona, profile chip.Profile, said []cardlib.Exchange) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"number": []byte(p.Number), "CAN": []byte(p.CAN()), "MRZ": []byte(p.MRZInformation())}
	for n := 1; n <= 16; n++ {
		_ = tlv.Walk(profile.LDS[chip.FileDG(n)], func(_ int, e tlv.Element) bool {
			// Of DG14 and DG15 the keys are secret, of the rest everything.
			if !e.Tag.Constructed() && (n < 14 || e.Tag == 0x03) {
				all[string(e.Value)] = e.Value
			}
			return true
		})
	}
	var inside func(depth int, e tlv.Element) bool
	inside = func(depth int, e tlv.Element) bool {
		switch {
		case depth == 3 && e.Tag == 0xA0:
			return false // the signer's certificate
		case e.Tag == 0x04 && len(e.Value) > 0 && e.Value[0] == 0x30: // the content, or a signature of two numbers
			_ = tlv.Walk(e.Value, func(d int, e tlv.Element) bool { return inside(depth+d, e) })
		case e.Tag == 0x04, e.Tag == 0x17, e.Tag == 0x18, e.Tag == 0x02 && len(e.Value) > 20:
			all["SOD "+hex.EncodeToString(e.Value[:min(8, len(e.Value))])] = e.Value
		}
		return true
	}
	if sod, err := tlv.ReadTag(profile.LDS[chip.FileSOD], 0x77); err == nil {
		_ = tlv.Walk(sod.Value, inside)
	}
	assert.Greater(t, len(all), 3)
	for _, e := range said {
		switch e.Command.INS {
		case apdu.InsInternalAuth, apdu.InsGetChallenge, apdu.InsExternalAuth:
			all["challenge "+hex.EncodeToString(e.Command.Data)] = e.Command.Data
			all["answer "+hex.EncodeToString(e.Response.Data)] = e.Response.Data
		}
	}
	return all
}

// holdsNothing looks for every piece of eight bytes of a secret, and of four
// where the value is text, in the file: as it stands, in hex, and decoded.
func holdsNothing(t *testing.T, p persona.Persona, profile chip.Profile, said []cardlib.Exchange, rec *record.Recording, file []byte) {
	t.Helper()
	var data []byte // of all answers and commands, without status words and headers
	for _, e := range rec.Events {
		cmd, _ := apdu.ParseCommand(e.Command)
		resp, _ := apdu.ParseResponse(e.Answer)
		data = append(append(data, cmd.Data...), resp.Data...)
	}
	if certificate := certificateOf(profile); len(certificate) > 0 {
		data = bytes.ReplaceAll(data, certificate, nil)
	}
	eight, four := pieces{size: 8}, pieces{size: 4}
	for name, secret := range secrets(t, p, profile, said) {
		eight.add(name, secret)
	}
	for _, text := range []string{p.Number, p.CAN(), p.FullName, p.Residence, p.Father, p.OldNumber, p.ChipSerial, p.MRZ()[:30]} {
		four.add(text, []byte(text))
	}
	require.Empty(t, eight.in(data))
	require.Empty(t, eight.in(file))
	require.Empty(t, four.in(data))
}

// pieces are all pieces of so many bytes, eight at most, of secrets, but those of
// hardly anything but zeros; of each the name of its secret.
type pieces struct {
	size int
	of   map[uint64]string
}

// each visits the pieces of b as numbers.
func (p pieces) each(b []byte, visit func(number uint64, at int)) {
	var number uint64
	mask := ^uint64(0) >> (64 - 8*p.size)
	for i, c := range b {
		number = (number<<8 | uint64(c)) & mask
		if i+1 >= p.size {
			visit(number, i+1-p.size)
		}
	}
}

func (p *pieces) add(name string, secret []byte) {
	if p.of == nil {
		p.of = map[uint64]string{}
	}
	p.each(secret, func(number uint64, at int) {
		if !zero(secret[at : at+p.size]) {
			p.of[number] = name
		}
	})
}

// in names the secret of which a piece is in b, and the piece; empty if there is none.
func (p pieces) in(b []byte) string {
	found := ""
	p.each(b, func(number uint64, at int) {
		if name, ok := p.of[number]; ok && found == "" {
			found = fmt.Sprintf("%q of %q", b[at:at+p.size], name)
		}
	})
	return found
}

// TestPiecesAreFound: the search finds what it is there to find.
func TestPiecesAreFound(t *testing.T) {
	for size, secret := range map[int]string{4: "1234567", 8: "Nguyễn Thị Mẫu"} {
		p := pieces{size: size}
		p.add("secret", []byte(secret))
		for i := 0; i+size <= len(secret); i++ {
			assert.NotEmpty(t, p.in([]byte("before"+secret[i:i+size]+"after")))
		}
		assert.Empty(t, p.in([]byte("before"+secret[:size-1]+"after")))
	}
}

// zero tells what can be met by chance in a masked file: hardly anything but
// zeros, as bytes or as digits.
func zero(b []byte) bool {
	telling := 0
	for _, c := range b {
		if c != 0 && c != '0' {
			telling++
		}
	}
	return telling <= len(b)/4
}

// certificateOf is the document signer's certificate in EF.SOD.
func certificateOf(profile chip.Profile) []byte {
	var certificate []byte
	_ = tlv.Walk(profile.LDS[chip.FileSOD], func(depth int, e tlv.Element) bool {
		if depth == 4 && e.Tag == 0xA0 {
			certificate = e.Value
		}
		return true
	})
	return certificate
}

// TestMaskedOfABrokenRead: a read that ended early is recorded as far as it came.
func TestMaskedOfABrokenRead(t *testing.T) {
	card, _ := cardOf(t, persona.All()[0], "dies-half-way")
	got, err := readAndRecord(t, record.Masked, card, keysOf(t, persona.All()[0]), cardlib.Plan{})
	require.NoError(t, err)
	assert.Equal(t, cardlib.CodeCardRemoved, cardlib.CodeOf(got.err))
	assert.Equal(t, "removed", got.rec.Events[len(got.rec.Events)-1].Fault)
	_, err = cardlib.Read(t.Context(), got.rec.Replay(), got.rec.KeysForReplay(), cardlib.Plan{})
	assert.Equal(t, cardlib.CodeCardRemoved, cardlib.CodeOf(err))
	assert.ErrorIs(t, err, apdu.ErrRemoved)
}

// TestMaskedWithAnotherPlan: less may be asked for than was recorded.
func TestMaskedWithAnotherPlan(t *testing.T) {
	p := persona.All()[0]
	card, _ := cardOf(t, p, scenario.Genuine)
	got, err := readAndRecord(t, record.Masked, card, keysOf(t, p), cardlib.Plan{})
	require.NoError(t, err)
	again, err := cardlib.Read(t.Context(), got.rec.Replay(), got.rec.KeysForReplay(), cardlib.Plan{Groups: nil, SkipActiveAuth: true, SkipChipAuth: true})
	require.NoError(t, err)
	assert.NotContains(t, again.Document.Groups, 15)
	citizen, err := cardlib.IsCitizenCard(t.Context(), got.rec.Replay())
	require.NoError(t, err)
	assert.True(t, citizen)
	_, err = got.rec.Replay().Transmit(t.Context(), apdu.Command{INS: 0x12})
	assert.ErrorIs(t, err, record.ErrDiverged)
}
