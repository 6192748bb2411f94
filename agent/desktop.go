package main

import (
	"context"
	"errors"
	"os/exec"

	"chipid/agent/config"
	consolepage "chipid/agent/console"
	"chipid/agent/prompt"
	"chipid/agent/reading"
	"chipid/agent/tray"
	"chipid/internal/desktop"
)

// askInWindows shows the questions in windows of the desktop, and where that is
// not possible opens the officer's page.
func (a *agent) askInWindows(ctx context.Context) {
	prompt.New(prompt.Config{Queue: a.queue, Language: a.language, Log: a.log,
		Enabled: func() bool { return a.set().Bool(config.Windows) },
		Instead: func() {
			if !a.console.Watched() {
				a.openPage()
			}
		}}).Run(ctx)
}

func (a *agent) language() string { return a.set().Text(config.Language) }

// openPage opens the officer's page in the browser.
func (a *agent) openPage() {
	link, err := a.console.Link()
	if err == nil {
		err = desktop.Open(link)
	}
	if err != nil && !errors.Is(err, exec.ErrNotFound) {
		a.log.Warn("the officer's page cannot be opened", "why", err)
	}
}

// besideTheClock shows the picture in the tray and keeps it right.
func (a *agent) besideTheClock(ctx context.Context) {
	standings := make(chan tray.Standing, 1)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		view{a}.Watch(ctx, func(s consolepage.State) {
			select {
			case <-standings: // an older one that nobody has taken
			default:
			}
			standings <- trayStanding(s)
		})
	}()
	tray.Run(ctx, tray.Config{Language: a.language, Open: a.openPage, Quit: a.end, Standings: standings, Folder: a.set().places.State,
		Pair: func() { a.openPairing(pairing2m); a.openPage() }})
	<-watching
}

// trayStanding sums a state up: the most important thing first.
func trayStanding(s consolepage.State) tray.Standing {
	switch {
	case len(s.Questions) > 0:
		return tray.Waiting
	case len(s.Reads) > 0:
		return tray.Reading
	}
	standing := tray.Empty
	if len(s.Readers) == 0 || s.Service != nil {
		standing = tray.NoReader
	}
	for _, r := range s.Readers {
		if r.State == string(reading.CardCitizen) {
			standing = tray.Card
		}
	}
	return standing
}

// end ends the program as a command does.
func (a *agent) end() {
	select {
	case a.stop <- struct{}{}:
	default: // it is ending already
	}
}
