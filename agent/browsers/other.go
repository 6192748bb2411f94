//go:build !linux && !windows

package browsers

// On macOS policies come from a management server as a configuration profile: a
// program cannot set them, and should not.

// Install answers ErrSystem.
func Install(string, []string) ([]Place, error) { return nil, ErrSystem }

// Remove answers ErrSystem.
func Remove(string) ([]Place, error) { return nil, ErrSystem }

// Show answers ErrSystem.
func Show(string, []string) ([]Place, error) { return nil, ErrSystem }
