package linkmodel

import (
	"time"

	"chipid/cardlib/apdu"
)

// Medium is how a chip is reached.
type Medium int

// The media.
const (
	Contactless Medium = iota
	ContactT0
	ContactT1
)

// Protocol is the transmission protocol that belongs to the medium.
func (m Medium) Protocol() apdu.Protocol {
	switch m {
	case ContactT0:
		return apdu.ProtocolT0
	case ContactT1:
		return apdu.ProtocolT1
	}
	return apdu.ProtocolContactless
}

// Model is how long things take. The zero Model takes no time at all.
type Model struct {
	Medium Medium
	// BitRate is that of the air in bit/s, nominally 106 to 848 kbit/s; of contacts
	// the inverse of the elementary time unit. 0 takes no time.
	BitRate int
	// FrameSize is the longest frame in bytes, prologue and CRC included; under T=1 the
	// longest information field; of no meaning under T=0. 0 for no limit.
	FrameSize int
	// FrameDelay is the pause before each contactless frame, in either direction.
	FrameDelay time.Duration
	// Wait is how long the chip may think before it must ask for more time; 0 for ever.
	Wait time.Duration
	// PerCommand is what reader, USB and driver add to each command.
	PerCommand time.Duration
	Chip       Chip
}

// Typical is a contactless link at bitRate bit/s to a [TypicalChip] through a USB reader.
func Typical(bitRate int) Model {
	return Model{
		BitRate: bitRate, FrameSize: 256, FrameDelay: 300 * time.Microsecond, Wait: frameWait(8),
		PerCommand: readerTime, Chip: TypicalChip,
	}
}

// readerTime is assumed for reader, USB and driver.
const readerTime = 2 * time.Millisecond

// Exchange is the time of one command and its answer, of received bytes with
// its status word.
func (m Model) Exchange(cmd apdu.Command, received int) time.Duration {
	sent := length(cmd)
	thought := m.Chip.Time(cmd, sent, received)
	return m.PerCommand + m.carry(sent, len(cmd.Data), received) + thought + m.extensions(thought)
}

// length is that of the encoded command; a command that cannot be encoded
// counts as its header.
func length(cmd apdu.Command) int {
	raw, err := cmd.Bytes()
	if err != nil {
		return 4
	}
	return len(raw)
}

// carry is the time on the way: sent bytes with data bytes of command data, and
// received bytes back.
func (m Model) carry(sent, data, received int) time.Duration {
	if m.BitRate == 0 {
		return 0
	}
	switch m.Medium {
	case ContactT0:
		return m.tpdu(data, received)
	case ContactT1:
		return m.blocks(sent) + m.blocks(received)
	}
	return m.air(sent) + m.air(received)
}

// extensions is the time that asking for more time takes.
func (m Model) extensions(thought time.Duration) time.Duration {
	if m.Wait == 0 || m.BitRate == 0 {
		return 0
	}
	times := time.Duration(thought / m.Wait)
	switch m.Medium {
	case ContactT0: // a NULL byte
		return times * m.etu(characterT0)
	case ContactT1: // S(WTX request) and response, one byte each
		return times * m.etu(2*((epilogueT1+1)*characterT1+turnT1))
	}
	return times * 2 * (m.FrameDelay + m.bits((framing+1)*bitsPerByte))
}

// bits is the time for n bits, or n elementary time units.
func (m Model) bits(n int) time.Duration {
	return time.Duration(float64(n) / float64(m.BitRate) * float64(time.Second))
}
