package cardlib_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// genuine is what hostile chips are made of: the genuine card of a person, opened by
// BAC, which costs the least.
var genuine = sync.OnceValue(func() struct {
	profile chip.Profile
	keys    access.Keys
	store   *trust.Store
} {
	maker, who := issuer.New(issuer.PublishedSeed), persona.All()[0]
	profile, err := maker.Personalise(who, issuer.Options{Signer: issuer.SignerOptions{Algorithm: issuer.ECDSAP256, NamedCurve: true}})
	if err != nil {
		panic(err)
	}
	profile.PACE = nil
	delete(profile.MF, chip.FileCardAccess)
	keys, err := cccd.KeysFromMRZ(who.MRZ())
	if err != nil {
		panic(err)
	}
	anchors, err := maker.Anchors()
	if err != nil {
		panic(err)
	}
	store := &trust.Store{}
	for _, a := range anchors {
		store.Add(a.File, a.DER)
	}
	return struct {
		profile chip.Profile
		keys    access.Keys
		store   *trust.Store
	}{profile, keys, store}
})

// hostile is a chip made of the fuzzer's bytes: files in place of the genuine ones,
// and answers that are changed before they are sealed, so that no MAC can tell.
type hostile struct {
	files  map[byte][]byte
	twists []byte // three bytes each
}

// Kinds of records: 1 to 16 replace a data group; these, other files or the twists.
const (
	recordSOD = 20 + iota
	recordCOM
	recordCardAccess
	recordCardSecurity
	recordTwists
)

// hostileOf reads records: kind, three bytes of length, content.
func hostileOf(b []byte) hostile {
	h := hostile{files: map[byte][]byte{}}
	for len(b) >= 4 {
		kind, n := b[0]%(recordTwists+1), int(b[1])<<16|int(b[2])<<8|int(b[3])
		n = min(n, len(b)-4)
		content := b[4 : 4+n]
		if kind == recordTwists {
			h.twists = append(h.twists, content...)
		} else {
			h.files[kind] = content
		}
		b = b[4+n:]
	}
	return h
}

