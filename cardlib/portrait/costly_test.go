package portrait

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// costly are images within every limit whose data is noise: they go to the
// decoder, which must come to an end by itself.
var costly = map[string]stream{
	"small":                  {data: noise(1, 20000)},
	"largest, 9/7":           {width: 1448, height: 1448, lossy: true, data: noise(5, 200000)},
	"largest, zeros":         {width: 1448, height: 1448, data: make([]byte, 200000)},
	"256 layers":             {width: 1448, height: 1448, layers: 256, data: noise(6, 200000)},
	"smallest code-blocks":   {width: 1448, height: 1448, block: 1, data: noise(7, 900000)},
	"smallest precincts":     {width: 1448, height: 1448, precinct: 1, layers: 256, data: noise(8, 900000)},
	"many tiles and layers":  {width: 1448, height: 1448, tileW: 46, tileH: 46, tiles: 1024, layers: 256, precinct: 1, data: noise(11, 500)},
	"narrow":                 {width: 1, height: 4096, data: noise(12, 20000)},
	"most bytes, all layers": {width: 512, height: 512, layers: 256, block: 1, precinct: 2, data: noise(14, 1<<20-500)},
}

// childSlack is what a child may use beyond its limit of time before it notices, with
// the race detector's cost in it; for memory see raceCost.
const childSlack = 700 * time.Millisecond

// TestCostlyImagesEnd starts the child for each and looks at what it used.
func TestCostlyImagesEnd(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for name, s := range costly {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(self, SubCommand)
			cmd.Env = []string{}
			var out bytes.Buffer
			cmd.Stdin, cmd.Stdout = bytes.NewReader(s.bytes()), &out
			err := cmd.Run()
			var exit *exec.ExitError
			if err != nil {
				require.ErrorAs(t, err, &exit)
				assert.NotEqual(t, DecoderFailed, reasonOfExit(exit.ExitCode()), "exit code %d", exit.ExitCode())
				assert.Empty(t, out.Bytes())
			}
			used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			assert.Less(t, used, ChildCPU+childSlack)
			assert.Less(t, residentBytes(cmd.ProcessState), int64(raceCost*ChildMemory))
			t.Logf("exit %d, %v, %d MB", cmd.ProcessState.ExitCode(), used, residentBytes(cmd.ProcessState)>>20)
		})
	}
}

// TestCostlyImagesAreNoPhoto: the same through Render.
func TestCostlyImagesAreNoPhoto(t *testing.T) {
	r, err := New()
	require.NoError(t, err)
	for _, name := range []string{"small", "smallest precincts"} {
		image, err := r.Render(t.Context(), costly[name].bytes())
		if err == nil {
			assert.Equal(t, "image/png", image.MIME, name)
			continue
		}
		assert.True(t, errors.Is(err, ErrUnavailable), name)
	}
}
