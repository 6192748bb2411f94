package config

import "os"

func configHome() (string, error) {
	if dir, ok := fromEnv("XDG_CONFIG_HOME"); ok {
		return dir, nil
	}
	return os.UserConfigDir() // %AppData%
}

func stateHome() (string, error) {
	if dir, ok := fromEnv("XDG_STATE_HOME"); ok {
		return dir, nil
	}
	return os.UserCacheDir() // %LocalAppData%: keys of this computer do not roam
}
