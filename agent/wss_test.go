package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownHouse gives a test a home folder, configuration and state of its own.
func ownHouse(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	return home
}

func TestWSSIsOffUntilItIsSetUp(t *testing.T) {
	ownHouse(t)
	code, stdout, _ := command(t, "wss", "status", "--json")
	assert.Equal(t, 0, code)
	assert.JSONEq(t, `{"installed":false}`, stdout)
	code, stdout, _ = command(t, "wss", "renew", "--json")
	assert.Equal(t, 0, code)
	assert.JSONEq(t, `{"renewed":false,"stores":[]}`, stdout)
	code, _, _ = command(t, "wss", "remove", "--json")
	assert.Equal(t, 0, code)
	_, stdout, _ = command(t, "doctor", "--json")
	assert.Equal(t, "off", checkOf(t, stdout, "certificates")["status"])
}

// TestWSSStaysOffWithoutRights has no program to reach a trust store with.
func TestWSSStaysOffWithoutRights(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the user's Root store is always there
	}
	home := ownHouse(t)
	t.Setenv("PATH", t.TempDir())
	code, stdout, _ := command(t, "wss", "install", "--json")
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, "WSS_NO_STORE")
	assert.NoFileExists(t, filepath.Join(home, "state", "chipid", "wss", "leaves.pem"))
	_, err := os.Stat(filepath.Join(home, ".mozilla"))
	assert.True(t, os.IsNotExist(err), "nothing is left for Firefox either: %v", err)
	_, stdout, _ = command(t, "doctor", "--json", "--lang", "en")
	c := checkOf(t, stdout, "certificates")
	assert.Equal(t, "off", c["status"])
	assert.Contains(t, c["remedy"], "libnss3-tools")
}

// checkOf is one check of `doctor --json`.
func checkOf(t *testing.T, stdout, id string) map[string]string {
	t.Helper()
	var doc struct{ Checks []map[string]string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &doc))
	for _, c := range doc.Checks {
		if c["id"] == id {
			return c
		}
	}
	t.Fatalf("no check %s in %s", id, stdout)
	return nil
}
