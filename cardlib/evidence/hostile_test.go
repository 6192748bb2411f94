package evidence_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"maps"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// answerWithin is the most that any bundle may cost, however it is made.
const answerWithin = 50 * time.Millisecond

// hostile are bundles made to cost time or memory, as they come over the wire.
func hostile(t testing.TB, tm tampering) map[string][]byte {
	t.Helper()
	with := func(change func(b *evidence.Bundle)) []byte {
		b := *tm.good
		b.Files = maps.Clone(b.Files)
		change(&b)
		data, err := b.CBOR()
		require.NoError(t, err)
		return data
	}
	large := bytes.Repeat([]byte{0x30, 0x80}, 200_000)
	return map[string][]byte{
		"nothing":               nil,
		"zeros":                 make([]byte, evidence.MaxBundle),
		"a deep array":          bytes.Repeat([]byte{0x81}, evidence.MaxBundle),
		"a deep object":         []byte(strings.Repeat(`{"a":`, 100_000)),
		"a deep list in JSON":   []byte(`{"groups":` + strings.Repeat("[", evidence.MaxBundle-20)),
		"many members":          []byte("{" + strings.Repeat(`"a":1,`, 100_000) + `"a":1}`),
		"a long number":         []byte(`{"version":` + strings.Repeat("9", evidence.MaxBundle-20) + "}"),
		"a huge map announced":  {0xBB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		"huge bytes announced":  {0xA1, 0x63, 's', 'o', 'd', 0x5B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		"SOD of nested headers": with(func(b *evidence.Bundle) { b.SOD = large }),
		"SOD of sets":           with(func(b *evidence.Bundle) { b.SOD = nested(60_000, 0x31) }),
		"DG1 of nested headers": with(func(b *evidence.Bundle) { b.Files[lds.DG1] = large }),
		"DG13 of sequences":     with(func(b *evidence.Bundle) { b.Files[lds.DG13] = nested(60_000, 0x6D) }),
		"a key of 16384 bits":   with(func(b *evidence.Bundle) { b.Files[lds.DG15] = hugeKey(t, 16384); b.Signature = make([]byte, 1024) }),
	}
}

// nested is a file that opens as many levels as its length allows.
func nested(n int, tag byte) []byte {
	b := []byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}
	for range n / 2 {
		b = append(b, 0x30, 0x80)
	}
	return b
}

// hugeKey is DG15 with an RSA key whose use costs much.
func hugeKey(t testing.TB, bits int) []byte {
	t.Helper()
	n := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n, E: 1<<31 - 1})
	require.NoError(t, err)
	return tlv.Encode(0x6F, der)
}

func TestHostileBundlesAreAnsweredSoon(t *testing.T) {
	tm := newTampering(t)
	for name, data := range hostile(t, tm) {
		t.Run(name, func(t *testing.T) {
			best, tries := time.Hour, 8 // the machine may be busy with other things
			if raceDetector {
				tries = 1
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range tries {
				start := time.Now()
				b, err := evidence.Parse(data)
				if err == nil {
					assert.False(t, tm.verify(b).Accepted())
				}
				best = min(best, time.Since(start))
				if best < answerWithin {
					break
				}
			}
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(tries)*32<<20, "bytes allocated")
			if !raceDetector {
				assert.Less(t, best, answerWithin)
			}
		})
	}
}

func FuzzVerify(f *testing.F) {
	tm := newTampering(f)
	for _, b := range []*evidence.Bundle{tm.good, tm.otherRequest, tm.another} {
		data, err := b.CBOR()
		require.NoError(f, err)
		f.Add(data)
		data, err = b.JSON()
		require.NoError(f, err)
		f.Add(data)
	}
	untouched, err := tm.good.CBOR()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := evidence.Parse(data)
		if err != nil || !tm.verify(b).Accepted() {
			return
		}
		// What is accepted is the untouched one, whatever it looked like: with another
		// answer by the same chip (each process of the fuzzer has its own), by another
		// agent or none.
		b.Signature, b.AgentKey, b.AgentSignature = tm.good.Signature, tm.good.AgentKey, tm.good.AgentSignature
		b.Time, b.Software = tm.good.Time, tm.good.Software
		got, err := b.CBOR()
		if err != nil || !bytes.Equal(got, untouched) {
			t.Fatal("another bundle was accepted")
		}
	})
}

// The cost of judging a bundle, and of reading it first.
func BenchmarkVerify(b *testing.B) {
	tm := newTampering(b)
	data, err := tm.good.CBOR()
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		bundle, err := evidence.Parse(data)
		if err != nil || !tm.verify(bundle).Accepted() {
			b.Fatal("refused")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	tm := newTampering(b)
	data, err := tm.good.CBOR()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := evidence.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
