package chip

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lowest are the rooms that both sides may share.
var lowest = []string{"chipid/cardlib/tlv", "chipid/cardlib/apdu", "chipid/cardlib/curves", "chipid/cardlib/lds"}

// protocolRooms are the reader's steps: nothing of the card's side may reach them, not even through another room.
var protocolRooms = []string{
	"chipid/cardlib", "chipid/cardlib/securemsg", "chipid/cardlib/bac", "chipid/cardlib/pace", "chipid/cardlib/dh",
	"chipid/cardlib/chipauth", "chipid/cardlib/activeauth", "chipid/cardlib/terminalauth", "chipid/cardlib/securityinfo",
	"chipid/cardlib/passiveauth", "chipid/cardlib/cvc", "chipid/cardlib/cms", "chipid/cardlib/trust", "chipid/cardlib/cccd", "chipid/cardlib/files",
}

// TestWrittenByOtherHands: chip and issuer share only the lowest rooms with the
// reader, so that one mistake cannot hide on both sides.
func TestWrittenByOtherHands(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports", "chipid/mock-reader/chip", "chipid/mock-reader/issuer").Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		err := dec.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		seen[pkg.ImportPath] = true
		assert.NotContains(t, protocolRooms, pkg.ImportPath, "reached from the card's side")
		if !strings.HasPrefix(pkg.ImportPath, "chipid/mock-reader/") {
			continue
		}
		for _, imported := range pkg.Imports {
			if strings.HasPrefix(imported, "chipid/cardlib") {
				assert.Contains(t, lowest, imported, "imported by %s", pkg.ImportPath)
			}
		}
	}
	assert.True(t, seen["chipid/mock-reader/chip"] && seen["chipid/mock-reader/issuer"])
}
