package decoder

import (
	"os"
	"runtime/metrics"
	"time"

	"chipid/cardlib/portrait"
)

// watchEvery is how often the process looks at itself: often enough that little
// is wasted, seldom enough to cost nothing.
const watchEvery = 5 * time.Millisecond

// watch ends the process when it has used more processor time or memory (in
// bytes) than given. stop ends the watching.
func watch(cpu time.Duration, memory uint64) (stop func()) {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if cpuTime() > cpu || memoryUsed() > memory {
					os.Exit(portrait.TooCostly.ExitCode())
				}
			}
		}
	}()
	return func() { close(done) }
}

// memoryUsed is what the process holds of the system's memory, in bytes.
func memoryUsed() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}
