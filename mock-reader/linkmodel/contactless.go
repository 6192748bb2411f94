package linkmodel

import "time"

// framing is the prologue and the CRC of an ISO/IEC 14443-4 frame, in bytes.
const framing = 3

// bitsPerByte of type A: eight and a parity bit.
const bitsPerByte = 9

// carrier is the frequency fc in Hz.
const carrier = 13.56e6

// frameWait is the frame waiting time of an FWI from 0 to 14.
func frameWait(fwi int) time.Duration {
	return time.Duration(256 * 16 / carrier * float64(int(1)<<fwi) * float64(time.Second))
}

// air is the time for n bytes in one direction.
func (m Model) air(n int) time.Duration {
	frames := 1
	if payload := m.FrameSize - framing; payload > 0 {
		frames = max(1, (n+payload-1)/payload)
	}
	acks := time.Duration(frames-1) * (m.FrameDelay + m.bits(framing*bitsPerByte))
	return m.bits((n+frames*framing)*bitsPerByte) + time.Duration(frames)*m.FrameDelay + acks
}
