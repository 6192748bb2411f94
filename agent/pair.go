package main

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/control"
	"chipid/agent/pairing"
)

// pair is `chipid-agent pair`: it opens pairing and asks the officer here, at
// the terminal. Where nobody types, the questions wait for `origins approve`.
func pair(ctx context.Context, c console, args []string) int {
	r := c.newRequest("pair")
	window := r.set.Duration("window", pairing.MaxWindow, "")
	leave := r.set.Bool("no-wait", false, "")
	if code, done := r.read(args, 0); done {
		return code
	}
	if *window < 0 || *window > pairing.MaxWindow {
		return r.wrong(catalogue.Usage, "--window: at most "+pairing.MaxWindow.String())
	}
	opened, code, ok := r.ask(ctx, control.Request{Op: control.OpPair, Seconds: int(window.Seconds())})
	if !ok {
		return code
	}
	if r.json {
		return r.print(map[string]any{"until": opened.Until})
	}
	if *window == 0 {
		fmt.Fprintln(r.out, pairWords["closed"].In(r.lang))
		return 0
	}
	fmt.Fprintf(r.out, "%s %s\n", pairWords["open"].In(r.lang), opened.Until.Local().Format("15:04:05"))
	if *leave {
		return 0
	}
	return r.officer(ctx)
}

// officer asks at the terminal until pairing is over.
func (r *request) officer(ctx context.Context) int {
	in := bufio.NewScanner(r.in)
	for {
		waiting, err := control.Call(ctx, r.control(), control.Request{Op: control.OpWait})
		switch {
		case ctx.Err() != nil:
			return catalogue.ExitCancelled
		case err != nil:
			return r.wrong(catalogue.AgentNotRunning, "")
		case len(waiting.Questions) == 0:
			fmt.Fprintln(r.out, pairWords["closed"].In(r.lang))
			return 0
		}
		q := waiting.Questions[0]
		d, ok := r.decide(in, q)
		if !ok {
			return 0 // nobody types here: the question goes on waiting
		}
		if _, err := r.call(ctx, control.Request{Op: control.OpAnswer, ID: q.ID, Decision: &d}); err != nil {
			return r.wrong(catalogue.AgentNotRunning, "")
		}
		time.Sleep(answered) // until the answer has taken the question away
	}
}

// answered is how long the agent may take to act on an answer.
const answered = 200 * time.Millisecond

var pairWords = map[string]catalogue.Text{
	"open":      {Vi: "Đã mở ghép trang đến", En: "Pairing is open until"},
	"closed":    {Vi: "Đã đóng ghép trang.", En: "Pairing is closed."},
	"asks":      {Vi: "Trang xin phép", En: "A page asks"},
	"again":     {Vi: "Trang xin đọc lại thẻ đang đặt", En: "A page asks to read the card that is in once more"},
	"name":      {Vi: "Tự xưng là", En: "Calls itself"},
	"purpose":   {Vi: "Mục đích nêu ra", En: "Stated purpose"},
	"fields":    {Vi: "Trường thường", En: "Ordinary fields"},
	"sensitive": {Vi: "Trường nhạy cảm, cho phép", En: "Sensitive field, grant"},
	"presence":  {Vi: "Cho trang biết khi có thẻ đặt vào, cho phép", En: "Tell the page when a card is put in, grant"},
	"code":      {Vi: "Nhập mã đang hiện trên trang (để trống là từ chối)", En: "Enter the code that the page shows (empty refuses)"},
	"tries":     {Vi: "số lần thử còn lại", En: "tries left"},
	"term":      {Vi: "Cho phép bao lâu: once (một lần), day (hôm nay), always (đến khi thu hồi)", En: "For how long: once, day, always"},
	"yes":       {Vi: "(c = có, Enter = không)", En: "(y = yes, Enter = no)"},
}

// prompt asks for one line; ok is false at the end of the input.
func (r *request) prompt(in *bufio.Scanner, text string) (string, bool) {
	fmt.Fprintf(r.out, "%s: ", text)
	if !in.Scan() {
		fmt.Fprintln(r.out)
		return "", false
	}
	return strings.TrimSpace(in.Text()), true
}

// agreed asks for yes or no; the default is no.
func (r *request) agreed(in *bufio.Scanner, text string) bool {
	said, _ := r.prompt(in, text+" "+pairWords["yes"].In(r.lang))
	return slices.Contains([]string{"c", "co", "có", "y", "yes"}, strings.ToLower(said))
}

// decide asks the officer one question.
func (r *request) decide(in *bufio.Scanner, q control.Question) (consent.Decision, bool) {
	word := func(name string) string { return pairWords[name].In(r.lang) }
	if q.Kind == consent.AskAgain {
		fmt.Fprintf(r.out, "\n%s: %s («%s»)\n", word("again"), q.Origin, q.Purpose)
		d := consent.Decision{Granted: r.agreed(in, "?")}
		return d, true
	}
	fmt.Fprintf(r.out, "\n%s: %s\n  %s: «%s»\n  %s: «%s»\n", word("asks"), q.Origin, word("name"), q.Name, word("purpose"), q.Purpose)
	ordinary, sensitive := split(q.Fields)
	fmt.Fprintf(r.out, "  %s: %s\n", word("fields"), strings.Join(r.labels(ordinary), "; "))
	code, ok := r.prompt(in, fmt.Sprintf("%s, %s: %d", word("code"), word("tries"), q.TriesLeft))
	if !ok || code == "" {
		return consent.Decision{}, ok
	}
	d := consent.Decision{Granted: true, Code: code, Fields: ordinary}
	for _, id := range sensitive {
		if r.agreed(in, word("sensitive")+" «"+strings.Join(r.labels([]string{id}), "")+"»?") {
			d.Fields = append(d.Fields, id)
		}
	}
	d.Presence = q.Presence && r.agreed(in, word("presence")+"?")
	for d.For == "" {
		said, ok := r.prompt(in, word("term"))
		if !ok {
			return consent.Decision{}, false
		}
		if _, err := consent.Term(said).Until(time.Now()); err == nil {
			d.For = consent.Term(said)
		}
	}
	return d, true
}

// split parts fields into ordinary and sensitive ones.
func split(ids []string) (ordinary, sensitive []string) {
	for _, f := range answer.Fields() {
		switch id := string(f.ID); {
		case !slices.Contains(ids, id):
		case f.Sensitive:
			sensitive = append(sensitive, id)
		default:
			ordinary = append(ordinary, id)
		}
	}
	return ordinary, sensitive
}
