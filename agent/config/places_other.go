//go:build !linux && !windows

package config

import (
	"os"
	"path/filepath"
)

// adminFolder is where the administrator's files count.
const adminFolder = "/Library/Application Support/chipid"

func configHome() (string, error) {
	if dir, ok := fromEnv("XDG_CONFIG_HOME"); ok {
		return dir, nil
	}
	return os.UserConfigDir()
}

func stateHome() (string, error) {
	if dir, ok := fromEnv("XDG_STATE_HOME"); ok {
		return dir, nil
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "chipid", "state"), err
}
