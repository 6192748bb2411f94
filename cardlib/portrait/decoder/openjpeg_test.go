//go:build openjpeg

package decoder

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// forms are more ways in which an encoder writes, tried with the tool at hand.
var forms = []pictureCase{
	{"independent.jp2", false, []string{"-mct", "0"}, true},
	{"independent-lossy.jp2", false, []string{"-mct", "0", "-I", "-r", "8"}, false},
	{"layers.jp2", false, []string{"-r", "20,10,5,1"}, true},
	{"layers-lossy.jp2", false, []string{"-I", "-r", "40,20,10"}, false},
	{"lrcp-tiles.jp2", false, []string{"-p", "LRCP", "-t", "64,64"}, true},
	{"rlcp-tiles.jp2", false, []string{"-p", "RLCP", "-t", "64,64"}, true},
	{"rpcl-tiles.jp2", false, []string{"-p", "RPCL", "-t", "64,64"}, true},
	{"pcrl-tiles.jp2", false, []string{"-p", "PCRL", "-t", "64,64"}, true},
	{"cprl-tiles.jp2", false, []string{"-p", "CPRL", "-t", "64,64"}, true},
	{"precincts.jp2", false, []string{"-c", "[64,64],[32,32]"}, true},
	{"precincts-lossy.jp2", false, []string{"-I", "-r", "8", "-c", "[64,64],[32,32]", "-p", "PCRL"}, false},
	{"blocks-4.jp2", false, []string{"-b", "4,4"}, true},
	{"blocks-wide.jp2", false, []string{"-b", "1024,4"}, true},
	{"markers.jp2", false, []string{"-SOP", "-EPH", "-PLT", "-TLM"}, true},
	{"bypass.jp2", false, []string{"-M", "1"}, true},
	{"all-switches.jp2", false, []string{"-M", "63"}, true},
	{"one-resolution.jp2", false, []string{"-n", "1"}, true},
	{"region.jp2", false, []string{"-ROI", "c=0,U=10"}, true},
	{"offset.j2k", false, []string{"-d", "13,7"}, true},
	{"tile-offset.j2k", false, []string{"-d", "13,7", "-T", "3,5", "-t", "40,40"}, true},
	{"tile-parts.jp2", false, []string{"-TP", "R"}, true},
	{"tile-parts-of-tiles.jp2", false, []string{"-TP", "L", "-t", "64,64"}, true},
}

// TestAgainstOpenJPEG lets openjpeg's tools write the drawn picture in every way
// and compares our picture with theirs.
func TestAgainstOpenJPEG(t *testing.T) {
	for _, c := range append(forms, committed...) {
		t.Run(c.name, func(t *testing.T) {
			written, picture := c.compress(t, t.TempDir())
			file, err := os.ReadFile(written)
			require.NoError(t, err)
			compare(t, c, file, readPNG(t, picture))
		})
	}
}
