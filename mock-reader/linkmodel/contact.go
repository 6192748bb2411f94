package linkmodel

import (
	"fmt"
	"time"
)

// Times of ISO/IEC 7816-3 in elementary time units.
const (
	characterT0 = 12
	characterT1 = 11
	turnT0      = 16 // between characters of opposite directions
	turnT1      = 22 // between blocks of opposite directions
)

// epilogueT1 is NAD, PCB, LEN and LRC around a block, in bytes.
const epilogueT1 = 4

// clock is the frequency in Hz at which USB readers drive a card.
const clock = 4_000_000

// rates and adjustments are tables 7 and 8 of ISO/IEC 7816-3: TA1's upper half
// gives Fi, its lower half Di; 0 is reserved.
var (
	rates       = [16]int{372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0}
	adjustments = [16]int{0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0}
)

// Contact is a link over contacts to a [TypicalChip] at the speed that TA1 of the
// ATR announces ("95" gives 125 kbit/s, "11" is the default of 10.8 kbit/s).
// medium is ContactT0 or ContactT1.
func Contact(medium Medium, ta1 byte) (Model, error) {
	f, d := rates[ta1>>4], adjustments[ta1&0x0F]
	if f == 0 || d == 0 {
		return Model{}, fmt.Errorf("TA1 %02X is reserved (ISO/IEC 7816-3 §8.3)", ta1)
	}
	m := Model{Medium: medium, BitRate: clock * d / f, PerCommand: readerTime, Chip: TypicalChip}
	switch medium {
	case ContactT1:
		m.FrameSize = 254
		m.Wait = m.etu(11) + cycles(16*960*372)
	default:
		m.Wait = cycles(10 * 960 * f)
	}
	return m, nil
}

// cycles is the time of n cycles of the clock.
func cycles(n int) time.Duration { return time.Duration(n) * time.Second / clock }

// etu is the time of n elementary time units.
func (m Model) etu(n int) time.Duration { return m.bits(n) }

// tpdu is the time of a T=0 exchange with data bytes of command data and an
// answer of received bytes: a header, then data one way behind a procedure byte,
// then the status word.
func (m Model) tpdu(data, received int) time.Duration {
	const header = 5
	characters, turns := header+received, 2
	switch {
	case data > 0: // header, ACK, data, status
		characters += 1 + data
		turns += 2
	case received > 2: // the procedure byte stands right before the card's data
		characters++
	}
	return m.etu(characters*characterT0 + turns*turnT0)
}

// blocks is the time for n bytes in one direction under T=1.
func (m Model) blocks(n int) time.Duration {
	count := 1
	if m.FrameSize > 0 {
		count = max(1, (n+m.FrameSize-1)/m.FrameSize)
	}
	acks := (count - 1) * (epilogueT1*characterT1 + turnT1)
	return m.etu((n+count*epilogueT1)*characterT1 + count*turnT1 + acks)
}
