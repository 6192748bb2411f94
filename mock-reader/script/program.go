package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"time"

	"chipid/mock-reader/rack"
)

// outputLimit bounds what is kept of a program's output, in bytes each.
const outputLimit = 8 << 20

// endTime is how long a program may take to end when it is asked to.
const endTime = 5 * time.Second

// program is a program under test.
type program struct {
	cmd      *exec.Cmd
	out, err *output
	ended    chan struct{} // closed at its end
	failure  error         // why it could not be waited for
}

// output keeps the beginning of what is written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer; what is too much is dropped.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b.Write(b[:min(len(b), outputLimit-o.b.Len())])
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// program does the steps that have to do with programs.
func (r *runner) program(ctx context.Context, s *Step, slot *rack.Slot) error {
	switch {
	case len(s.Start) > 0:
		p, err := r.start(s.Start)
		if err == nil {
			r.programs[s.Name] = p
		}
		return err
	case s.Stop != "":
		r.programs[s.Stop].end()
		delete(r.programs, s.Stop)
		return nil
	}
	p, ok := r.programs[s.Finish]
	if s.Finish == "" {
		var err error
		if p, err = r.start(s.Run); err != nil {
			return err
		}
		ok = true
	}
	if !ok {
		return fmt.Errorf("no program %q", s.Finish)
	}
	delete(r.programs, s.Finish)
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.end()
		return fmt.Errorf("the program did not end in time%s", p.said())
	}
	if p.failure != nil {
		return p.failure
	}
	return r.judge(p, s.Expect, slot)
}

// start starts a program.
func (r *runner) start(words Words) (*program, error) {
	args := make([]string, len(words))
	for i, word := range words {
		var err error
		if args[i], err = r.expand(word); err != nil {
			return nil, err
		}
	}
	p := &program{cmd: exec.Command(args[0], args[1:]...), out: &output{}, err: &output{}, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Env = p.out, p.err, r.environment()
	p.cmd.WaitDelay = endTime
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		var exit *exec.ExitError
		if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
			p.failure = err
		}
		close(p.ended)
	}()
	return p, nil
}

// end asks a program to end, and ends it.
func (p *program) end() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
		return
	case <-time.After(endTime):
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// endAll ends the programs that were left running.
func (r *runner) endAll() {
	for _, p := range r.programs {
		p.end()
	}
}

// said quotes the end of what a program wrote.
func (p *program) said() string {
	const most = 2000
	text := ""
	for _, o := range []struct {
		name string
		out  *output
	}{{"stdout", p.out}, {"stderr", p.err}} {
		s := strings.TrimSpace(o.out.String())
		if len(s) > most {
			s = "…" + strings.ToValidUTF8(s[len(s)-most:], "")
		}
		if s != "" {
			text += fmt.Sprintf("\n%s:\n%s", o.name, s)
		}
	}
	return text
}

// judge holds a program that ended against what is expected; without an
// expectation of its exit code it must be 0.
func (r *runner) judge(p *program, e *Expect, slot *rack.Slot) error {
	want := 0
	if e != nil && e.Exit != nil {
		want = e.Exit.Code
		if e.Exit.Scenario {
			_, sc, err := r.stage.Rack.Deck().Parse(r.card)
			if err != nil {
				return err
			}
			want = sc.Expect.Exit
		}
	}
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("exit code %d, not %d%s", got, want, p.said())
	}
	if e == nil {
		return nil
	}
	if err := e.output(p); err != nil {
		return fmt.Errorf("%w%s", err, p.said())
	}
	return r.expectTrace(slot, e)
}

// output holds what a program wrote against what is expected.
func (e *Expect) output(p *program) error {
	if !strings.Contains(p.out.String(), e.Stdout) {
		return fmt.Errorf("stdout lacks %q", e.Stdout)
	}
	if !strings.Contains(p.err.String(), e.Stderr) {
		return fmt.Errorf("stderr lacks %q", e.Stderr)
	}
	if len(e.JSON) == 0 {
		return nil
	}
	var got any
	if err := json.Unmarshal([]byte(p.out.String()), &got); err != nil {
		return fmt.Errorf("stdout is no JSON: %w", err)
	}
	for path, want := range e.JSON {
		value, ok := lookup(got, path)
		switch {
		case !ok && want == nil:
		case !ok:
			return fmt.Errorf("json %s: missing", path)
		case !same(value, want):
			return fmt.Errorf("json %s: %v, not %v", path, value, want)
		}
	}
	return nil
}

// same compares a value of JSON with one of YAML.
func same(got, want any) bool {
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	return reflect.DeepEqual(got, want)
}
