package portrait

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"chipid/cardlib/portrait/codestream"
)

// SubCommand is the hidden sub-command by which a program becomes the decoder.
const SubCommand = "decode-portrait"

// What the child may use. Its own limits strike first; the parent's is for a
// child, or a system, that hangs.
const (
	// ChildCPU is processor time, so that a busy system costs nobody the photo; the
	// photo of a card takes a tenth of it.
	ChildCPU = 800 * time.Millisecond * raceCost
	// ChildMemory is in bytes, everything that the process got from the system.
	ChildMemory = 512 << 20
	// DefaultLimit is the time on the clock after which the child is killed.
	DefaultLimit = 3 * time.Second * raceCost
)

// maxResult is the longest PNG that is taken from the child, in bytes.
const maxResult = 4*MaxPixels + 1<<20

// Renderer knows how to start the decoder. It is safe for concurrent use.
type Renderer struct {
	// Program is the file to run, Args its arguments.
	Program string
	Args    []string
	// Limit is how long the child may live; 0 is DefaultLimit.
	Limit time.Duration
}

// New returns a Renderer whose decoder is this very program.
func New() (*Renderer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, &Error{DecoderFailed, err}
	}
	return &Renderer{Program: self, Args: []string{SubCommand}}, nil
}

// Exit codes of the child, above those of a crash of its runtime (2).
var exitCodes = map[Reason]int{Malformed: 11, Truncated: 12, TooLarge: 13, Unsupported: 14, TooCostly: 15, DecoderFailed: 16}

// ExitCode is how the child tells the reason.
func (r Reason) ExitCode() int { return exitCodes[r] }

// ReasonOf names the reason of an error as the child tells it.
func ReasonOf(err error) Reason { return fail(err).Reason }

func reasonOfExit(code int) Reason {
	for r, c := range exitCodes {
		if c == code {
			return r
		}
	}
	return DecoderFailed
}

// decode checks the headers of a JPEG 2000 image and has it decoded.
func (r *Renderer) decode(ctx context.Context, image []byte) (Image, error) {
	parsed, err := codestream.Parse(image)
	if err != nil {
		return Image{}, err
	}
	if r == nil || r.Program == "" {
		return Image{}, &Error{DecoderFailed, errors.New("no decoder here")}
	}
	data, err := r.run(ctx, image)
	if err != nil {
		return Image{}, err
	}
	out, err := checkPNG(data)
	if err != nil || out.Width != parsed.Width || out.Height != parsed.Height {
		return Image{}, &Error{DecoderFailed, errors.New("the decoder's picture is not the one that was due")}
	}
	return out, nil
}

// run starts the child, gives it the image and takes the result. The child gets
// no environment and no file of ours but its three streams.
func (r *Renderer) run(ctx context.Context, image []byte) ([]byte, error) {
	limit := r.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	out := &capped{left: maxResult}
	cmd := exec.CommandContext(ctx, r.Program, r.Args...) // kills this child, and no other, when ctx ends
	cmd.Env = []string{}
	cmd.Stdin, cmd.Stdout = bytes.NewReader(image), out
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = hidden()
	err := cmd.Run()
	switch {
	case err == nil:
		return out.buffer.Bytes(), nil
	case ctx.Err() != nil:
		return nil, &Error{TooCostly, ctx.Err()}
	case out.left < 0:
		return nil, &Error{TooLarge, err}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, &Error{reasonOfExit(exit.ExitCode()), fmt.Errorf("decoder: %w", err)}
	}
	return nil, &Error{DecoderFailed, err}
}

// capped keeps what is written up to a limit, and fails beyond it.
type capped struct {
	buffer bytes.Buffer
	left   int
}

func (c *capped) Write(b []byte) (int, error) {
	if c.left -= len(b); c.left < 0 {
		return 0, io.ErrShortWrite
	}
	return c.buffer.Write(b)
}
