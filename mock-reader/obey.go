package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
)

// put puts a fresh chip of the present card into reader i.
func (s *station) put(i int) error {
	s.mu.Lock()
	name := s.names[i]
	s.mu.Unlock()
	if name == "" {
		return &scenario.ErrUnknown{Kind: "card"}
	}
	if err := s.slots[i].Insert(name); err != nil {
		return err
	}
	s.say("put: " + name)
	return nil
}

func (s *station) pull(i int) {
	if s.slots[i].Remove() {
		s.say("pull")
	}
}

// toggle pulls the first reader's card, or puts it back.
func (s *station) toggle() {
	if s.slots[0].State().Card != "" {
		s.pull(0)
		return
	}
	if err := s.put(0); err != nil {
		s.say(err.Error())
	}
}

// obey carries out the lines of the standard input; its end changes nothing.
func (s *station) obey(quit func()) {
	for lines := bufio.NewScanner(s.io.in); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if words[0] == "quit" {
			quit()
			return
		}
		if err := s.command(words[0], words[1:]); err != nil {
			s.say(err.Error())
		}
	}
}

// command carries out one line.
func (s *station) command(word string, rest []string) error {
	i := 0
	if len(rest) > 0 {
		if n, err := strconv.Atoi(rest[0]); err == nil {
			if n < 1 || n > len(s.slots) {
				return fmt.Errorf("không có đầu đọc / no reader %d", n)
			}
			i, rest = n-1, rest[1:]
		}
	}
	switch word {
	case "pull":
		s.pull(i)
		return nil
	case "put":
		return s.put(i)
	case "swap":
		return s.swap(i, strings.Join(rest, " "))
	case "tear":
		return s.tear(i, rest)
	}
	return fmt.Errorf("không hiểu / not understood: %q", word)
}

// swap changes the card that is in; a wrong name leaves it.
func (s *station) swap(i int, name string) error {
	if _, err := s.rack.Deck().ATR(name); err != nil {
		return err
	}
	s.mu.Lock()
	s.names[i] = name
	s.mu.Unlock()
	return s.put(i)
}

// tear has the card torn away at a file: "DG2 40%".
func (s *station) tear(i int, words []string) error {
	text := strings.Join(words, " ")
	t, err := rack.ParseTear(text)
	if err != nil {
		return err
	}
	return s.slots[i].SetTear(&t)
}
