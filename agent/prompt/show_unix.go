//go:build !windows

package prompt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

// show shows a form by yad(1) and waits for the officer. A code that cannot be one is
// asked for again.
func show(ctx context.Context, f form) (r reply, err error) {
	program, err := exec.LookPath("yad")
	if err != nil || os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return reply{}, errNoWindow
	}
	for {
		if r, err = showOnce(ctx, program, f, r); err != nil || f.complete(r) {
			return r, err
		}
	}
}

func showOnce(ctx context.Context, program string, f form, had reply) (reply, error) {
	cmd := exec.CommandContext(ctx, program, yadArguments(f, had)...)
	cmd.WaitDelay = time.Second
	if os.Getenv("DISPLAY") != "" {
		// Wayland has no way to ask for a place over all others; X11, which its desktops serve too, has.
		cmd.Env = append(os.Environ(), "GDK_BACKEND=x11")
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return reply{}, ctx.Err()
	case err != nil && !errors.As(err, &exit):
		return reply{}, err
	}
	switch cmd.ProcessState.ExitCode() {
	case yadAllow:
		return yadReply(f, out.String())
	case yadDeny:
		return reply{}, nil
	case yadEscape:
		return reply{}, errClosed
	}
	return reply{}, errNoWindow // no display after all
}
