package tray

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
)

var update = flag.Bool("update", false, "write the icon of the program anew")

// ofTheProgram is the icon that Windows shows of the program itself.
var ofTheProgram = filepath.Join("..", "..", "installer", "windows", "agent.ico")

func TestTheIconIsAPictureInAnIcon(t *testing.T) {
	b, err := asICO()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(ofTheProgram, b, 0o644))
	}
	same, err := os.ReadFile(ofTheProgram)
	require.NoError(t, err)
	assert.Equal(t, b, same, "the program has the same: go test ./agent/tray -update")
	assert.Equal(t, []byte{0, 0, 1, 0, 1, 0}, b[:6], "ICONDIR: one icon")
	length, begins := binary.LittleEndian.Uint32(b[14:]), binary.LittleEndian.Uint32(b[18:])
	require.Equal(t, len(b), int(begins+length))
	img, err := png.Decode(bytes.NewReader(b[begins:]))
	require.NoError(t, err)
	assert.Equal(t, side, img.Bounds().Dx())
	_, _, _, corner := img.At(0, 0).RGBA()
	assert.Zero(t, corner, "the corners are clear")
}

func TestEveryStandingHasWords(t *testing.T) {
	for s := Empty; s <= Waiting; s++ {
		assert.NotEmpty(t, standings[s].Vi)
		assert.NotEmpty(t, standings[s].En)
	}
}

// What a page tells the officer to press is what the menu has.
func TestRemediesNameTheMenusEntry(t *testing.T) {
	for _, code := range []catalogue.Code{catalogue.NotPaired, catalogue.PairingClosed} {
		assert.Contains(t, catalogue.Of(code).Remedy.Vi, "«"+words["pair"].Vi+"»")
		assert.Contains(t, catalogue.Of(code).Remedy.En, "«"+words["pair"].En+"»")
	}
}

func TestWithoutADesktopItJustWaits(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	told := make(chan Standing)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); wait(ctx, Config{Standings: told}) }()
	told <- Card // is taken, so that nobody waits for the tray
	cancel()
	<-done
}
