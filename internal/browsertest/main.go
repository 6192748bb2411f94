package browsertest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main is TestMain of a package whose tests share a browser. set builds and starts
// in dir what the tests need and returns what ends it, nil for nothing; then the browser starts
// and is told to use, the tests run, and everything is taken down. It ends the process.
func Main(m *testing.M, set func(dir string) (end func(), err error), use func(browser context.Context)) {
	flag.Parse()
	code, err := play(m, set, use)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func play(m *testing.M, set func(string) (func(), error), use func(context.Context)) (int, error) {
	dir, err := os.MkdirTemp("", "chipid-e2e")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	end, err := set(dir)
	if end != nil {
		defer end()
	}
	if err != nil {
		return 1, err
	}
	browser, stop, err := Start(filepath.Join(dir, "profile"))
	if err != nil {
		return 1, err
	}
	defer stop()
	use(browser)
	return m.Run(), nil
}

// Build builds one of the project's programs, "agent" say, into dir; the environment may be
// added to ("CGO_ENABLED=0").
func Build(dir, program string, environment ...string) (path string, err error) {
	path = filepath.Join(dir, "chipid-"+program)
	build := exec.Command("go", "build", "-o", path, "chipid/"+program)
	build.Env = append(os.Environ(), environment...)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", program, err, out)
	}
	return path, nil
}
