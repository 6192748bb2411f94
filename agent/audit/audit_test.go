package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logOf makes a log of n lines in a new state folder.
func logOf(t *testing.T, n int, options Options) (*Log, string) {
	t.Helper()
	state := filepath.Join(t.TempDir(), "user [1]") // signs of a pattern, which a folder's name may have
	l := Open(state, options)
	for i := range n {
		require.NoError(t, l.Append(Entry{Event: Read, Origin: "https://a.example", Detail: fmt.Sprint(i)}))
	}
	return l, state
}

func verify(t *testing.T, state string) Verdict {
	t.Helper()
	v, err := Open(state, Options{}).Verify()
	require.NoError(t, err)
	return v
}

func TestChainHolds(t *testing.T) {
	l, state := logOf(t, 5, Options{})
	assert.Equal(t, Verdict{Entries: 5, OK: true}, verify(t, state))
	require.NoError(t, Open(state, Options{}).Append(Entry{Event: Denied}), "another process")
	require.NoError(t, l.Append(Entry{Event: Denied}), "and the first one again")
	assert.Equal(t, Verdict{Entries: 7, OK: true}, verify(t, state))
	var seqs []uint64
	_, err := l.Show(func(line []byte) error {
		var r Record
		require.NoError(t, json.Unmarshal(line, &r))
		seqs = append(seqs, r.Seq)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []uint64{1, 2, 3, 4, 5, 6, 7}, seqs)
}

// TestSeveralLinesAtOnce are one chain, all of them or, where one cannot be, none.
func TestSeveralLinesAtOnce(t *testing.T) {
	l, state := logOf(t, 2, Options{})
	require.NoError(t, l.AppendAll(Entry{Event: Granted}, Entry{Event: Revoked}, Entry{Event: Change}))
	assert.ErrorIs(t, l.AppendAll(Entry{Event: Granted}, Entry{Detail: strings.Repeat("x", maxLine)}), ErrUnwritable)
	require.NoError(t, l.AppendAll())
	require.NoError(t, Open(state, Options{}).Append(Entry{Event: Read}))
	assert.Equal(t, Verdict{Entries: 6, OK: true}, verify(t, state))
}

func TestNoLogIsNoFault(t *testing.T) {
	assert.Equal(t, Verdict{OK: true}, verify(t, t.TempDir()))
}

func TestRotationKeepsTheChain(t *testing.T) {
	l, state := logOf(t, 30, Options{MaxBytes: 1000})
	files, err := l.files()
	require.NoError(t, err)
	assert.Greater(t, len(files), 5)
	assert.Equal(t, Verdict{Entries: 30, OK: true}, verify(t, state))
	require.NoError(t, Open(state, Options{MaxBytes: 1000}).Append(Entry{Event: Read}))
	assert.Equal(t, Verdict{Entries: 31, OK: true}, verify(t, state))
	require.NoError(t, os.Remove(files[2]))
	v := verify(t, state)
	assert.False(t, v.OK, "a whole file is missing")
}

// TestAWalkHoldsNobodyUp writes lines, and fills files, while the log is being shown.
func TestAWalkHoldsNobodyUp(t *testing.T) {
	options := Options{MaxBytes: 1000}
	_, state := logOf(t, 20, options)
	shown := 0
	v, err := Open(state, options).Show(func([]byte) error {
		if shown++; shown == 3 {
			for range 12 {
				require.NoError(t, Open(state, options).Append(Entry{Event: Read}))
			}
		}
		if shown == 32 { // the last line, of the file that is being written
			require.NoError(t, Open(state, options).Append(Entry{Event: Read}))
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, Verdict{Entries: 32, OK: true}, v)
	assert.Equal(t, 32, shown)
	assert.Equal(t, Verdict{Entries: 33, OK: true}, verify(t, state))
}

func TestManyWriters(t *testing.T) {
	state := t.TempDir()
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			l := Open(state, Options{MaxBytes: 2000})
			for range 8 {
				assert.NoError(t, l.Append(Entry{Event: Read}))
			}
		})
	}
	all.Wait()
	assert.Equal(t, Verdict{Entries: 40, OK: true}, verify(t, state))
}

