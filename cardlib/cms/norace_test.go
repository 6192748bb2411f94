//go:build !race

package cms_test

import "math"

// ofEachKind is how many test vectors of one kind are taken: all.
const ofEachKind = math.MaxInt
