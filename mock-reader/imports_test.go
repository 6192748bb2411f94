package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharedRooms is all of cardlib that the mock's side may use, directly or not:
// neither a protocol of the reader nor a parser of its data, so that a mistake
// on one side cannot hide on the other.
var sharedRooms = map[string]bool{
	"chipid/cardlib/apdu": true, "chipid/cardlib/tlv": true, "chipid/cardlib/curves": true,
	// Words only: statuses of checks, and what a source of readers offers.
	"chipid/cardlib/verdict": true, "chipid/cardlib/readers": true,
}

// strictRooms are the ones that make the cards: they share the lowest rooms alone.
var strictRooms = map[string]bool{"chipid/mock-reader/chip": true, "chipid/mock-reader/issuer": true, "chipid/mock-reader/persona": true}

// measuringRooms hold the reader against the mock, so that they know both; main
// only calls them.
var measuringRooms = map[string]bool{
	"chipid/mock-reader/torture": true, "chipid/mock-reader/conformance": true, "chipid/mock-reader": true,
}

// TestMockSharesOnlyTheLowestRooms fails if the mock's side comes to depend on
// the reader's.
func TestMockSharesOnlyTheLowestRooms(t *testing.T) {
	rooms := strings.Fields(goList(t, "-f", "{{.ImportPath}}", "./..."))
	require.Contains(t, rooms, "chipid/mock-reader/chip")
	require.Contains(t, rooms, "chipid/mock-reader/issuer")
	for _, room := range rooms {
		t.Run(room, func(t *testing.T) {
			deps := goList(t, "-deps", room)
			if measuringRooms[room] {
				deps = goList(t, "-f", `{{join .Imports "\n"}}`, "chipid/mock-reader") // of main, what it imports itself
			}
			for _, dep := range strings.Fields(deps) {
				if !strings.HasPrefix(dep, "chipid/") || strings.HasPrefix(dep, "chipid/mock-reader") {
					continue
				}
				assert.True(t, sharedRooms[dep], "%s depends on %s", room, dep)
				if strictRooms[room] {
					assert.NotContains(t, []string{"chipid/cardlib/verdict", "chipid/cardlib/readers"}, dep)
				}
			}
		})
	}
}

func goList(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	require.NoError(t, err)
	return string(out)
}
