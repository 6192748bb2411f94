//go:build !race

package torture

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var once = sync.OnceValues(newWorld)

// shared is a world, made once.
func shared(t *testing.T) *world {
	t.Helper()
	w, err := once()
	require.NoError(t, err)
	return w
}

// inShort is how many cases the test runs; `mock-reader torture` runs all.
const inShort = 300

// TestTheReaderStands tortures the reader for some seconds. What torture finds in
// weaker readers is the concern of mutation_test.go. It is left to the run without
// the race detector.
func TestTheReaderStands(t *testing.T) {
	report, err := Run(t.Context(), Options{Seed: 7, Cases: inShort})
	require.NoError(t, err)
	assert.True(t, report.Good(), "%v", report)
	assert.Equal(t, inShort, report.Cases)
	assert.GreaterOrEqual(t, 2*report.Altered, report.Cases, "at least half alter plain text or re-sign it")
	assert.NotZero(t, report.Outcomes["genuine"], "a fault that does not matter does not matter")
	assert.NotZero(t, report.Outcomes["failed"])
}

// TestTheWholePlan counts what a full run does, without doing it.
func TestTheWholePlan(t *testing.T) {
	w := shared(t)
	for _, c := range w.classes {
		require.NoError(t, c.survey(t.Context(), w))
	}
	plan := w.plan(0, 1)
	assert.GreaterOrEqual(t, len(plan), 2000)
	altered, classes, struck := 0, map[string]bool{}, map[string]map[Kind]int{}
	for _, a := range plan {
		if a.altered {
			altered++
		}
		classes[a.name] = true
		if a.step > 0 {
			if struck[a.name] == nil {
				struck[a.name] = map[Kind]int{}
			}
			struck[a.name][a.kind]++
		}
	}
	assert.GreaterOrEqual(t, 2*altered, len(plan))
	for _, c := range w.classes {
		assert.True(t, classes[c.name], c.name)
		for _, kind := range []Kind{Tear, FlipWire, StatusWire, Late, Drop} {
			assert.Equal(t, len(c.steps), struck[c.name][kind], "%s of %s at every APDU", kind, c.name)
		}
		assert.Equal(t, len(c.steps)-1, struck[c.name][RepeatWire], "%s: nothing to repeat at the first", c.name)
	}
	assert.Equal(t, describe(w.plan(500, 3)), describe(w.plan(500, 3)), "a seed is a plan")
	assert.NotEqual(t, describe(w.plan(500, 3)), describe(w.plan(500, 4)))
}

func describe(plan []*attempt) []string {
	all := make([]string, len(plan))
	for i, a := range plan {
		all[i] = a.String()
	}
	return all
}

// TestSpoilt: the bytes of EF.SOD that a signature covers are known, so that
// a change of them must be noticed, and a change of the rest need not.
func TestSpoilt(t *testing.T) {
	sod := shared(t).classes[0].profile.LDS[0x011D]
	rs := regions(sod)
	require.Len(t, rs, 4, "content, certificate, attributes, signature")
	covered := 0
	for _, r := range rs {
		require.Greater(t, r.to, r.from)
		covered += r.to - r.from
		for _, at := range []int{r.from, (r.from + r.to) / 2, r.to - 1} {
			got := append([]byte(nil), sod...)
			got[at] ^= 1
			assert.Equal(t, r.checks, spoilt(sod, got), "byte %d", at)
		}
	}
	assert.Greater(t, covered, len(sod)*3/4, "most of it is signed")
	assert.Empty(t, spoilt(sod, append([]byte(nil), sod...)))
	assert.NotEmpty(t, spoilt(sod, sod[:len(sod)-1]))
}
