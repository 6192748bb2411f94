package config

import (
	"os/user"
	"path/filepath"
)

// adminFolder is where the administrator's files count.
const adminFolder = "/etc/chipid"

func configHome() (string, error) { return xdg("XDG_CONFIG_HOME", ".config") }

func stateHome() (string, error) { return xdg("XDG_STATE_HOME", filepath.Join(".local", "state")) }

// xdg follows the XDG Base Directory Specification; HOME may be missing where a
// service starts us.
func xdg(variable, below string) (string, error) {
	if dir, ok := fromEnv(variable); ok {
		return dir, nil
	}
	if home, ok := fromEnv("HOME"); ok {
		return filepath.Join(home, below), nil
	}
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return filepath.Join(u.HomeDir, below), nil
}
