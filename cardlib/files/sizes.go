package files

import "chipid/cardlib/apdu"

// extendedBlock is the answer APDU asked for with extended length, in bytes:
// large enough that the overhead of a command no longer counts, small enough
// for readers whose buffers are smaller than the standard's 64 kB, and for a
// cancel to be prompt.
const extendedBlock = 2048

// smallBlocks are sizes that real chips were seen to need, in bytes.
var smallBlocks = []int{0xE0, 0xA0, 0x60}

// sizes finds the largest block that chip and link carry and keeps it: first
// extended length where it is announced, then the largest short answer, then
// the small ones.
type sizes struct {
	extended bool
	limit    int // plain bytes that the chip took at most; 0 while nothing failed
	// refused is the limit that the chip itself set; a channel that was lost is no proof of one.
	refused int
	// tried: a block of extended length was asked for; worked: one came; shortOnly: the
	// chip refused it, or lost the channel over it.
	tried, worked, shortOnly bool
}

func newSizes(extended bool) sizes { return sizes{extended: extended} }

// first is the size of a file's first block. Most files are short, and one that
// is not announces itself: short length is enough.
func (s *sizes) first(card Card) int { return s.short(card) }

// next is the size of a later block of a file of which left bytes are missing.
func (s *sizes) next(card Card, left int) int {
	short := s.short(card)
	if !s.extended || left <= short {
		return short
	}
	return card.MaxData(extendedBlock)
}

// short is the largest block that fits a short answer of 256 bytes.
func (s *sizes) short(card Card) int {
	n := card.MaxData(apdu.MaxShortLe)
	if s.limit > 0 {
		n = min(n, s.limit)
	}
	return n
}

// refuse hears that a block of the given size was refused. It returns a smaller
// size to try, or false if the status word does not speak of sizes or nothing
// smaller is left.
func (s *sizes) refuse(sw apdu.SW, size int) (int, bool) {
	switch sw {
	case apdu.SWWrongLength, apdu.SWUnspecified, 0x6981:
		return smaller(size)
	}
	return 0, false
}

// learn keeps a size that the chip took after it had refused larger ones.
func (s *sizes) learn(size int) {
	s.shortOnly = s.shortOnly || s.extended
	s.extended = false
	s.limit, s.refused = size, size
}

// lower gives up the size used last.
func (s *sizes) lower() {
	switch {
	case s.extended:
		s.extended, s.shortOnly = false, s.tried && !s.worked
	default:
		s.lowerShort()
	}
}

// lowerShort gives up the short size used last.
func (s *sizes) lowerShort() {
	if s.limit == 0 {
		s.limit = smallBlocks[0]
	} else if n, ok := smaller(s.limit); ok {
		s.limit = n
	}
}

func smaller(size int) (int, bool) {
	for _, n := range smallBlocks {
		if n < size {
			return n, true
		}
	}
	return 0, false
}
