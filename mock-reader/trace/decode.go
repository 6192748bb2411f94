package trace

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// Decoder makes lines of one card's log. The zero Decoder is ready for a card
// that was just put in. It serves one caller at a time.
type Decoder struct {
	place place
}

// Decode makes the line of one exchange; time, reader and card are the tape's to set.
func (d *Decoder) Decode(e chip.Entry) Line {
	if len(e.Command) == 0 {
		d.place = place{}
		return Line{Kind: Reset, Name: e.Name, Meaning: Text{"Đầu đọc khởi động lại thẻ", "The reader resets the card"}}
	}
	plain, _ := e.Plain.Bytes()
	x := &Exchange{
		Number: e.Number, Command: e.Command, Response: e.Response, Secured: e.Secured, PlainCommand: plain,
		Broken: e.Broken, Faults: e.Faults, ChannelEnded: e.ChannelEnded,
	}
	if len(e.Response) > 0 {
		x.PlainResponse = e.PlainResponse.Bytes()
		x.answer(e)
	}
	d.place.follow(e)
	if d.place.reads || e.Plain.INS == apdu.InsSelect {
		x.File, x.Offset, x.Length = d.place.fileName(), d.place.offset, d.place.length
	}
	x.Parts = parts(e)
	if d.place.reads {
		x.PlainText = readable(e.PlainResponse.Data)
	}
	meaning, clause := explain(e, d.place)
	x.Clause = clause
	return Line{Kind: APDU, Name: e.Name, Meaning: meaning, Exchange: x}
}

// answer says what the status word means. The one beneath secure messaging
// counts, unless the answer went out bare.
func (x *Exchange) answer(e chip.Entry) {
	sw := e.PlainResponse.SW
	if sw == 0 && len(e.Response) >= 2 {
		n := len(e.Response)
		sw = apdu.SW(e.Response[n-2])<<8 | apdu.SW(e.Response[n-1])
		x.PlainResponse = nil
	}
	x.SW, x.SWMeaning = sw.String(), statusMeaning(e.Plain, sw)
}

// textLimit bounds the readable text of an answer, in characters.
const textLimit = 400

// readable returns the texts of four and more letters in b, with a middle dot
// for what lies between them; empty if b is not text for a good part, as a picture.
func readable(b []byte) string {
	var out, run strings.Builder
	letters, shown, whole := 0, 0, min(len(b), textLimit)
	flush := func() {
		if letters >= 4 && shown < textLimit {
			if out.Len() > 0 {
				out.WriteString(" · ")
			}
			out.WriteString(run.String())
			shown += letters
		}
		run.Reset()
		letters = 0
	}
	for len(b) > 0 && shown+letters < textLimit {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			flush()
			continue
		}
		run.WriteRune(r)
		letters++
	}
	flush()
	if 3*out.Len() < whole {
		return ""
	}
	return out.String()
}

// explain gives the meaning and the clause of a command.
func explain(e chip.Entry, at place) (Text, string) {
	cmd := e.Plain
	switch cmd.INS {
	case apdu.InsSelect:
		return explainSelect(cmd, at)
	case apdu.InsReadBinary, apdu.InsReadBinaryOdd:
		f := fileWords[at.fileName()]
		if f.Vi == "" {
			f = Text{at.fileName(), at.fileName()}
		}
		return Text{
			fmt.Sprintf("Đọc %d byte từ vị trí %d của %s", at.length, at.offset, f.Vi),
			fmt.Sprintf("Read %d bytes at %d of %s", at.length, at.offset, f.En),
		}, "Doc 9303-10 §3.6.4"
	case apdu.InsMSE:
		return explainMSE(cmd)
	case apdu.InsGeneralAuth:
		return explainGeneral(e)
	}
	if w, ok := commandWords[cmd.INS]; ok {
		return w.meaning, w.clause
	}
	return Text{"Lệnh mà thẻ căn cước không có", "A command that identity chips do not have"}, "ISO/IEC 7816-4 §5.6"
}

func explainSelect(cmd apdu.Command, at place) (Text, string) {
	switch {
	case cmd.P1 == 0x04 && string(cmd.Data) == string(chip.DefaultAID):
		return Text{"Chọn ứng dụng giấy tờ điện tử (eMRTD) trên chip", "Select the travel document application (eMRTD)"}, "Doc 9303-10 §3.6.2"
	case cmd.P1 == 0x04:
		return Text{"Chọn một ứng dụng khác", "Select another application"}, "Doc 9303-10 §3.6.2"
	case cmd.P1 == 0x00:
		return Text{"Về thư mục gốc (MF)", "Go back to the master file"}, "Doc 9303-10 §3.6"
	}
	f := fileWords[at.fileName()]
	if f.Vi == "" {
		f = Text{at.fileName(), at.fileName()}
	}
	return Text{"Chọn tệp: " + f.Vi, "Select the file: " + f.En}, "Doc 9303-10 §3.6.3"
}

func explainMSE(cmd apdu.Command) (Text, string) {
	switch uint16(cmd.P1)<<8 | uint16(cmd.P2) {
	case 0xC1A4:
		return Text{"Bắt đầu PACE: chọn thuật toán và loại mật khẩu", "Begin PACE: choose algorithms and password"}, "Doc 9303-11 §4.4.4.1"
	case 0x41A4:
		return Text{"Bắt đầu xác thực chip: chọn thuật toán và khóa", "Begin chip authentication: choose algorithm and key"}, "Doc 9303-11 §6.2.4.2"
	case 0x41A6:
		return Text{"Xác thực chip: gửi khóa tạm của đầu đọc (3DES)", "Chip authentication: send the reader's ephemeral key (3DES)"}, "Doc 9303-11 §6.2.4.1"
	case 0x81B6:
		return Text{"Xác thực thiết bị đọc: chọn chứng thư để kiểm", "Terminal authentication: choose the certificate to check"}, "TR-03110-3 §B.11.4"
	}
	return Text{"Thiết lập môi trường bảo mật", "Set the security environment"}, "ISO/IEC 7816-4 §5.6"
}
