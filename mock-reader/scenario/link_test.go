package scenario_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// The times that an officer waits, by the link model: counted, not measured.
func TestTimesOverTheAir(t *testing.T) {
	store := mockTrust(t, testIssuer)
	who := persona.All()[0]
	t.Logf("%-9s %-9s %6s %7s %8s %9s", "kbit/s", "APDUs", "count", "DG2", "text", "portrait")
	for _, tc := range []struct {
		kbits    int
		scenario string
	}{{106, "short-apdus"}, {106, "genuine"}, {424, "short-apdus"}, {424, "genuine"}, {848, "genuine"}} {
		link := linkmodel.Wrap(insert(t, who.Name+"/"+tc.scenario), linkmodel.Typical(tc.kbits*1000), false)
		var text time.Duration
		result, err := cardlib.Read(t.Context(), link, keysOf(t, who, false), cardlib.Plan{
			Trust:  store,
			OnText: func(*cardlib.Document, bool) { text = link.Spent() },
		})
		require.NoError(t, err)
		require.True(t, result.Report.Genuine)
		portrait, size := link.Spent(), len(result.Document.Groups[lds.DG2])
		t.Logf("%-9d %-9s %6d %7d %8v %9v", tc.kbits, tc.scenario, result.Stats.APDUs, size,
			text.Round(10*time.Millisecond), portrait.Round(10*time.Millisecond))
		assert.True(t, size >= 15_000 && size <= 20_500, "DG2 has %d bytes", size)
		if tc.kbits >= 424 {
			assert.LessOrEqual(t, text, 2*time.Second)
			assert.LessOrEqual(t, portrait, 6*time.Second)
		}
	}
}

// outside measures how long the card takes, so that the rest is the reader's.
type outside struct {
	scenario.Card
	spent time.Duration
}

func (o *outside) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	begin := time.Now()
	defer func() { o.spent += time.Since(begin) }()
	return o.Card.Transmit(ctx, cmd)
}

// BenchmarkRead is a full read with every check; "reader-ms" leaves out what
// the mock chip takes.
func BenchmarkRead(b *testing.B) {
	store := mockTrust(b, testIssuer)
	who := persona.All()[0]
	for _, name := range []string{"genuine", "short-apdus", "t0"} {
		b.Run(name, func(b *testing.B) {
			card := insert(b, who.Name+"/"+name)
			keys := keysOf(b, who, false)
			b.ReportAllocs()
			var stats cardlib.Stats
			var inside time.Duration
			for b.Loop() {
				card.PowerOff()
				timed := &outside{Card: card}
				begin := time.Now()
				result, err := cardlib.Read(b.Context(), timed, keys, cardlib.Plan{Trust: store})
				if err != nil || !result.Report.Genuine {
					b.Fatal(err)
				}
				inside += time.Since(begin) - timed.spent
				stats = result.Stats
			}
			b.ReportMetric(float64(stats.APDUs), "APDUs")
			b.ReportMetric(float64(stats.Sent+stats.Received), "bytes")
			b.ReportMetric(float64(inside.Microseconds())/1000/float64(b.N), "reader-ms/op")
		})
	}
}
