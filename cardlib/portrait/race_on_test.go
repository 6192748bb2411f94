//go:build race

package portrait

// raceCost is by how much the race detector may multiply a child's memory.
const raceCost = 2
