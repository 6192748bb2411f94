package prompt

import (
	"errors"
	"strings"
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

// yadArguments is the form as arguments of yad(1): one window over all others, in
// the middle of the screen, whose words are never markup.
func yadArguments(f form) []string {
	args := []string{"--form", "--on-top", "--center", "--sticky", "--borders=16", "--no-markup", "--align=left", "--separator=|", "--quoted-output",
		"--title=" + f.title, "--width=560", "--fixed",
		"--text=" + f.intro + "\n\n" + f.site + "\n\n" + strings.Join(f.lines, "\n") + "\n",
		"--button=" + plainLabel(f.allow) + ":10", "--button=" + plainLabel(f.deny) + ":11"}
	field := func(label, kind string) { args = append(args, "--field="+plainLabel(label)+":"+kind) }
	var values []string
	if f.code != "" {
		field(f.code+" ("+f.codeNote+")", "")
		values = append(values, "")
	}
	if len(f.sensitive) > 0 {
		field(f.sensitiveTitle, "LBL")
		values = append(values, "")
	}
	for _, b := range f.sensitive {
		field(b.label, "CHK")
		values = append(values, "FALSE")
	}
	if f.presence != "" {
		field(f.presence, "CHK")
		values = append(values, "FALSE")
	}
	if len(f.terms) > 0 {
		var choices []string
		for _, b := range f.terms {
			mark := ""
			if b.id == "day" {
				mark = "^"
			}
			choices = append(choices, mark+b.label)
		}
		field(f.termTitle, "CB")
		values = append(values, strings.Join(choices, "!"))
	}
	return append(append(args, "--"), values...)
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
