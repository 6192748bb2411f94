package child

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/readers"
	"chipid/cardlib/verdict"
)

// starters are the two ways of a child.
func starters() map[string]Starter {
	return map[string]Starter{"process": process0("ordinary"), "goroutine": Goroutine{ordinary()}}
}

func everything() Said { return Said{Fields: slices.Sorted(maps.Keys(answer.WantAll()))} }

// readWith reads a card whole and returns what the child said, the early text too.
func readWith(t testing.TB, s Starter, name string) (r *Result, early []byte) {
	t.Helper()
	key := keyOf(t, name)
	c, err := Begin(t.Context(), s, Trust{}, key)
	require.NoError(t, err)
	defer c.End()
	require.Equal(t, make([]byte, len(key.Text)), key.Text, "the key is overwritten")
	var heard, number []byte
	hear := Hear{Fields: func() []cccd.FieldID { return everything().Fields }, Text: func(b, n []byte) { heard, early, number = b, bytes.Clone(b), bytes.Clone(n) }}
	signed, err := c.Try(t.Context(), cardOf(t, name), Try{Reader: "R", Tries: access.MaxTries}, Order{Portrait: true, Text: true}, hear)
	require.NoError(t, err)
	require.True(t, signed)
	require.Equal(t, make([]byte, len(heard)), heard, "the text is overwritten")
	r, err = c.Finish(t.Context(), everything(), Hear{})
	require.NoError(t, err)
	require.Equal(t, number, r.Number, "the text says whose it is, as the result does")
	return r, early
}

// TestBothWaysReadAlike: a process and a goroutine say the same, the portrait of
// JPEG 2000 included, and it is what cardlib reads.
func TestBothWaysReadAlike(t *testing.T) {
	for _, name := range []string{"mau", "cao-tuoi"} {
		answers := map[string]map[string]any{}
		for way, s := range starters() {
			r, early := readWith(t, s, name)
			assert.Equal(t, verdict.Genuine, r.Report.Outcome)
			assert.Len(t, r.Number, 32)
			var a, text map[string]any
			require.NoError(t, json.Unmarshal(r.Answer, &a))
			require.NoError(t, json.Unmarshal(early, &text))
			delete(a, "timing")
			answers[way] = a
			citizen := a["citizen"].(map[string]any)
			assert.NotNil(t, citizen["portrait"], way)
			delete(citizen, "portrait")
			assert.NotContains(t, text, "portrait")
			assert.Equal(t, citizen["fullName"], text["fullName"])
			r.Wipe()
			assert.Empty(t, r.Answer)
		}
		assert.Equal(t, answers["goroutine"], answers["process"])
	}
}

func TestKeysAreJudgedBeforeACardIsTouched(t *testing.T) {
	for way, s := range starters() {
		for kind, want := range map[string]catalogue.Code{answer.KeyID: catalogue.NumberInvalid, answer.KeyCAN: catalogue.CANInvalid,
			answer.KeyQR: catalogue.QRInvalid, answer.KeyMRZ: catalogue.MRZInvalid, "pin": catalogue.KeyMissing, KindGiven: catalogue.KeyMissing} {
			_, err := Begin(t.Context(), s, Trust{}, NewKey(kind, "x"))
			assertCode(t, want, err, way+kind)
		}
	}
	_, err := Begin(t.Context(), Goroutine{}, Trust{}, Key{})
	assertCode(t, catalogue.KeyMissing, err, "none")
	_, err = Begin(t.Context(), Process{}, Trust{}, NewKey(answer.KeyID, "000190000018"))
	assertCode(t, catalogue.ReadCrashed, err, "no program")
	_, err = Begin(t.Context(), Process{Program: os.Args[0] + "-none"}, Trust{}, NewKey(answer.KeyID, "000190000018"))
	assertCode(t, catalogue.ReadCrashed, err, "no such program")
}

func assertCode(t *testing.T, want catalogue.Code, err error, what string) {
	t.Helper()
	var e *answer.Error
	if assert.ErrorAs(t, err, &e, what) {
		assert.Equal(t, want, e.Code, what)
	}
}

// TestAChildThatFails costs its read and nothing else: it is said with a code, and
// the child is gone.
func TestAChildThatFails(t *testing.T) {
	for part := range failing {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			c, err := Begin(t.Context(), process0(part), Trust{}, keyOf(t, "mau"))
			require.NoError(t, err)
			c.grace = 20 * time.Millisecond
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			hear := Hear{Progress: func(p cardlib.Progress) {
				if part == "hangs" || part == "runs wild" {
					if p.Stage == cardlib.StageDG13 {
						time.AfterFunc(100*time.Millisecond, cancel)
					}
				}
			}}
			_, err = c.Try(ctx, cardOf(t, "mau"), Try{Tries: access.MaxTries}, Order{}, hear)
			assertCode(t, catalogue.ReadCrashed, err, part)
			assert.NotNil(t, c.link.(*process).cmd.ProcessState, "it is gone, and was waited for")
			_, err = c.Finish(t.Context(), Said{}, Hear{})
			assertCode(t, catalogue.ReadCrashed, err, "nothing more can be asked of it")
			c.End()
		})
	}
}

