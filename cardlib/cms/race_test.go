//go:build race

package cms_test

// ofEachKind is how many test vectors of one kind are taken.
const ofEachKind = 25
