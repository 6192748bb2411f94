package main

import (
	"context"
	"fmt"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/reading"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/mock-reader/inproc"
)

// readerLine is one reader in `readers --json`. What the card is, is not tried.
type readerLine struct {
	Name      string `json:"name"`
	Card      bool   `json:"card"`
	Mute      bool   `json:"mute"`
	Stuck     bool   `json:"stuck"`
	Synthetic bool   `json:"synthetic"`
}

// listReaders is `chipid-agent readers`. It sends nothing to any card.
func listReaders(ctx context.Context, c console, args []string) int {
	set := newFlags("readers")
	lang := set.String("lang", "vi", "")
	asJSON := set.Bool("json", false, "")
	mock := set.Bool("mock", false, "")
	if code, done := c.parse(set, args, lang); done {
		return code
	}
	source := readers.Source(pcsc.New())
	if *mock {
		test, err := inproc.New(inproc.Personas()...)
		if err != nil {
			return c.fail(catalogue.Internal, "", *lang, *asJSON)
		}
		source = readers.Join(source, test)
	}
	state := source.List(ctx)
	if state.Err != nil {
		return c.failure(answer.FailureOf(reading.State{Service: state.Err}.ServiceFault()), *lang, *asJSON)
	}
	lines := []readerLine{}
	for _, r := range state.Readers {
		lines = append(lines, readerLine{r.Name, r.Card, r.Mute, r.Stuck, r.Synthetic})
	}
	if *asJSON {
		if err := printJSON(c.out, map[string][]readerLine{"readers": lines}); err != nil {
			return catalogue.ExitTrouble
		}
		return 0
	}
	c.showReaders(lines, *lang)
	return 0
}

var readerWords = map[string]catalogue.Text{
	"none":  {Vi: "Không thấy đầu đọc nào.", En: "No reader is connected."},
	"empty": {Vi: "trống", En: "empty"},
	"card":  {Vi: "có thẻ", En: "card in"},
	"mute":  {Vi: "thẻ không trả lời", En: "card does not answer"},
	"stuck": {Vi: "đầu đọc không trả lời", En: "reader does not answer"},
	"mock":  {Vi: "mô phỏng", En: "simulated"},
}

func (c console) showReaders(lines []readerLine, lang string) {
	if len(lines) == 0 {
		fmt.Fprintln(c.out, readerWords["none"].In(lang))
	}
	for _, r := range lines {
		word := "empty"
		switch {
		case r.Stuck:
			word = "stuck"
		case r.Mute:
			word = "mute"
		case r.Card:
			word = "card"
		}
		fmt.Fprintf(c.out, "%s — %s", r.Name, readerWords[word].In(lang))
		if r.Synthetic {
			fmt.Fprintf(c.out, " (%s)", readerWords["mock"].In(lang))
		}
		fmt.Fprintln(c.out)
	}
}
