package truststores

import (
	"os"
	"path/filepath"
	"slices"
)

// Find returns the trust stores of the user whose home folder that is.
func Find(home string) []Store {
	stores := []Store{}
	for _, dir := range databases(home) {
		stores = append(stores, NSS{dir})
	}
	return append(stores, Firefox{filepath.Join(home, ".mozilla", "certificates"), []string{
		filepath.Join(home, ".mozilla", "firefox", "*"),
		filepath.Join(home, ".config", "mozilla", "firefox", "*"),
		filepath.Join(home, "snap", "firefox", "common", ".mozilla", "firefox", "*"),
		filepath.Join(home, ".var", "app", "org.mozilla.firefox", ".mozilla", "firefox", "*"),
	}})
}

// databases are the NSS databases that Chromium and its kin read: the user's own,
// which is made if it is missing, and those of browsers in a snap or flatpak,
// each in a home of its own.
func databases(home string) []string {
	all := []string{ownDatabase(home)}
	for _, pattern := range []string{
		filepath.Join(home, "snap", "*", "current", ".pki", "nssdb"),
		filepath.Join(home, "snap", "*", "common", ".pki", "nssdb"),
		filepath.Join(home, ".var", "app", "*", ".pki", "nssdb"),
		filepath.Join(home, ".var", "app", "*", "data", "pki", "nssdb"),
	} {
		found, err := filepath.Glob(pattern)
		if err == nil {
			all = append(all, found...)
		}
	}
	for _, app := range sandboxed {
		home := filepath.Join(home, app)
		if _, err := os.Stat(home); err == nil {
			all = append(all, filepath.Join(home, ".pki", "nssdb"))
		}
	}
	slices.Sort(all[1:])
	return slices.Compact(all)
}

// sandboxed are the homes of browsers that have not started yet and so have no
// database.
var sandboxed = []string{
	"snap/chromium/current",
	".var/app/org.chromium.Chromium",
	".var/app/com.google.Chrome",
	".var/app/com.microsoft.Edge",
	".var/app/com.brave.Browser",
	".var/app/com.vivaldi.Vivaldi",
}

// ownDatabase is where Chromium looks: the old place if it is there, else the one
// of the XDG Base Directory Specification if that is there, else it makes the old one.
func ownDatabase(home string) string {
	old := filepath.Join(home, ".pki", "nssdb")
	data := filepath.Join(home, ".local", "share", "pki", "nssdb")
	if _, err := os.Stat(old); err == nil {
		return old
	}
	if _, err := os.Stat(data); err == nil {
		return data
	}
	return old
}
