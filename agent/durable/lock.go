package durable

import (
	"errors"
	"os"
	"time"
)

// ErrLocked: another process held the lock for too long.
var ErrLocked = errors.New("durable: another process holds the lock")

// How long a lock is waited for, and the pause between two tries.
const (
	lockWait  = 10 * time.Second
	lockPause = 5 * time.Millisecond
)

// Lock takes the lock file, which is made if it is missing, and returns what
// gives it back. The system gives it back when the process ends, however it
// ends. Two locks in one process exclude each other too.
func Lock(path string) (unlock func(), err error) { return lock(path, lockWait) }

// TryLock is Lock without waiting: ErrLocked if somebody has the lock.
func TryLock(path string) (unlock func(), err error) { return lock(path, 0) }

func lock(path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileRights)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(wait); ; time.Sleep(lockPause) {
		err := tryLock(f)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case !errors.Is(err, errHeld):
			f.Close()
			return nil, err
		case time.Now().After(end):
			f.Close()
			return nil, ErrLocked
		}
	}
}

var errHeld = errors.New("durable: held")
