package trace

import (
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// place follows which file is selected, from the outside: commands and whether
// they succeeded, as a person with a log would.
type place struct {
	inApplication bool
	file          uint16
	// what the last command asked for
	reads          bool
	offset, length int
}

// follow moves on by one exchange.
func (p *place) follow(e chip.Entry) {
	p.reads, p.offset, p.length = false, 0, 0
	cmd := e.Plain
	switch cmd.INS {
	case apdu.InsSelect:
		p.selects(cmd, e.PlainResponse.SW)
	case apdu.InsReadBinary:
		p.reads, p.length = true, cmd.Le
		p.offset = int(cmd.P1)<<8 | int(cmd.P2)
		if cmd.P1&0x80 != 0 {
			p.file, p.offset = p.byShortID(cmd.P1&0x1F), int(cmd.P2)
		}
	case apdu.InsReadBinaryOdd:
		p.reads, p.length = true, cmd.Le
		if e, err := tlv.ReadTag(cmd.Data, 0x54); err == nil && len(e.Value) <= 4 {
			for _, b := range e.Value {
				p.offset = p.offset<<8 | int(b)
			}
		}
		switch {
		case cmd.P1 == 0 && cmd.P2 != 0 && cmd.P2 <= 0x1F:
			p.file = p.byShortID(cmd.P2)
		case cmd.P1 != 0:
			p.file = uint16(cmd.P1)<<8 | uint16(cmd.P2)
		}
	}
}

func (p *place) selects(cmd apdu.Command, sw apdu.SW) {
	switch {
	case cmd.P1 == 0x04 && sw.OK():
		p.inApplication, p.file = true, 0
	case cmd.P1 == 0x00 && sw.OK():
		p.inApplication, p.file = false, 0x3F00
	case cmd.P1 == 0x02 && len(cmd.Data) == 2:
		p.file = uint16(cmd.Data[0])<<8 | uint16(cmd.Data[1])
	}
}

// byShortID gives the file of a short identifier (Doc 9303-10 §3.6.4, table 34).
func (p *place) byShortID(id byte) uint16 {
	if !p.inApplication {
		switch id {
		case 0x01:
			return chip.FileATRInfo
		case 0x1E:
			return chip.FileDIR
		}
	}
	return 0x0100 | uint16(id)
}

// fileName names the file in the standard's words.
func (p *place) fileName() string {
	switch {
	case p.file == 0:
		return ""
	case p.file == 0x3F00:
		return "MF"
	case !p.inApplication:
		if name, ok := masterNames[p.file]; ok {
			return name
		}
	case p.file == chip.FileSOD:
		return "EF.SOD"
	case p.file == chip.FileCOM:
		return "EF.COM"
	case p.file > 0x0100 && p.file <= chip.FileDG(16):
		return fmt.Sprintf("EF.DG%d", p.file&0xFF)
	}
	return fmt.Sprintf("EF %04X", p.file)
}

var masterNames = map[uint16]string{
	chip.FileDIR: "EF.DIR", chip.FileATRInfo: "EF.ATR/INFO", chip.FileCardAccess: "EF.CardAccess", chip.FileCardSecurity: "EF.CardSecurity",
}

// FileID gives the file that a person names: COM, SOD, DG1 to DG16, with or
// without EF before it; 0 if there is none of that name. Only files of the
// application have such names.
func FileID(name string) uint16 {
	var n int
	if len(name) > 3 && name[:3] == "EF." {
		name = name[3:]
	}
	switch {
	case name == "SOD":
		return chip.FileSOD
	case name == "COM":
		return chip.FileCOM
	}
	if _, err := fmt.Sscanf(name, "DG%d", &n); err != nil || n < 1 || n > 16 || name != fmt.Sprintf("DG%d", n) {
		return 0
	}
	return chip.FileDG(n)
}
