package pcsc

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"

	"github.com/ebfe/scard"
)

// winReaderState is SCARD_READERSTATEW of winscard.h.
type winReaderState struct {
	reader    *uint16
	userData  uintptr
	current   uint32
	event     uint32
	atrLength uint32
	atr       [36]byte
}

var procGetStatusChange = syscall.NewLazyDLL("winscard.dll").NewProc("SCardGetStatusChangeW")

// infinite is INFINITE of winbase.h.
const infinite = 0xFFFFFFFF

// A scard.Context is one handle and nothing else; if it grows this stops compiling.
var _ [unsafe.Sizeof(uintptr(0)) - unsafe.Sizeof(scard.Context{})]byte

// statusChange is SCardGetStatusChangeW. scard's own call keeps the readers'
// names as plain numbers while it blocks, so the garbage collector may take
// them away under the system's feet; here they are pointers.
func statusChange(sc *scard.Context, states []scard.ReaderState, timeout time.Duration) error {
	own := make([]winReaderState, len(states))
	for i, state := range states {
		name, err := syscall.UTF16PtrFromString(state.Reader)
		if err != nil {
			return fmt.Errorf("reader name: %w", err)
		}
		own[i].reader, own[i].current = name, uint32(state.CurrentState)
	}
	wait := uintptr(infinite)
	if timeout >= 0 {
		wait = uintptr(timeout.Milliseconds())
	}
	handle := *(*uintptr)(unsafe.Pointer(sc))
	code, _, _ := procGetStatusChange.Call(handle, wait, uintptr(unsafe.Pointer(&own[0])), uintptr(len(own)))
	if code != 0 {
		return scard.Error(code)
	}
	for i := range own {
		states[i].EventState = scard.StateFlag(own[i].event)
		n := min(int(own[i].atrLength), len(own[i].atr))
		states[i].Atr = append([]byte(nil), own[i].atr[:n]...)
	}
	return nil
}
