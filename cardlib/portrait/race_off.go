//go:build !race

package portrait

// raceCost is by how much the race detector multiplies what a child uses.
const raceCost = 1
