//go:build e2e && linux

package tray

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bus starts a session bus of the test's own, as a desktop has one.
func bus(t *testing.T) *dbus.Conn {
	t.Helper()
	daemon := exec.Command("dbus-daemon", "--session", "--print-address", "--nofork")
	out, err := daemon.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, daemon.Start())
	t.Cleanup(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	t.Setenv("DISPLAY", ":4711") // there is a desktop, says the environment
	conn, err := dbus.Connect(strings.TrimSpace(address))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// entries are the labels of the menu by their ids.
func entries(item dbus.BusObject) map[string]int32 {
	var revision uint32
	var layout struct {
		ID         int32
		Properties map[string]dbus.Variant
		Children   []dbus.Variant
	}
	all := map[string]int32{}
	if item.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &layout) != nil {
		return all
	}
	for _, child := range layout.Children {
		parts, ok := child.Value().([]any)
		if !ok || len(parts) < 2 {
			continue
		}
		properties, _ := parts[1].(map[string]dbus.Variant)
		if label, ok := properties["label"].Value().(string); ok {
			all[label], _ = parts[0].(int32)
		}
	}
	return all
}

// A desktop's panel sees the picture, its line and its menu over D-Bus, and presses
// the entries (StatusNotifierItem, com.canonical.dbusmenu).
func TestTheTrayOverTheSessionBus(t *testing.T) {
	panel := bus(t)
	pressed := make(chan string, 9)
	told := make(chan Standing, 1)
	var language atomic.Value
	language.Store("vi")
	press := func(name string) func() { return func() { pressed <- name } }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, Config{Language: func() string { return language.Load().(string) }, Open: press("open"), Pair: press("pair"), Quit: press("quit"), Standings: told})
	}()
	name := fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", os.Getpid())
	menu := panel.Object(name, "/StatusNotifierItem/menu")
	require.Eventually(t, func() bool { return len(entries(menu)) >= 3 }, 20*time.Second, 50*time.Millisecond)
	told <- Waiting
	tip := panel.Object(name, "/StatusNotifierItem")
	require.Eventually(t, func() bool {
		v, err := tip.GetProperty("org.kde.StatusNotifierItem.ToolTip")
		return err == nil && strings.Contains(fmt.Sprint(v.Value()), standings[Waiting].Vi)
	}, 20*time.Second, 50*time.Millisecond)
	icon, err := tip.GetProperty("org.kde.StatusNotifierItem.IconPixmap")
	require.NoError(t, err)
	assert.NotEmpty(t, icon.Value())
	for _, want := range []string{"open", "pair", "quit"} {
		id, ok := entries(menu)[words[want].Vi]
		require.True(t, ok, want)
		require.NoError(t, menu.Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err)
		assert.Equal(t, want, <-pressed)
	}
	language.Store("en")
	told <- Waiting
	require.Eventually(t, func() bool {
		all := entries(menu)
		return all[words["open"].En] != 0 && all[words["pair"].En] != 0 && all[words["quit"].En] != 0
	}, 20*time.Second, 50*time.Millisecond, "the menu follows the language")
	cancel()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
}
