package roster

import (
	"crypto/sha256"
	"encoding/binary"
)

// dice draws numbers from a seed, the same in every process and version.
type dice struct {
	seed    string
	counter uint64
	pool    []byte
}

// upTo draws a number from 0 to n−1. The bias of the remainder does not matter here.
func (d *dice) upTo(n int) int {
	if len(d.pool) < 4 {
		d.counter++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("chipid roster/"+d.seed+"/"), d.counter))
		d.pool = sum[:]
	}
	v := binary.BigEndian.Uint32(d.pool)
	d.pool = d.pool[4:]
	return int(uint64(v) % uint64(n))
}

// between draws a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.upTo(high-low+1) }

// percent is true in n of 100 cases.
func (d *dice) percent(n int) bool { return d.upTo(100) < n }

func pick[T any](d *dice, all []T) T { return all[d.upTo(len(all))] }

// weighted draws an index by its weight.
func (d *dice) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := d.upTo(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
