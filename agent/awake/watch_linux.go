package awake

import (
	"context"
	"errors"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// Watch calls told after the computer has woken or its clock was set, until ctx ends.
// Its errors are the system's: then nothing is told.
func Watch(ctx context.Context, told func()) error {
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), "timerfd")
	defer f.Close()
	defer context.AfterFunc(ctx, func() { _ = f.Close() })()
	return listen(ctx, func() error {
		if err := arm(f); err != nil {
			return err
		}
		_, err := f.Read(make([]byte, 8))
		return err
	}, told)
}

// arm sets the timer to a time that never comes; setting the clock cancels it.
func arm(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var set error
	never := unix.ItimerSpec{Value: unix.Timespec{Sec: math.MaxInt32}}
	err = raw.Control(func(fd uintptr) {
		set = unix.TimerfdSettime(int(fd), unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &never, nil)
	})
	return errors.Join(err, set)
}

// listen waits again and again. The wait that ends with ECANCELED was ended by the
// clock.
func listen(ctx context.Context, wait func() error, told func()) error {
	for {
		err := wait()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, unix.ECANCELED):
			told()
		case err != nil:
			return err
		}
	}
}