func entry(kind byte, content []byte) []byte {
	n := len(content)
	return append([]byte{kind, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

// chip puts the files into the genuine card.
func (h hostile) chip(t testing.TB) *chip.Chip {
	p := genuine().profile
	p.LDS, p.MF = cloned(p.LDS), cloned(p.MF)
	for kind, content := range h.files {
		switch {
		case kind >= 1 && kind <= 16:
			p.LDS[chip.FileDG(int(kind))] = content
		case kind == recordSOD:
			p.LDS[chip.FileSOD] = content
		case kind == recordCOM:
			p.LDS[chip.FileCOM] = content
		case kind == recordCardAccess:
			p.MF[chip.FileCardAccess] = content
		case kind == recordCardSecurity:
			p.MF[chip.FileCardSecurity] = content
		}
	}
	opened := false
	twist := func(_ int, cmd apdu.Command, resp apdu.Response) apdu.Response {
		if opened {
			return h.twist(resp)
		}
		opened = cmd.INS == apdu.InsExternalAuth && resp.SW.OK()
		return resp
	}
	c, err := chip.New(p, chip.WithTwist(twist))
	require.NoError(t, err)
	return c
}

func cloned(files map[uint16][]byte) map[uint16][]byte {
	all := map[uint16][]byte{}
	for id, content := range files {
		all[id] = content
	}
	return all
}

// twist spends the next three bytes on an answer; once they are spent, the chip is honest.
func (h *hostile) twist(resp apdu.Response) apdu.Response {
	if len(h.twists) < 3 {
		return resp
	}
	how, a, b := h.twists[0]%8, h.twists[1], h.twists[2]
	h.twists = h.twists[3:]
	data := bytes.Clone(resp.Data)
	switch how {
	case 1:
		return apdu.Response{SW: apdu.SW(a)<<8 | apdu.SW(b)}
	case 2:
		resp.SW = apdu.SW(a)<<8 | apdu.SW(b)
	case 3:
		if len(data) > 0 {
			data[int(a)%len(data)] ^= b
		}
	case 4:
		data = data[:min(int(a), len(data))]
	case 5:
		data = bytes.Repeat([]byte{b}, int(a))
	case 6:
		data = append([]byte{a, 0x84, b, 0xFF, 0xFF, 0xFF}, data...)
	case 7:
		data = slices.Concat(data, data)[:min(2*len(data), 223)]
	}
	return apdu.Response{Data: data, SW: resp.SW}
}

// What a read may allocate in all, the chip's side included: a sum for the keys, the
// checks and the limits of the parsers, and so much for every command. What a chip
// claims to have does not count, only what it sends.
const (
	allocatedAtMost    = 48 << 20
	allocatedByCommand = 16 << 10
)

// allocated is what this process has allocated since it began, in bytes.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// everything wants all sixteen groups.
func everything() cardlib.Plan {
	return cardlib.Plan{Groups: lds.Groups(), Trust: genuine().store, Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }}
}

// readHostile reads a hostile chip and judges the reader: it comes back with a result
// or an *Error, within its bound, and finds nothing genuine that was not signed.
func readHostile(t testing.TB, b []byte) {
	h := hostileOf(b)
	card := h.chip(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	before := allocated()
	result, err := cardlib.Read(ctx, card, genuine().keys, everything())
	spent := allocated() - before
	if err != nil {
		require.ErrorAs(t, err, new(*cardlib.Error))
		require.False(t, errors.Is(err, context.DeadlineExceeded), "the reader hangs")
		return
	}
	limit := uint64(allocatedAtMost + allocatedByCommand*result.Stats.APDUs)
	require.LessOrEqual(t, spent, limit, "%d commands", result.Stats.APDUs)
	if !result.Report.Genuine {
		return
	}
	for g, file := range result.Document.Groups {
		require.Equal(t, genuine().profile.LDS[chip.FileDG(int(g))], file, "%v was changed and is genuine", g)
	}
}

// nests is an element in an element, so many levels deep, every length true.
func nests(tag byte, levels int) []byte {
	var reversed []byte
	for range levels {
		n := len(reversed)
		switch {
		case n < 0x80:
			reversed = append(reversed, byte(n), tag)
		case n <= 0xFF:
			reversed = append(reversed, byte(n), 0x81, tag)
		case n <= 0xFFFF:
			reversed = append(reversed, byte(n), byte(n>>8), 0x82, tag)
		default:
			reversed = append(reversed, byte(n), byte(n>>8), byte(n>>16), 0x83, tag)
		}
	}
	slices.Reverse(reversed)
	return reversed
}

// claims are files that say more than they hold, or hold nothing, under a tag.
func claims(tag byte) [][]byte {
	return [][]byte{
		{},
		{tag, 0},
		{0x30, 0},
		{tag, 2, 0x30, 0},
		{tag, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, // 2^32 − 1
		{tag, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00}, // 2^32
		{tag, 0x80},
		{tag, 0x83, 0x04, 0x00, 0x00, 0x30},
		tlv.Encode(tlv.Tag(tag), nests(0x30, 40_000)), // what a file can hold: 256 kB
		tlv.Encode(tlv.Tag(tag), nests(0xA1, 40_000)),
		tlv.Encode(tlv.Tag(tag), bytes.Repeat([]byte{0x30, 0}, 30_000)),
		nests(tag, 100_000),
	}
}

// isParsed tells whether Read looks into a file; of the others it wants the bytes alone.
func isParsed(kind byte) bool {
	return kind > 16 || slices.Contains([]lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15}, lds.Group(kind))
}

// hostileCorpus are the chips that every run of the tests reads.
func hostileCorpus() map[string][]byte {
	all := map[string][]byte{"genuine": nil, "SOD in two bytes": entry(recordSOD, []byte{0x77, 0})}
	kinds := map[byte]byte{recordSOD: 0x77, recordCOM: 0x60, recordCardAccess: 0x31, recordCardSecurity: 0x30}
	for _, g := range lds.Groups() {
		kinds[byte(g)] = byte(g.Tag())
	}
	for kind, tag := range kinds {
		for i, content := range claims(tag) {
			if i%4 == 0 || isParsed(kind) {
				all[fmt.Sprintf("file %d claim %d", kind, i)] = entry(kind, content)
			}
		}
	}
	var twists []byte
	for i := range 600 {
		twists = append(twists, byte(i), byte(i*7), byte(i*13))
	}
	for i := range 3 {
		all["twists "+string(rune('0'+i))] = entry(recordTwists, twists[i*100:])
	}
	all["every status word at once"] = entry(recordTwists, bytes.Repeat([]byte{2, 0x6A, 0x82}, 100))
	all["nothing but 9000"] = entry(recordTwists, bytes.Repeat([]byte{1, 0x90, 0}, 3000))
	all["a byte at a time"] = entry(recordTwists, bytes.Repeat([]byte{4, 1, 0}, 20_000))
	return all
}

// TestHostileChips reads the corpus.
func TestHostileChips(t *testing.T) {
	for name, b := range hostileCorpus() {
		t.Run(name, func(t *testing.T) { readHostile(t, b) })
	}
}

// FuzzReadHostileChip is the whole of Read against a chip that lets the reader in and
// then answers as the fuzzer likes.
func FuzzReadHostileChip(f *testing.F) {
	for name, b := range hostileCorpus() { // the rest is read by TestHostileChips
		if len(b) < 1<<16 && (!strings.HasPrefix(name, "file") || b[0] == recordSOD || b[0] == byte(lds.DG14)) {
			f.Add(b)
		}
	}
	f.Add(entry(recordSOD, nests(0x77, 100_000)))
	for _, g := range []int{1, 2, 13, 14, 15} {
		file := genuine().profile.LDS[chip.FileDG(g)]
		f.Add(entry(byte(g), file[:min(len(file), 2000)]))
	}
	f.Add(entry(recordSOD, genuine().profile.LDS[chip.FileSOD]))
	f.Fuzz(func(t *testing.T, b []byte) { readHostile(t, b) })
}
