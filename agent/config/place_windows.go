package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// adminKey is where policies lie; ordinary users cannot write there.
const adminKey = `SOFTWARE\Policies\chipid`

// Place is where the administrator's texts lie.
type Place struct{ key string }

// AdminPlace is the one place of this system.
func AdminPlace() Place { return Place{adminKey} }

// Folder is empty: the administrator's texts are values of the registry.
func (p Place) Folder() string { return "" }

// Grants is where the signed grants lie if nothing else is set. The file need
// not be protected: its signature is.
func (p Place) Grants() string {
	if p.key == "" {
		return ""
	}
	return filepath.Join(os.Getenv("ProgramData"), "chipid", grantsName)
}

// text reads a value: Policy for policy.toml, AdminKey for admin.pem.
func (p Place) text(name string) (Trusted, error) {
	if p.key == "" { // the zero Place has nothing
		return Trusted{}, nil
	}
	value := map[string]string{policyName: "Policy", keyName: "AdminKey"}[name]
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, p.key, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if errors.Is(err, registry.ErrNotExist) {
		return Trusted{}, nil
	}
	if err != nil {
		return Trusted{}, err
	}
	defer k.Close()
	text, _, err := k.GetStringValue(value)
	if errors.Is(err, registry.ErrUnexpectedType) { // REG_MULTI_SZ, as group policies write several lines
		var lines []string
		lines, _, err = k.GetStringsValue(value)
		text = strings.Join(lines, "\n")
	}
	if errors.Is(err, registry.ErrNotExist) {
		return Trusted{}, nil
	}
	return Trusted{Text: []byte(text), Where: `HKLM\` + p.key + `\` + value}, err
}
