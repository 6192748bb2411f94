package mrz

// Format is the size of a document's MRZ.
type Format int

// TD1 is three lines of 30 (cards), TD2 two of 36, TD3 two of 44 (passports).
const (
	TD1 Format = 1 + iota
	TD2
	TD3
)

func (f Format) String() string {
	switch f {
	case TD1:
		return "TD1"
	case TD2:
		return "TD2"
	case TD3:
		return "TD3"
	}
	return ""
}

// span is the place of a field: line (from 0) and the columns from ≤ c < to.
type span struct{ line, from, to int }

func (s span) of(lines []string) string { return lines[s.line][s.from:s.to] }

func (s span) len() int { return s.to - s.from }

// layout says where everything stands in a format. A check digit stands in the
// column after what it checks, except the composite.
type layout struct {
	format       Format
	lines, width int

	code, state, number, birth, sex, expiry, nationality, name span
	// optional is what a long document number runs on in; in TD3 it has its own
	// check digit instead.
	optional, optional2 span
	optionalChecked     bool
	// composite is the digit, over the spans in their order.
	composite span
	over      []span
}

// The layouts of Doc 9303-5 §4.2.2, Doc 9303-6 §4.2.2 and Doc 9303-4 §4.2.2.
var layouts = []layout{
	{
		format: TD1, lines: 3, width: 30,
		code: span{0, 0, 2}, state: span{0, 2, 5}, number: span{0, 5, 14}, optional: span{0, 15, 30},
		birth: span{1, 0, 6}, sex: span{1, 7, 8}, expiry: span{1, 8, 14}, nationality: span{1, 15, 18},
		optional2: span{1, 18, 29}, composite: span{1, 29, 30}, name: span{2, 0, 30},
		over: []span{{0, 5, 30}, {1, 0, 7}, {1, 8, 15}, {1, 18, 29}},
	},
	{
		format: TD2, lines: 2, width: 36,
		code: span{0, 0, 2}, state: span{0, 2, 5}, name: span{0, 5, 36},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21},
		expiry: span{1, 21, 27}, optional: span{1, 28, 35}, composite: span{1, 35, 36},
		over: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 35}},
	},
	{
		format: TD3, lines: 2, width: 44,
		code: span{0, 0, 2}, state: span{0, 2, 5}, name: span{0, 5, 44},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21},
		expiry: span{1, 21, 27}, optional: span{1, 28, 42}, optionalChecked: true, composite: span{1, 43, 44},
		over: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 43}},
	},
}

// layoutOf finds the layout of a format.
func layoutOf(f Format) (layout, bool) {
	for _, l := range layouts {
		if l.format == f {
			return l, true
		}
	}
	return layout{}, false
}

// digitAfter is the place of the check digit that follows a field.
func digitAfter(s span) span { return span{s.line, s.to, s.to + 1} }

// compositeText is what the composite check digit is taken over.
func (l layout) compositeText(lines []string) string {
	text := ""
	for _, s := range l.over {
		text += s.of(lines)
	}
	return text
}
