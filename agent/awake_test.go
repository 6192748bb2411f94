package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/gateway"
)

// TestWhatEndedWhileTheComputerSleptEndsWhenItWakes: a timer stands still while the
// computer sleeps, so the end of a grant passes unnoticed; the page's connection ends
// with the waking.
func TestWhatEndedWhileTheComputerSleptEndsWhenItWakes(t *testing.T) {
	const origin = "https://motcua.example.vn"
	a, stop := newLodging(t).start()
	defer stop()
	path := filepath.Join(t.TempDir(), "grants.json")
	require.NoError(t, a.admin.Use(path, signedGrants(t, path, `{"kind": "chipid-admin-grants/1", "origins": [{"origin": "`+origin+`", "fields": ["fullName"], "presence": true}]}`)))
	ws := visitor(t, "ws://"+a.listeners.Addresses()[0]+gateway.PathSocket, originHeader(origin))
	call(t, ws, 1, "initialize", hello)
	require.NoError(t, a.admin.Use("", nil)) // it has ended, and no timer has fired
	call(t, ws, 2, "rpc.discover", `{}`)
	a.woke()
	assert.Equal(t, 4403, closed(t, ws))
}
