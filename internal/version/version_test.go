package version

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Windows Installer takes three numbers, the first two at most 255.
func TestVersionFitsAllInstallers(t *testing.T) {
	assert.Regexp(t, `^(25[0-5]|2[0-4]\d|1?\d?\d)\.(25[0-5]|2[0-4]\d|1?\d?\d)\.\d{1,4}$`, String())
}
