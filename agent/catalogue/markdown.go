package catalogue

import (
	"fmt"
	"strings"
)

// Markdown returns docs/errors.md: every error, verdict and stage with its
// words in both languages. The file is generated; a test keeps it equal.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Errors, verdicts and stages\n\n")
	b.WriteString("Mã lỗi, kết quả kiểm tra thẻ và các bước đọc, bằng tiếng Việt và tiếng Anh.\n\n")
	b.WriteString("Generated from `agent/catalogue` by `go generate ./agent/catalogue`: change the words there.\n\n")
	b.WriteString("In JSON-RPC an error is `{\"code\": integer, \"message\": English sentence, \"data\": {\"code\", \"messages\": {\"vi\", \"en\"}, \"remedy\": {\"vi\", \"en\"}, \"retryable\", \"sw\"?, \"detail\"?}}`. ")
	b.WriteString("The name in `data.code` is what a program should look at; names and integers are never reused.\n\n")
	b.WriteString("What a page's client finds out by itself (`AGENT_…`, `LNA_…`, `CERT_UNTRUSTED`) has no integer: [protocol.md](protocol.md#what-a-page-can-observe) tells each cause, the page the remedy. ")
	b.WriteString("Mã do trang tự nhận biết không có số; nguyên nhân xem ở đó, cách xử lý hiện ngay trên trang.\n\n")
	b.WriteString("## Errors\n")
	for _, f := range families {
		f.markdown(&b)
	}
	outcomesMarkdown(&b)
	checksMarkdown(&b)
	reasonsMarkdown(&b)
	stagesMarkdown(&b)
	findingsMarkdown(&b)
	return b.String()
}

func (f family) markdown(b *strings.Builder) {
	heading := f.title.En
	if f.title.Vi != f.title.En {
		heading += " · " + f.title.Vi
	}
	fmt.Fprintf(b, "\n### %s\n\n| code | integer | exit | retry | what happened | what to do |\n|---|---|---|---|---|---|\n", heading)
	for _, e := range f.errors {
		fmt.Fprintf(b, "| `%s` | %d | %d | %s | %s | %s |\n", e.Code, e.Number, e.Exit, yesNo(e.Retryable), both(e.What), both(e.Remedy))
	}
}

func outcomesMarkdown(b *strings.Builder) {
	b.WriteString("\n## Outcomes\n\n| outcome | tone | what it says | what to do |\n|---|---|---|---|\n")
	for _, o := range outcomes {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", o.Outcome, o.Tone, both(o.What), both(o.Remedy))
	}
}

func checksMarkdown(b *strings.Builder) {
	b.WriteString("\n## Checks\n\n| check | title | when it passes |\n|---|---|---|\n")
	for _, c := range checks {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.ID, both(c.Title), both(c.Passed))
	}
}

func reasonsMarkdown(b *strings.Builder) {
	b.WriteString("\n## Reasons\n\nThe cause beside a check that did not pass, or a remark beside one that did. ")
	b.WriteString("«set-up» marks a fault of the computer's set-up, never of the card or the citizen.\n\n")
	b.WriteString("| reason | set-up | what it says | what to do |\n|---|---|---|---|\n")
	for _, r := range reasons {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", r.Reason, yesNo(r.Setup), both(r.What), both(r.Remedy))
	}
}

func stagesMarkdown(b *strings.Builder) {
	b.WriteString("\n## Stages\n\n| stage | words |\n|---|---|\n")
	for _, s := range stages {
		fmt.Fprintf(b, "| `%s` | %s |\n", s.ID, both(s.What))
	}
}

// both puts the two languages into one cell.
func both(t Text) string { return t.Vi + "<br>" + t.En }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func findingsMarkdown(b *strings.Builder) {
	b.WriteString("\n## Doctor\n\nWhat `chipid-agent doctor` says, and what an ordinary user or an administrator can do about it.\n\n")
	b.WriteString("| check | finding | what it says | ordinary user | administrator |\n|---|---|---|---|---|\n")
	for _, f := range findings {
		fmt.Fprintf(b, "| `%s` | `%s` | %s | %s | %s |\n", f.Check, f.Name, both(f.Title), orNone(f.Remedy), orNone(f.Admin))
	}
}

// orNone is empty where nothing is said.
func orNone(t Text) string {
	if t == (Text{}) {
		return ""
	}
	return both(t)
}
