package consent

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"Một cửa điện tử":             "Một cửa điện tử",
		"a\x1b[2Jb":                   "a[2Jb",
		"a\r\nb\tc":                   "abc",
		"bank\u202eelpmaxe":           "bankelpmaxe",
		"x\u200b\u2066y\u2069\ufeffz": "xyz",
		"\u009b31m":                   "31m",
	} {
		assert.Equal(t, want, Printable(in))
	}
}
