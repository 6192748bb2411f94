package torture

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"runtime/pprof"
	"strconv"
	"time"
)

// label marks the goroutines of a case with its number; those that they start
// inherit it.
const label = "torture-case"

// settling is how long goroutines that are about to end are waited for.
const settling = 3 * time.Second

// leaks counts the goroutines that reads left behind. Those of reads that hang
// are counted as hangs.
func (t *tally) leaks() {
	var left map[int]int
	for end := time.Now().Add(settling); ; time.Sleep(10 * time.Millisecond) {
		left = t.left()
		if len(left) == 0 || time.Now().After(end) {
			break
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for number, n := range left {
		t.report.LeakedGoroutines += n
		t.fail(number, "after the end of the read", fmt.Sprintf("%d goroutines are left", n))
	}
}

// left counts the goroutines of cases by the case's number.
func (t *tally) left() map[int]int {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		panic("torture: goroutine profile: " + err.Error()) // a bytes.Buffer takes everything
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := goroutines(profile.Bytes())
	for number := range t.hung {
		delete(counts, number)
	}
	return counts
}

var (
	stackLine = regexp.MustCompile(`^(\d+) @`)
	labelLine = regexp.MustCompile(`^# labels: .*"` + label + `":"(\d+)"`)
)

// goroutines reads a goroutine profile in its text form: a line with a count for
// each stack, and one with its labels after it.
func goroutines(profile []byte) map[int]int {
	counts := map[int]int{}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(profile)); lines.Scan(); {
		if m := stackLine.FindSubmatch(lines.Bytes()); m != nil {
			n, _ = strconv.Atoi(string(m[1]))
		}
		if m := labelLine.FindSubmatch(lines.Bytes()); m != nil {
			number, _ := strconv.Atoi(string(m[1]))
			counts[number] += n
		}
	}
	return counts
}
