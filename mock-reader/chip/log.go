package chip

import (
	"fmt"
	"strings"

	"chipid/cardlib/apdu"
)

// Entry is one exchange as the log tells it. Its bytes must not be changed. A
// mock chip holds no real person's data; nothing is masked.
type Entry struct {
	// Number counts the commands since the card was put in, from 1.
	Number int
	// Command and Response are the bytes on the wire; Response is nil if there was none.
	Command, Response []byte
	// Name says what was asked: "READ BINARY EF.DG2, 223 bytes at 0".
	Name string
	// Secured tells whether secure messaging was used; Plain and PlainResponse are
	// what was said beneath it (or in plain).
	Secured       bool
	Plain         apdu.Command
	PlainResponse apdu.Response
	// Broken names the clauses that the reader broke, in the order found.
	Broken []string
	// ChannelEnded tells that secure messaging ended with this command.
	ChannelEnded bool
	// Faults names the faults of the profile that struck.
	Faults []string
}

func (e *Entry) note(clause string) {
	if clause != "" {
		e.Broken = append(e.Broken, clause)
	}
}

// String is the entry in one line, without data.
func (e Entry) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", e.Number, e.Name)
	if e.Secured {
		b.WriteString(" [SM]")
	}
	switch n := len(e.Response); {
	case n >= 2:
		fmt.Fprintf(&b, " -> %d bytes, %02X%02X", n-2, e.Response[n-2], e.Response[n-1])
	default:
		b.WriteString(" -> no answer")
	}
	for _, f := range e.Faults {
		fmt.Fprintf(&b, " (fault: %s)", f)
	}
	for _, c := range e.Broken {
		fmt.Fprintf(&b, " | %s", c)
	}
	return b.String()
}

var instructions = map[byte]string{
	apdu.InsSelect: "SELECT", apdu.InsReadBinary: "READ BINARY", apdu.InsReadBinaryOdd: "READ BINARY (odd)",
	apdu.InsGetChallenge: "GET CHALLENGE", apdu.InsExternalAuth: "EXTERNAL AUTHENTICATE",
	apdu.InsInternalAuth: "INTERNAL AUTHENTICATE", apdu.InsMSE: "MANAGE SECURITY ENVIRONMENT",
	apdu.InsGeneralAuth: "GENERAL AUTHENTICATE", apdu.InsGetResponse: "GET RESPONSE",
	apdu.InsPSO: "PSO:Verify Certificate", apdu.InsEnvelope: "ENVELOPE",
}

func instructionName(cmd apdu.Command) string {
	if name, ok := instructions[cmd.INS]; ok {
		return name
	}
	return fmt.Sprintf("INS %02X", cmd.INS)
}

// describe names a command in the standard's words.
func (c *Chip) describe(cmd apdu.Command, t target) string {
	name := instructionName(cmd)
	switch cmd.INS {
	case apdu.InsSelect:
		switch {
		case cmd.P1 == selectByAID:
			return fmt.Sprintf("SELECT application %X", cmd.Data)
		case t.file != 0:
			return "SELECT " + c.fileName(t.file)
		}
	case apdu.InsReadBinary, apdu.InsReadBinaryOdd:
		return fmt.Sprintf("%s %s, %d bytes at %d", name, c.fileName(t.file), t.length, t.offset)
	case apdu.InsMSE:
		switch uint16(cmd.P1)<<8 | uint16(cmd.P2) {
		case mseSetATMutual:
			return "MSE:Set AT (PACE)"
		case mseSetATInternal:
			return "MSE:Set AT (chip authentication)"
		case mseSetKAT:
			return "MSE:Set KAT"
		case mseSetDST:
			return "MSE:Set DST"
		case mseSetATExternal:
			return "MSE:Set AT (terminal authentication)"
		}
	}
	return name
}

// fileName names a file of the directory that is selected now.
func (c *Chip) fileName(id uint16) string {
	switch {
	case id == 0:
		return "(no file)"
	case id == fileMF:
		return "MF"
	case !c.s.inApplication:
		if name, ok := masterNames[id]; ok {
			return name
		}
	case id == FileSOD:
		return "EF.SOD"
	case id == FileCOM:
		return "EF.COM"
	case id == c.profile.fileCVCA():
		return "EF.CVCA"
	case id > fileDG0 && id <= FileDG(lastGroup):
		return fmt.Sprintf("EF.DG%d", id&0xFF)
	}
	return fmt.Sprintf("EF %04X", id)
}

var masterNames = map[uint16]string{
	FileDIR: "EF.DIR", FileATRInfo: "EF.ATR/INFO", FileCardAccess: "EF.CardAccess", FileCardSecurity: "EF.CardSecurity",
}
