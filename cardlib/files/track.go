package files

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// Place is the file that a command is about.
type Place struct {
	// Application: the file lies under the eMRTD application, else under the MF.
	Application bool
	// File is 0 if the command is about none.
	File lds.FileID
	// Read: the answer holds bytes of the file from Offset on, the first of them
	// Header bytes after the answer's beginning.
	Read           bool
	Offset, Header int
}

// Tracker follows the commands of a conversation above secure messaging, from a
// reset on, and knows which file each is about. The zero value stands before the
// first command. PACE leaves a chip under the MF until the application is selected.
type Tracker struct {
	application bool
	current     lds.FileID
}

// Reset is told that the chip was reset.
func (t *Tracker) Reset() { *t = Tracker{} }

// Follow takes the next command and its answer.
func (t *Tracker) Follow(cmd apdu.Command, resp apdu.Response) Place {
	switch cmd.INS {
	case apdu.InsSelect:
		return t.selected(cmd, resp)
	case apdu.InsReadBinary:
		if cmd.P1&0x80 != 0 {
			return t.short(lds.FileID(cmd.P1&0x1F), int(cmd.P2), resp)
		}
		return Place{t.application, t.current, taken(resp), int(cmd.P1)<<8 | int(cmd.P2), 0}
	case apdu.InsReadBinaryOdd:
		return t.odd(cmd, resp)
	}
	return Place{Application: t.application}
}

// taken tells whether an answer to READ BINARY holds what was read.
func taken(resp apdu.Response) bool {
	return resp.SW.OK() || resp.SW == apdu.SWEndOfFile || resp.SW == 0x6281
}

func (t *Tracker) selected(cmd apdu.Command, resp apdu.Response) Place {
	good := resp.SW.OK() || resp.SW.SW1() == 0x62
	switch {
	case cmd.P1 == 0x04:
		t.application, t.current = t.application || good, 0
	case cmd.P1 == 0x02 && len(cmd.Data) == 2:
		id := lds.FileID(cmd.Data[0])<<8 | lds.FileID(cmd.Data[1])
		if good {
			t.current = id
		}
		return Place{Application: t.application, File: id}
	default: // the MF, by name or by nothing
		if good {
			t.Reset()
		}
	}
	return Place{Application: t.application}
}

// short is a READ BINARY that selects by short file identifier (Doc 9303-10
// tables 38 and 39).
func (t *Tracker) short(short lds.FileID, offset int, resp apdu.Response) Place {
	id := 0x0100 | short
	switch {
	case t.application:
	case short == lds.ShortATRInfo:
		id = lds.EFATRInfo
	case short == lds.ShortDIR:
		id = lds.EFDIR
	}
	if taken(resp) {
		t.current = id
	}
	return Place{t.application, id, taken(resp), offset, 0}
}

// odd is a READ BINARY whose offset stands in a DO 54 and whose answer in a DO 53.
func (t *Tracker) odd(cmd apdu.Command, resp apdu.Response) Place {
	p := Place{Application: t.application, File: t.current}
	at, err := tlv.ReadTag(cmd.Data, 0x54)
	if err != nil || len(at.Value) > 4 || !taken(resp) {
		return p
	}
	for _, b := range at.Value {
		p.Offset = p.Offset<<8 | int(b)
	}
	tag, header, _, err := tlv.Header(resp.Data)
	p.Read, p.Header = err == nil && tag == 0x53, header
	return p
}
