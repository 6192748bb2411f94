package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
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

// TestDoctorSeesTheRunningAgent asks beside an agent that runs with the same state.
func TestDoctorSeesTheRunningAgent(t *testing.T) {
	ownHouse(t)
	_, stdout, _ := command(t, "doctor", "--json")
	assert.Equal(t, "error", checkOf(t, stdout, "agent")["status"])
	_, address := program(t, "serve", "--port", "0")
	require.NotEmpty(t, address)
	_, stdout, _ = command(t, "doctor", "--json")
	assert.Equal(t, "ok", checkOf(t, stdout, "agent")["status"])
	assert.Equal(t, version, checkOf(t, stdout, "agent")["detail"])
	assert.Equal(t, "ok", checkOf(t, stdout, "port")["status"])
	assert.Equal(t, "ok", checkOf(t, stdout, "versions")["status"])
}

// TestDoctorsZipHoldsNothingThatWasPlanted plants what the agent's own files could
// hold of persons and secrets, and looks for it in the file for support and in the
// exported audit.
func TestDoctorsZipHoldsNothingThatWasPlanted(t *testing.T) {
	home := ownHouse(t)
	const name, number = "Nguyễn Thị Mẫu", "000190000018"
	code, stdout, _ := command(t, "clients", "create", "kho", "--fields", "all", "--for", "always", "--json")
	require.Equal(t, 0, code, stdout)
	var made struct{ Token string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &made))
	require.NotEmpty(t, made.Token)
	code, stdout, _ = command(t, "read", "--reader", "mock:mau", "--id", number, "--json")
	require.Equal(t, 4, code, stdout)
	require.Contains(t, stdout, name, "there is something to leak")
	folder := filepath.Join(home, number)
	require.NoError(t, os.Mkdir(folder, 0o700))
	t.Setenv("CHIPID_TRUST", folder)
	key, err := os.ReadFile(filepath.Join(home, "state", "chipid", "keys", "audit.key"))
	require.NoError(t, err)

	var pseudonyms struct{ Key []byte }
	b, err := os.ReadFile(filepath.Join(home, "state", "chipid", "keys", "pseudonym.key"))
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // there it is sealed
		require.NoError(t, json.Unmarshal(b, &pseudonyms))
		require.Len(t, pseudonyms.Key, 32)
	}
	secrets := []string{name, number, made.Token}
	for _, each := range [][]byte{key, b, pseudonyms.Key} {
		if len(each) > 0 {
			secrets = append(secrets, string(each), hex.EncodeToString(each), base64.StdEncoding.EncodeToString(each), base64.RawURLEncoding.EncodeToString(each))
		}
	}
	export := filepath.Join(home, "record.jsonl")
	code, stdout, _ = command(t, "audit", "export", "--out", export)
	require.Equal(t, 0, code, stdout)
	exported, err := os.ReadFile(export)
	require.NoError(t, err)
	require.Contains(t, string(exported), `"pseudonym":"`)
	for _, secret := range secrets {
		assert.False(t, bytes.Contains(exported, []byte(secret)), "the export: %q", secret)
	}

	file := filepath.Join(home, "support.zip")
	command(t, "doctor", "--zip", file)
	archive, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer archive.Close()
	require.Len(t, archive.File, 3)
	for _, each := range archive.File {
		r, err := each.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		for _, secret := range append(secrets, home) {
			assert.False(t, bytes.Contains(text, []byte(secret)), "%s: %q", each.Name, secret)
		}
		assert.True(t, json.Valid(text))
	}
}

// TestAWSSChangeThatWasNotFinishedIsInTheAudit: the leaves are gone, and a trust store
// could not be reached. It is done at the next try.
func TestAWSSChangeThatWasNotFinishedIsInTheAudit(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // nothing can be taken away there
	}
	home := ownHouse(t)
	code, stdout, _ := command(t, "wss", "install", "--json")
	require.Equal(t, 0, code, stdout)
	tools := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	code, stdout, _ = command(t, "wss", "remove", "--json")
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, "WSS_FAILED")
	assert.NoFileExists(t, filepath.Join(home, "state", "chipid", "wss", "leaves.pem"))
	_, stdout, _ = command(t, "audit", "show", "--json")
	assert.Contains(t, stdout, `"event":"change","origin":"local","detail":"wss remove, not finished"`)
	t.Setenv("PATH", tools)
	code, stdout, _ = command(t, "wss", "remove", "--json")
	assert.Equal(t, 0, code, stdout)
	_, stdout, _ = command(t, "audit", "show", "--json")
	assert.Contains(t, stdout, `"detail":"wss remove"`)
}