// TestAReadThatIsCalledOff ends at the next command, without violence.
func TestAReadThatIsCalledOff(t *testing.T) {
	for way, s := range starters() {
		ctx, cancel := context.WithCancel(t.Context())
		c, err := Begin(t.Context(), s, Trust{}, keyOf(t, "mau"))
		require.NoError(t, err)
		signed, err := c.Try(ctx, cardOf(t, "mau"), Try{Tries: access.MaxTries}, Order{}, Hear{Progress: func(p cardlib.Progress) {
			if p.Stage == cardlib.StageDG13 {
				cancel()
			}
		}})
		assertCode(t, catalogue.Cancelled, err, way)
		assert.True(t, signed)
		_, err = c.Try(t.Context(), cardOf(t, "mau"), Try{Tries: access.MaxTries}, Order{}, Hear{})
		assert.NoError(t, err, "the same card may be read on")
		c.End()
		cancel()
	}
}

// TestAnotherCardIsFoundOut by EF.SOD, which only the child has.
func TestAnotherCardIsFoundOut(t *testing.T) {
	c, err := Begin(t.Context(), process0("ordinary"), Trust{}, keyOf(t, "mau"))
	require.NoError(t, err)
	defer c.End()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err = c.Try(ctx, cardOf(t, "mau"), Try{Tries: access.MaxTries}, Order{}, Hear{Progress: func(p cardlib.Progress) {
		if p.Stage == cardlib.StageDG13 {
			cancel()
		}
	}})
	assertCode(t, catalogue.Cancelled, err, "")
	_, err = c.Try(t.Context(), cardOf(t, "mau/signed-too-late"), Try{Tries: access.MaxTries}, Order{}, Hear{})
	assertCode(t, catalogue.OtherCard, err, "the same person's, signed anew")
}

// guarded is a card that takes no more keys.
type guarded struct{ apdu.Card }

func (g guarded) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if cmd.INS == apdu.InsGeneralAuth || cmd.INS == apdu.InsExternalAuth {
		return apdu.Response{}, ErrTriesSpent
	}
	return g.Card.Transmit(ctx, cmd)
}

func TestFaultsOfTheLinkKeepTheirNames(t *testing.T) {
	for _, f := range faults {
		assert.ErrorIs(t, faultOf(namesOf(f.err)), f.err)
	}
	both := faultOf(namesOf(fmt.Errorf("%w: %w", apdu.ErrLink, readers.ErrNoService)))
	assert.ErrorIs(t, both, apdu.ErrLink, "which ends a read")
	assert.ErrorIs(t, both, readers.ErrNoService, "which says why")
	assert.ErrorIs(t, faultOf(namesOf(assert.AnError)), errOtherFault)
	for way, s := range starters() {
		c, err := Begin(t.Context(), s, Trust{}, keyOf(t, "mau"))
		require.NoError(t, err)
		_, err = c.Try(t.Context(), guarded{cardOf(t, "mau")}, Try{Tries: access.MaxTries}, Order{}, Hear{})
		assertCode(t, catalogue.TriesSpent, err, way)
		c.End()
	}
}

// TestChildrenGetNothing but three streams: no environment, no file, no folder.
func TestChildrenGetNothing(t *testing.T) {
	t.Setenv("CHIPID_SECRET", "x")
	held, err := os.Open(os.Args[0])
	require.NoError(t, err)
	defer held.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	link, err := process0("reports").Start()
	require.NoError(t, err)
	defer link.End()
	var r report
	require.NoError(t, json.NewDecoder(link).Decode(&r))
	assert.NotContains(t, strings.Join(r.Environ, "\n"), "CHIPID_SECRET")
	assert.NotContains(t, r.Dir, "child")
	if runtime.GOOS == "linux" {
		assert.Empty(t, r.Environ)
		assert.Equal(t, "/", r.Dir)
		all := strings.Join(r.Files, "\n")
		assert.Regexp(t, `(?m)^0 pipe:`, all)
		assert.Regexp(t, `(?m)^1 pipe:`, all)
		assert.Regexp(t, `(?m)^2 /dev/null$`, all)
		assert.NotContains(t, all, "socket:")
		assert.NotContains(t, all, filepath.Base(held.Name()))
	}
}

// TestReportsAreJudged: what a child says of a read is of the words that there are.
func TestReportsAreJudged(t *testing.T) {
	good := verdict.Conclude([]verdict.Check{verdict.Pass(verdict.Hashes)}, true)
	assert.True(t, saneReport(good))
	for name, spoil := range map[string]func(*verdict.Report){
		"an outcome that there is not": func(r *verdict.Report) { r.Outcome = "trusted" },
		"a check that there is not":    func(r *verdict.Report) { r.Checks[0].ID = "000190000018" },
		"a status that there is not":   func(r *verdict.Report) { r.Checks[0].Status = "fine" },
		"too many checks":              func(r *verdict.Report) { r.Checks = slices.Repeat(r.Checks, 100) },
	} {
		r := verdict.Conclude([]verdict.Check{verdict.Pass(verdict.Hashes)}, true)
		spoil(&r)
		assert.False(t, saneReport(r), name)
	}
	assert.Equal(t, catalogue.Internal, known("NO_SUCH_CODE"))
	assert.Empty(t, (&faultHead{Code: "ACCESS_DENIED", Tried: []string{"000190000018"}}).err().(*answer.Error).Tried)
	assert.Empty(t, printable("Nguyễn"))
}

func BenchmarkRead(b *testing.B) {
	for _, way := range []string{"goroutine", "process"} {
		b.Run(way, func(b *testing.B) {
			for b.Loop() {
				r, _ := readWith(b, starters()[way], "mau")
				r.Wipe()
			}
		})
	}
}
