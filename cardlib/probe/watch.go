package probe

import (
	"fmt"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
)

// watch listens to a read: which file came in what blocks and how fast. Of the
// bytes it keeps those of EF.COM alone.
type watch struct {
	tracker files.Tracker
	answers map[string]int
	order   []string
	read    map[string]*fileWatch
	com     []byte
}

type fileWatch struct {
	FileRead
	took time.Duration
}

func newWatch() *watch {
	return &watch{answers: map[string]int{}, read: map[string]*fileWatch{}}
}

// hear takes one exchange of the read.
func (w *watch) hear(e cardlib.Exchange) {
	if e.Reset {
		w.tracker.Reset()
		return
	}
	answer := "no answer"
	if e.Err == nil {
		answer = e.Response.SW.String()
	}
	w.answers[commandName(e.Command)+" "+answer]++
	place := w.tracker.Follow(e.Command, e.Response)
	if place.File == 0 || e.Command.INS == apdu.InsSelect {
		return
	}
	name := fileName(place.Application, place.File)
	f, known := w.read[name]
	if !known {
		f = &fileWatch{FileRead: FileRead{File: name}}
		w.read[name], w.order = f, append(w.order, name)
	}
	f.Commands++
	f.took += e.Took
	f.Asked = max(f.Asked, e.Command.Le)
	if !place.Read {
		return
	}
	got := max(0, len(e.Response.Data)-place.Header)
	f.Got = max(f.Got, got)
	f.Bytes = max(f.Bytes, place.Offset+got)
	if place.Application && place.File == lds.EFCOM && place.Offset == len(w.com) {
		w.com = append(w.com, e.Response.Data[place.Header:]...)
	}
}

func (w *watch) files() []FileRead {
	var out []FileRead
	for _, name := range w.order {
		f := w.read[name]
		f.Ms = f.took.Milliseconds()
		out = append(out, f.FileRead)
	}
	return out
}

var instructions = map[byte]string{
	apdu.InsSelect: "SELECT", apdu.InsReadBinary: "READ BINARY", apdu.InsReadBinaryOdd: "READ BINARY (odd)",
	apdu.InsGetChallenge: "GET CHALLENGE", apdu.InsExternalAuth: "EXTERNAL AUTHENTICATE",
	apdu.InsInternalAuth: "INTERNAL AUTHENTICATE", apdu.InsMSE: "MSE", apdu.InsGeneralAuth: "GENERAL AUTHENTICATE",
}

func commandName(cmd apdu.Command) string {
	if name, ok := instructions[cmd.INS]; ok {
		return name
	}
	return fmt.Sprintf("INS %02X", cmd.INS)
}

var masterNames = map[lds.FileID]string{
	lds.EFCardAccess: "EF.CardAccess", lds.EFCardSecurity: "EF.CardSecurity", lds.EFATRInfo: "EF.ATR/INFO", lds.EFDIR: "EF.DIR",
}

func fileName(application bool, id lds.FileID) string {
	if !application {
		if name, ok := masterNames[id]; ok {
			return name
		}
		return "EF " + id.String()
	}
	switch id {
	case lds.EFSOD:
		return "EF.SOD"
	case lds.EFCOM:
		return "EF.COM"
	}
	if g, ok := lds.ByFileID(id); ok {
		return g.String()
	}
	return "EF " + id.String()
}
