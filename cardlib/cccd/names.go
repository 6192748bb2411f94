package cccd

import (
	"strings"

	"chipid/cardlib/mrz"
)

// namesAgree compares the name of an MRZ with a full name in Vietnamese writing.
// Spaces do not count, since issuers write particles and apostrophes apart or
// together. Where the MRZ may have been truncated, its words may be beginnings
// of those of the full name, and words may be missing (Doc 9303-5 §4.2.3).
func namesAgree(d mrz.Document, full string) bool {
	short, long := strings.Fields(d.Name()), strings.Fields(fold(full))
	if strings.Join(short, "") == strings.Join(long, "") {
		return true
	}
	if !d.NameTruncated && fits(d.Format, long) {
		return false
	}
	return abbreviates(short, long) || strings.HasPrefix(strings.Join(long, ""), strings.Join(short, ""))
}

// fits tells whether a name of these words fits the name field, with the double
// filler after the surname.
func fits(f mrz.Format, words []string) bool {
	room := map[mrz.Format]int{mrz.TD1: 30, mrz.TD2: 31, mrz.TD3: 39}[f]
	return len(strings.Join(words, "<"))+1 <= room
}

// abbreviates tells whether each short word begins a long word, in order, with
// the surname's first word at the head of both.
func abbreviates(short, long []string) bool {
	if len(short) == 0 || len(long) == 0 || !strings.HasPrefix(long[0], short[0]) {
		return false
	}
	for _, word := range short {
		for len(long) > 0 && !strings.HasPrefix(long[0], word) {
			long = long[1:]
		}
		if len(long) == 0 {
			return false
		}
		long = long[1:]
	}
	return true
}
