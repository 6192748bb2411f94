package files

// Learnt is what a Reader found out of a kind of chip: habits, nothing of a person.
type Learnt struct {
	// Block is the largest answer that the chip gave after it had refused larger
	// ones, in plain bytes; 0 if it refused none.
	Block int
	// Short: extended length is announced and does not work.
	Short bool
	// SelectFirst: short file identifiers do not work.
	SelectFirst bool
}

// smallestLearnt is the smallest block that is believed of a chip not met before,
// in bytes: what one odd chip taught must not slow down every other.
const smallestLearnt = 0x60

// Learnt returns what was found out so far: what the chip refused, not what a lost
// channel made us doubt, which may have been the card moving on the reader. Only a
// channel lost at the very first block of extended length is taken for an answer.
func (r *Reader) Learnt() Learnt {
	return Learnt{Block: r.sizes.refused, Short: r.sizes.shortOnly, SelectFirst: r.selectFirst}
}

// Expect begins with what was learnt of another chip of the kind. Call it before
// the first file.
func (r *Reader) Expect(l Learnt) {
	if l.Block >= smallestLearnt {
		r.sizes.limit, r.sizes.refused = l.Block, l.Block
	}
	if l.Short && r.sizes.extended {
		r.sizes.extended, r.sizes.shortOnly = false, true
	}
	r.selectFirst = l.SelectFirst
}
