package child

import (
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"sync"
)

// Link is a child that runs, as its parent sees it: what is written goes to its
// input, what it says is read.
type Link interface {
	io.ReadWriter
	// Kill ends the child without waiting: reads and writes fail from then on.
	Kill()
	// End kills the child and returns when it is gone.
	End()
}

// Starter starts children.
type Starter interface{ Start() (Link, error) }

// SubCommand is the hidden sub-command by which this program becomes a child.
const SubCommand = "read-card"

// Process starts a program of its own for each read: no environment, no file of
// the agent's but the two pipes, no window, and the root folder to work in.
type Process struct {
	Program string
	Args    []string
}

// Start implements Starter.
func (p Process) Start() (Link, error) {
	if p.Program == "" {
		return nil, errors.New("child: the program does not know its own file")
	}
	cmd := exec.Command(p.Program, p.Args...)
	cmd.Env = []string{}
	cmd.Dir = filepath.VolumeName(p.Program) + string(filepath.Separator)
	cmd.SysProcAttr = hidden()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{Reader: out, Writer: in, cmd: cmd, in: in}, nil
}

type process struct {
	io.Reader
	io.Writer
	cmd *exec.Cmd
	in  io.Closer
}

// Kill implements Link.
func (p *process) Kill() { _ = p.cmd.Process.Kill() }

// End implements Link.
func (p *process) End() {
	p.Kill()
	_ = p.in.Close()
	_ = p.cmd.Wait() // it was killed: there is nothing to learn
}

// Goroutine runs the child's loop within this process.
type Goroutine struct{ Surroundings }

// Start implements Starter.
func (g Goroutine) Start() (Link, error) {
	childIn, in := io.Pipe()
	out, childOut := io.Pipe()
	r := &routine{in: in, out: out, gone: make(chan struct{})}
	go func() {
		defer close(r.gone)
		defer func() {
			if crash := recover(); crash != nil {
				_ = childOut.CloseWithError(io.ErrUnexpectedEOF) // as a process that crashed
			}
		}()
		err := Serve(childIn, childOut, g.Surroundings)
		_ = childIn.CloseWithError(errEnded)
		_ = childOut.CloseWithError(err)
	}()
	return r, nil
}

type routine struct {
	in   *io.PipeWriter
	out  *io.PipeReader
	gone chan struct{}
	once sync.Once
}

func (r *routine) Read(b []byte) (int, error) { return r.out.Read(b) }

func (r *routine) Write(b []byte) (int, error) { return r.in.Write(b) }

// Kill implements Link.
func (r *routine) Kill() {
	r.once.Do(func() {
		_ = r.in.Close()
		_ = r.out.CloseWithError(errEnded)
	})
}

// End implements Link.
func (r *routine) End() {
	r.Kill()
	<-r.gone
}
