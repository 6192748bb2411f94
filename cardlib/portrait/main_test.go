package portrait_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/decoder"
)

// What the test program does instead of running tests, by its only argument.
var children = map[string]func() int{
	portrait.SubCommand: func() int { return decoder.Main(os.Stdin, os.Stdout) },
	"hang":              func() int { time.Sleep(time.Minute); return 0 },
	"crash":             func() int { panic("crash") },
	"flood":             flood,
	"environment":       environment,
}

func flood() int {
	block := make([]byte, 1<<20)
	for {
		if _, err := os.Stdout.Write(block); err != nil {
			return 1
		}
	}
}

// environment fails if anything but what the system itself sets was inherited.
func environment() int {
	for _, v := range os.Environ() {
		if !strings.HasPrefix(strings.ToUpper(v), "SYSTEMROOT=") {
			return portrait.Unsupported.ExitCode()
		}
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return portrait.TooLarge.ExitCode() // a code that nothing else here gives
}

func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		if child, ok := children[os.Args[1]]; ok {
			os.Exit(child())
		}
	}
	os.Exit(m.Run())
}
