package main

import (
	"bufio"
	"io"
	"strings"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib/access"
)

// maxKeyInput is how much of standard input is looked at, in bytes.
const maxKeyInput = 4 << 10

// givenKey takes the one key that was given.
func (c console) givenKey(given map[string]*string, stdin bool) (access.Keys, catalogue.Code, string) {
	kind, text, n := "", "", 0
	for k, v := range given {
		if *v != "" {
			kind, text = k, *v
			n++
		}
	}
	if stdin {
		n++
	}
	switch {
	case n == 0:
		return access.Keys{}, catalogue.KeyMissing, ""
	case n > 1:
		return access.Keys{}, catalogue.Usage, "--id | --qr | --can | --mrz | --key-stdin: one of them"
	case stdin:
		text = keyFrom(c.in)
	case kind == answer.KeyMRZ:
		text = strings.ReplaceAll(text, `\n`, "\n") // as it stands in JSON, for shells
	}
	if strings.TrimSpace(text) == "" {
		return access.Keys{}, catalogue.KeyMissing, ""
	}
	keys, code := answer.Keys(kind, text)
	return keys, code, ""
}

// keyFrom reads a key that somebody types or pipes in: one line, or the two or
// three lines of an MRZ. It does not wait for the end of the input where the key
// is complete.
func keyFrom(in io.Reader) string {
	scanner := bufio.NewScanner(io.LimitReader(in, maxKeyInput))
	var lines []string
	for scanner.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(scanner.Text(), "\uFEFF"))
		if line == "" && len(lines) == 0 {
			continue
		}
		if line == "" {
			break
		}
		lines = append(lines, line)
		if complete(lines) {
			break
		}
	}
	return strings.Join(lines, "\n")
}

// complete tells whether nothing more belongs to the key: lines of an MRZ have
// fillers, and there are three of TD1 (30 letters), two of other sizes.
func complete(lines []string) bool {
	first := lines[0]
	if !strings.Contains(first, "<") {
		return true
	}
	if len(first) > 30 {
		return len(lines) == 2 || len(first) > 60
	}
	return len(lines) == 3
}