// TestTampering changes a log of five lines in every way and asks for the first
// wrong line; then the log must still take lines, and still tell.
func TestTampering(t *testing.T) {
	lines := func(b []byte) [][]byte { return bytes.SplitAfter(bytes.TrimSuffix(b, []byte("\n")), []byte("\n")) }
	join := func(parts ...[]byte) []byte {
		b := bytes.Join(parts, nil)
		if !bytes.HasSuffix(b, []byte("\n")) {
			b = append(b, '\n')
		}
		return b
	}
	cases := map[string]struct {
		change func(b []byte, state string) []byte
		bad    uint64
	}{
		"a word changed": {func(b []byte, _ string) []byte {
			return bytes.Replace(b, []byte(`"detail":"2"`), []byte(`"detail":"9"`), 1)
		}, 3},
		"a line taken out":   {func(b []byte, _ string) []byte { l := lines(b); return join(l[0], l[1], l[3], l[4]) }, 3},
		"two lines swapped":  {func(b []byte, _ string) []byte { l := lines(b); return join(l[0], l[2], l[1], l[3], l[4]) }, 2},
		"a line twice":       {func(b []byte, _ string) []byte { l := lines(b); return join(l[0], l[1], l[1], l[2], l[3], l[4]) }, 3},
		"the last line gone": {func(b []byte, _ string) []byte { l := lines(b); return join(l[0], l[1], l[2], l[3]) }, 5},
		"all lines gone":     {func([]byte, string) []byte { return nil }, 1},
		"a line put in": {func(b []byte, _ string) []byte {
			l := lines(b)
			return join(l[0], []byte("{}\n"), l[1], l[2], l[3], l[4])
		}, 2},
		"a line without MAC": {func(b []byte, _ string) []byte { return append(b, `{"seq":6,"event":"read"}`+"\n"...) }, 6},
		"a line of another key": {func(b []byte, _ string) []byte {
			line, err := seal(make([]byte, keyBytes), Record{Seq: 6, Prev: hashOf(lines(b)[4])})
			require.NoError(t, err)
			return append(b, append(line, '\n')...)
		}, 6},
		"a long line": {func(b []byte, _ string) []byte { return append(b, strings.Repeat("x", 3*maxLine)+"\n"...) }, 6},
		"the head gone": {func(b []byte, state string) []byte {
			require.NoError(t, os.Remove(filepath.Join(state, "keys", "audit.head")))
			return b
		}, 1},
		"a head made up": {func(b []byte, state string) []byte {
			require.NoError(t, os.WriteFile(filepath.Join(state, "keys", "audit.head"), []byte(`{"seq":4,"hash":"x","mac":"y"}`), 0o600))
			return lines(b)[0]
		}, 1},
		"the key gone": {func(b []byte, state string) []byte {
			require.NoError(t, os.Remove(filepath.Join(state, "keys", "audit.key")))
			return b
		}, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l, state := logOf(t, 5, Options{})
			b, err := os.ReadFile(l.current())
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(l.current(), tc.change(b, state), 0o600))
			v := verify(t, state)
			assert.False(t, v.OK)
			require.NotNil(t, v.FirstBad)
			assert.Equal(t, tc.bad, *v.FirstBad)
			for range 3 {
				require.NoError(t, Open(state, Options{}).Append(Entry{Event: Read}), "the counter goes on")
			}
			after := verify(t, state)
			assert.False(t, after.OK, "and what happened stays visible")
			require.NotNil(t, after.FirstBad)
			assert.GreaterOrEqual(t, *after.FirstBad, tc.bad)
			broken := 0
			_, err = Open(state, Options{}).Show(func(line []byte) error {
				broken += bytes.Count(line, []byte(`"event":"broken"`))
				return nil
			})
			require.NoError(t, err)
			assert.LessOrEqual(t, broken, 1, "said once")
		})
	}
}

// TestWhatIsTakenAway removes every combination of log, head and key from logs of
// one line, of five, and of several files. Only where all of it is gone nothing can
// be told.
func TestWhatIsTakenAway(t *testing.T) {
	for name, options := range map[string]Options{"one file": {}, "several files": {MaxBytes: 600}} {
		for _, n := range []int{1, 5} {
			for what := range 7 { // all but nothing and everything
				t.Run(fmt.Sprintf("%s, %d lines, %03b", name, n, what+1), func(t *testing.T) {
					_, state := logOf(t, n, options)
					take := func(bit int, path ...string) {
						if (what+1)&bit != 0 {
							require.NoError(t, os.RemoveAll(filepath.Join(append([]string{state}, path...)...)))
						}
					}
					take(1, "audit")
					take(2, "keys", "audit.head")
					take(4, "keys", "audit.key")
					if what+1 == 7 {
						assert.Equal(t, Verdict{OK: true}, verify(t, state), "as if it had never been")
						return
					}
					v := verify(t, state)
					assert.False(t, v.OK)
					require.NotNil(t, v.FirstBad)
					require.NoError(t, Open(state, options).Append(Entry{Event: Read}), "the counter goes on")
					assert.False(t, verify(t, state).OK, "and what happened stays visible")
				})
			}
		}
	}
}

// TestTheFirstLineCutOff: a crash while the first line is being written leaves one
// of these, and none is tampering.
func TestTheFirstLineCutOff(t *testing.T) {
	for name, crash := range map[string]func(t *testing.T, l *Log){
		"before the key": func(t *testing.T, l *Log) { require.NoError(t, os.Remove(l.keys.keyPath())) },
		"before the line": func(t *testing.T, l *Log) {
			require.NoError(t, os.RemoveAll(l.dir))
		},
		"in the line": func(t *testing.T, l *Log) { require.NoError(t, os.WriteFile(l.current(), []byte(`{"seq":1,`), 0o600)) },
	} {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			l := Open(state, Options{})
			require.NoError(t, l.locked(func([]byte) error { return nil }), "key and head are made")
			crash(t, l)
			assert.True(t, verify(t, state).OK)
			require.NoError(t, Open(state, Options{}).Append(Entry{Event: Read}))
			assert.Equal(t, Verdict{Entries: 1, OK: true}, verify(t, state))
		})
	}
}

