package truststores

import "path/filepath"

// Find returns the trust stores of the user whose home folder that is.
func Find(home string) []Store {
	return []Store{Keychain{filepath.Join(home, "Library", "Keychains", "login.keychain-db")}}
}
