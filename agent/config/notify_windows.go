package config

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// policiesKey is there always; the agent's key below it comes and goes with group policies.
const policiesKey = `SOFTWARE\Policies`

// threadAgnostic lets the notice outlive the thread that asked for it
// (RegNotifyChangeKeyValue, Windows 8 and later).
const threadAgnostic = 0x10000000

// Watch calls changed soon after a policy of this computer was written or removed,
// until ctx ends. The system tells; nothing is polled.
func (p Place) Watch(ctx context.Context, changed func()) error {
	if p.key == "" { // the zero Place has nothing
		return nil
	}
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, policiesKey, registry.NOTIFY|registry.WOW64_64KEY)
	if err != nil {
		return fmt.Errorf("config: policies: %w", err)
	}
	defer key.Close()
	told, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(told)
	over, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(over)
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { _ = windows.SetEvent(over); close(ended) })
	defer func() {
		if !stop() {
			<-ended // the event is still in use
		}
	}()
	const what = windows.REG_NOTIFY_CHANGE_NAME | windows.REG_NOTIFY_CHANGE_LAST_SET | threadAgnostic
	for {
		if err := windows.RegNotifyChangeKeyValue(windows.Handle(key), true, what, told, true); err != nil {
			return fmt.Errorf("config: policies: %w", err)
		}
		if which, err := windows.WaitForMultipleObjects([]windows.Handle{over, told}, false, windows.INFINITE); err != nil || which == windows.WAIT_OBJECT_0 {
			return err
		}
		select { // a group policy is written value by value
		case <-time.After(settle):
		case <-ctx.Done():
			return nil
		}
		changed()
	}
}
