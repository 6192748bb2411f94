package prompt

import (
	"strings"
	"unicode"
)

// widthOf is about how wide a letter is in the fonts of desktops, in quarters of
// their size. Windows cut off what does not fit, and what a stranger sent may be
// made so that its end is not seen: the estimates are for the wide ones of a kind.
func widthOf(c rune) int {
	switch {
	case unicode.Is(unicode.Mn, c):
		return 0
	case c >= 0x2E80 || c >= 0x1100 && c < 0x1200: // East Asian letters, pictures
		return 5
	case strings.ContainsRune("mMW@%&—", c):
		return 4
	case strings.ContainsRune(" .,:;'|!ijl()[]/", c):
		return 1
	case unicode.IsUpper(c), c == 'w':
		return 3
	}
	return 2
}

func width(text string) (sum int) {
	for _, c := range text {
		sum += widthOf(c)
	}
	return sum
}

// wrapped breaks a text into lines of at most that width, between words. A word that
// is longer than a line is broken after a dot or, if there is none, anywhere.
func wrapped(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && width(line)+width(" "+word) <= most {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for end := fitting(word, most); end < len(word); end = fitting(word, most) {
			lines = append(lines, word[:end])
			word = word[end:]
		}
		line = word
	}
	return append(lines, line)
}

// fitting is how many bytes of a word stand on a line of that width: one letter at least.
func fitting(word string, most int) int {
	sum := 0
	for i, c := range word {
		if sum += widthOf(c); sum <= most || i == 0 {
			continue
		}
		if dot := strings.LastIndexByte(word[:i], '.'); dot > 0 {
			return dot + 1
		}
		return i
	}
	return len(word)
}

// shortened is a text of at most that width; what is left out is marked. It is for what
// strangers say of themselves, never for their address.
func shortened(text string, most int) string {
	if width(text) <= most {
		return text
	}
	sum := width("…")
	for i, c := range text {
		if sum += widthOf(c); sum > most {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}
