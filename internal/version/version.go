// Package version holds the one place where the project's version stands: the
// file VERSION beside it, which programs embed and the installers read.
//
// What may not live here: anything else.
package version

import (
	_ "embed"
	"strings"
)

//go:embed VERSION
var text string

// String is the version as in semantic versioning, "0.1.0".
func String() string { return strings.TrimSpace(text) }
