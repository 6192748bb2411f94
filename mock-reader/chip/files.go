package chip

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// masterShortIDs are the short file identifiers under the master file (Doc
// 9303-10 §3.11); in the application the short identifier is the low five bits
// of the identifier 01xx (Doc 9303-10 table 38).
var masterShortIDs = map[byte]uint16{
	0x01: FileATRInfo, 0x1C: FileCardAccess, 0x1D: FileCardSecurity, 0x1E: FileDIR,
}

const shortIDMask = 0x1F

// byShortID returns the identifier for a short one; 0 if there is none.
func (c *Chip) byShortID(short byte) uint16 {
	if !c.s.inApplication {
		return masterShortIDs[short]
	}
	if short == 0 || short > 0x1E {
		return 0
	}
	return fileDG0 | uint16(short)
}

// open returns the content of a file of the selected directory, or why not.
// Before access is granted a protected file is refused whether it is there or
// not, so that nothing is learnt from the difference.
func (c *Chip) open(id uint16) ([]byte, answer) {
	if !c.s.inApplication {
		content, ok := c.profile.MF[id]
		switch {
		case !ok:
			return nil, refuse(apdu.SWFileNotFound, "")
		case id == FileCardSecurity && c.s.access != accessPACE:
			return nil, refuse(apdu.SWSecurityStatus, "Doc 9303-10 §3.11.4: EF.CardSecurity is read after PACE")
		}
		return content, answer{}
	}
	if c.protected() && c.s.access == accessNone {
		return nil, refuse(apdu.SWSecurityStatus, "Doc 9303-11 §4.4.2: no access before PACE or BAC")
	}
	if sw := c.profile.Quirks.FileSW[id]; sw != 0 {
		return nil, refuse(sw, "")
	}
	if (id == FileDG(3) || id == FileDG(4)) && !c.mayRead(id) {
		return nil, refuse(apdu.SWSecurityStatus, "Doc 9303-11 §7.1: DG3 and DG4 need terminal authentication")
	}
	if c.memory != nil && id == c.profile.fileCVCA() {
		return c.memory.file(), answer{}
	}
	content, ok := c.profile.LDS[id]
	if !ok {
		return nil, refuse(apdu.SWFileNotFound, "")
	}
	return content, answer{}
}

// protected tells whether the application's files need an access protocol.
func (c *Chip) protected() bool { return c.profile.BAC || len(c.profile.PACE) > 0 }

// target is what a command aims at, as far as its bytes tell.
type target struct {
	file           uint16
	reads          bool
	offset, length int
	odd            bool
}

// wrapped is how many bytes of an answer of n bytes stand before the file's own:
// the header of DO 53 after an odd instruction.
func (t target) wrapped(n int) int {
	if !t.odd || n == 0 {
		return 0
	}
	return headerOf53(n)
}

// aim finds the file and place a command is about; it changes nothing.
func (c *Chip) aim(cmd apdu.Command) target {
	switch cmd.INS {
	case apdu.InsSelect:
		if cmd.P1 != selectByAID && len(cmd.Data) == 2 {
			return target{file: uint16(cmd.Data[0])<<8 | uint16(cmd.Data[1])}
		}
	case apdu.InsReadBinary:
		if cmd.P1&0x80 != 0 {
			return target{file: c.byShortID(cmd.P1 & shortIDMask), reads: true, offset: int(cmd.P2), length: cmd.Le}
		}
		return target{file: c.s.current, reads: true, offset: int(cmd.P1)<<8 | int(cmd.P2), length: cmd.Le}
	case apdu.InsReadBinaryOdd:
		t := target{file: c.oddFile(cmd), reads: true, length: cmd.Le, odd: true}
		if e, err := tlv.ReadTag(cmd.Data, tagOffset); err == nil && len(e.Value) <= maxOffsetLen {
			t.offset = number(e.Value)
		}
		return t
	}
	return target{}
}
