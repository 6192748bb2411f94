package prompt

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chipid/agent/consent"
)

// errReply: what the program wrote is not an answer to the form.
var errReply = errors.New("prompt: not an answer")

// maxReply bounds what the program may write, in bytes.
const maxReply = 4 << 10

// Exit codes of yad(1): a button's own, and those of a window that was closed.
const (
	yadAllow  = 10
	yadDeny   = 11
	yadEscape = 252
)

// Measures of yad's window: a line of text, and from how many boxes on they stand in
// two columns, so that the window is no larger than old screens (1024 × 768).
const (
	yadLine    = 190
	yadColumns = 4
)

// yadArguments is the form as arguments of yad(1): one window over all others, in
// the middle of the screen, whose words are never markup. Enter in the field of the
// code is «allow», as --response says; with the keyboard on the buttons the first
// one is «refuse», so that an Enter meant for another window grants nothing. had is
// what was entered before and is kept.
func yadArguments(f form, had reply) []string {
	args := []string{"--form", "--on-top", "--center", "--sticky", "--borders=16", "--no-markup", "--align=left", "--separator=|", "--quoted-output",
		"--title=" + f.title, "--window-icon=dialog-question", "--width=560", "--fixed", "--text=" + yadText(f), "--response=" + strconv.Itoa(yadAllow),
		fmt.Sprintf("--button=%s:%d", plainLabel(f.deny), yadDeny), fmt.Sprintf("--button=%s:%d", plainLabel(f.allow), yadAllow)}
	if len(f.sensitive) > yadColumns {
		args = append(args, "--columns=2")
	}
	var values []string
	field := func(label, kind, value string) {
		args, values = append(args, "--field="+plainLabel(label)+":"+kind), append(values, value)
	}
	if f.code != "" {
		field(f.code, "", "")
	}
	if len(f.sensitive) > 0 {
		field(f.sensitiveTitle, "LBL", "")
	}
	tick := map[bool]string{true: "TRUE", false: "FALSE"}
	for _, b := range f.sensitive {
		field(b.label, "CHK", tick[slices.Contains(had.ticked, b.id)])
	}
	if f.presence != "" {
		field(f.presence, "CHK", tick[had.presence])
	}
	if len(f.terms) > 0 {
		field(f.termTitle, "CB", yadTerms(f, had.term))
	}
	return append(append(args, "--"), values...)
}

// yadText is what stands above the fields. yad reads escapes with a backslash in it (g_strcompress):
// a page's own backslash stays one, so that it writes no lines of its own.
func yadText(f form) string {
	var all []string
	for _, text := range append(f.paragraphs(), f.codeNotes...) {
		all = append(all, wrapped(text, yadLine)...)
		if text == f.site || text == f.caution {
			all = append(all, "")
		}
	}
	return strings.ReplaceAll(strings.Join(all, "\n"), `\`, `\\`) + "\n"
}

// yadTerms are the choices of a list, of which one is chosen beforehand.
func yadTerms(f form, chosen string) string {
	if chosen == "" {
		chosen = string(consent.ForDay)
	}
	var choices []string
	for _, b := range f.terms {
		mark := ""
		if b.id == chosen {
			mark = "^"
		}
		choices = append(choices, mark+b.label)
	}
	return strings.Join(choices, "!")
}

// plainLabel takes what yad would read as a sign of its own out of a label.
func plainLabel(text string) string {
	return strings.NewReplacer(":", " –", "!", "", "_", " ", "|", " ").Replace(text)
}

// yadReply reads what yad wrote for the form: the fields, each between quotes of
// the shell, in their order.
func yadReply(f form, written string) (reply, error) {
	if len(written) > maxReply {
		return reply{}, errReply
	}
	values := strings.Split(strings.TrimSuffix(strings.TrimRight(written, "\r\n"), "|"), "|")
	next := func() string {
		if len(values) == 0 {
			return ""
		}
		v := strings.Trim(values[0], "'")
		values = values[1:]
		return v
	}
	r := reply{granted: true}
	if f.code != "" {
		r.code = next()
	}
	if len(f.sensitive) > 0 {
		next() // the title
	}
	for _, b := range f.sensitive {
		if next() == "TRUE" {
			r.ticked = append(r.ticked, b.id)
		}
	}
	if f.presence != "" {
		r.presence = next() == "TRUE"
	}
	if len(f.terms) > 0 {
		label := next()
		for _, b := range f.terms {
			if b.label == label {
				r.term = b.id
			}
		}
		if r.term == "" {
			return reply{}, errReply
		}
	}
	if len(values) > 1 || len(values) == 1 && values[0] != "" {
		return reply{}, errReply
	}
	return r, nil
}