// TestNoFileOfTheLogIsWrittenOver: rubbish in the place of a new file is put aside
// beside the full file before it.
func TestNoFileOfTheLogIsWrittenOver(t *testing.T) {
	options := Options{MaxBytes: 600}
	l, state := logOf(t, 6, options)
	require.NoError(t, os.Rename(l.current(), l.older(6)))
	require.NoError(t, os.WriteFile(l.current(), []byte("{}\n"), 0o600))
	before, err := os.ReadFile(l.older(6))
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, Open(state, options).Append(Entry{Event: Read}))
	}
	after, err := os.ReadFile(l.older(6))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	v := verify(t, state)
	assert.False(t, v.OK)
	assert.Equal(t, uint64(7), *v.FirstBad)
	var seen []string
	_, err = Open(state, options).Show(func(line []byte) error { seen = append(seen, string(line)); return nil })
	require.NoError(t, err)
	assert.Len(t, seen, 6+1+3, "what was right is shown, with the line that says what happened")
}

// TestTornTail cuts the log off after every byte of a sixth line that was never
// acknowledged.
func TestTornTail(t *testing.T) {
	l, state := logOf(t, 5, Options{})
	before, err := os.ReadFile(l.current())
	require.NoError(t, err)
	head, err := os.ReadFile(l.keys.headPath())
	require.NoError(t, err)
	require.NoError(t, l.Append(Entry{Event: Read, Detail: "5"}))
	after, err := os.ReadFile(l.current())
	require.NoError(t, err)
	for cut := len(before); cut <= len(after); cut++ {
		require.NoError(t, os.WriteFile(l.current(), after[:cut], 0o600))
		require.NoError(t, os.WriteFile(l.keys.headPath(), head, 0o600))
		v := verify(t, state)
		assert.True(t, v.OK, "cut at %d", cut)
		assert.Equal(t, cut != len(before) && cut != len(after), v.TornTail, "cut at %d", cut)
	}
	require.NoError(t, os.WriteFile(l.current(), after[:len(before)+10], 0o600))
	require.NoError(t, os.WriteFile(l.keys.headPath(), head, 0o600))
	require.NoError(t, l.Append(Entry{Event: Read}))
	assert.Equal(t, Verdict{Entries: 6, OK: true}, verify(t, state), "the torn piece is gone, the chain goes on")
}

func TestUnwritable(t *testing.T) {
	state := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(state, nil, 0o600))
	assert.ErrorIs(t, Open(state, Options{}).Append(Entry{}), ErrUnwritable)
	l, _ := logOf(t, 1, Options{})
	assert.ErrorIs(t, l.Append(Entry{Detail: strings.Repeat("x", maxLine)}), ErrUnwritable)
	v, err := l.Verify()
	require.NoError(t, err)
	assert.True(t, v.OK)
}

func TestPseudonyms(t *testing.T) {
	state := t.TempDir()
	l := Open(state, Options{PseudonymAge: 24 * time.Hour})
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	name := func(number string) Entry {
		var e Entry
		require.NoError(t, l.Pseudonym(&e, []byte(number)))
		return e
	}
	a, again, b := name("000190000018"), name("000190000018"), name("000092000036")
	assert.Equal(t, a, again)
	assert.NotEqual(t, a.Pseudonym, b.Pseudonym)
	assert.Len(t, a.Pseudonym, 2*pseudonymBytes)
	assert.Empty(t, name("").Pseudonym)
	now = now.Add(24 * time.Hour)
	later := name("000190000018")
	assert.NotEqual(t, a.PseudonymKey, later.PseudonymKey)
	assert.NotEqual(t, a.Pseudonym, later.Pseudonym, "after the key was replaced nobody can link them")
	v := verify(t, state)
	assert.Equal(t, Verdict{Entries: 2, OK: true}, v, "a new key is worth a line")
	b2, err := os.ReadFile(l.current())
	require.NoError(t, err)
	assert.NotContains(t, string(b2), "000190000018")
}

func FuzzOpen(f *testing.F) {
	key := make([]byte, keyBytes)
	line, err := seal(key, Record{Seq: 1, Prev: start})
	require.NoError(f, err)
	f.Add(line)
	f.Add([]byte(macPrefix + strings.Repeat("0", hexLen) + macSuffix))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, ok := open(key, b); ok {
			assert.True(t, json.Valid(b))
		}
		path := filepath.Join(t.TempDir(), "log")
		require.NoError(t, os.WriteFile(path, b, 0o600))
		_, err := scan(path, key, origin, nil)
		require.NoError(t, err)
		_, err = lastOf(path)
		require.NoError(t, err)
	})
}
