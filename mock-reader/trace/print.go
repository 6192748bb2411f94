package trace

import (
	"fmt"
	"strings"
	"unicode"
)

// Style is how Print writes lines.
type Style struct {
	// Language is "vi" or "en".
	Language string
	// Colour allows the colours of ANSI terminals.
	Colour bool
	// Bytes writes the bytes and data objects too.
	Bytes bool
	// Reader writes the reader's name, for traces of several.
	Reader bool
}

const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	plain  = "\x1b[0m"
)

// shownBytes bounds the bytes of one line on a terminal.
const shownBytes = 96

// Print writes a line for a terminal, with what belongs to it indented below.
func (s Style) Print(l *Line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ", l.Time.Format("15:04:05.000"))
	if s.Reader {
		fmt.Fprintf(&b, "%s ", clean(l.Reader))
	}
	if l.Exchange == nil {
		fmt.Fprintf(&b, "%s\n", s.in(cyan, fmt.Sprintf("── %s %s", clean(l.Meaning.In(s.Language)), clean(l.Card))))
		return b.String()
	}
	s.exchange(&b, l)
	return b.String()
}

func (s Style) exchange(b *strings.Builder, l *Line) {
	x := l.Exchange
	lock := "  "
	if x.Secured {
		lock = s.in(dim, "SM")
	}
	fmt.Fprintf(b, "%4d %s %s → %s %s", x.Number, lock, s.in(bold, clean(l.Name)), s.status(x), s.in(dim, s.took(x)))
	b.WriteByte('\n')
	fmt.Fprintf(b, "%13s%s  [%s]\n", "", clean(l.Meaning.In(s.Language)), clean(x.Clause))
	if x.PlainText != "" {
		fmt.Fprintf(b, "%13s“%s”\n", "", clean(x.PlainText))
	}
	for _, f := range x.Faults {
		fmt.Fprintf(b, "%13s%s\n", "", s.in(yellow, Text{"lỗi cố ý: ", "fault on purpose: "}.In(s.Language)+clean(f)))
	}
	for _, c := range x.Broken {
		fmt.Fprintf(b, "%13s%s\n", "", s.in(red, Text{"đầu đọc phạm: ", "the reader broke: "}.In(s.Language)+clean(c)))
	}
	if x.ChannelEnded {
		fmt.Fprintf(b, "%13s%s\n", "", s.in(red, Text{"kênh bảo mật kết thúc", "secure messaging ended"}.In(s.Language)))
	}
	if s.Bytes {
		s.bytes(b, x)
	}
}

func (s Style) status(x *Exchange) string {
	if x.SW == "" {
		return s.in(red, Text{"không trả lời", "no answer"}.In(s.Language))
	}
	text := clean(x.SW) + " " + clean(x.SWMeaning.In(s.Language))
	if !fine(x.SW) {
		return s.in(red, text)
	}
	if n := len(x.PlainResponse) - 2; n > 0 {
		text += fmt.Sprintf(", %d byte", n)
	}
	return text
}

func (s Style) took(x *Exchange) string {
	if x.Micros == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f ms", float64(x.Micros)/1000)
}

func (s Style) bytes(b *strings.Builder, x *Exchange) {
	for _, row := range []struct {
		mark string
		data Hex
	}{{"> ", x.Command}, {"< ", x.Response}, {">>", x.PlainCommand}, {"<<", x.PlainResponse}} {
		if len(row.data) > 0 && (x.Secured || row.mark[1] == ' ') {
			fmt.Fprintf(b, "%13s%s %s\n", "", s.in(dim, row.mark), s.in(dim, short(row.data)))
		}
	}
	for _, p := range x.Parts {
		fmt.Fprintf(b, "%13s%s%s %s %s %s\n", "", strings.Repeat("  ", p.Depth+1), p.Tag, clean(p.Name.In(s.Language)),
			s.in(dim, short(p.Value)), clean(p.Says.In(s.Language)))
	}
}

// short writes bytes, cut off after some.
func short(h Hex) string {
	if len(h) <= shownBytes {
		return fmt.Sprintf("%X", []byte(h))
	}
	return fmt.Sprintf("%X… (%d)", []byte(h[:shownBytes]), len(h))
}

// clean takes out what would steer a terminal: a saved trace may come from anywhere.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '·'
		}
		return r
	}, s)
}

func (s Style) in(colour, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return colour + text + plain
}
