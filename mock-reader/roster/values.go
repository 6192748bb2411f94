package roster

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"chipid/mock-reader/persona"
)

// The words that choose between a few things, as the files have them.
var (
	sexes       = map[string]persona.Sex{"male": persona.Male, "female": persona.Female, "nam": persona.Male, "nữ": persona.Female}
	generations = map[string]persona.Generation{"cccd-2021": persona.CCCD2021, "can-cuoc-2024": persona.CanCuoc2024}
	activeAuths = map[string]persona.AAKind{"rsa": persona.AARSA, "rsa-sha1": persona.AARSASHA1, "ecdsa": persona.AAECDSA}
	shapes      = map[string]persona.ParentsShape{"separate": persona.Separate, "joined": persona.Joined}
	empties     = map[string]persona.EmptyShape{"as-found": persona.EmptyAsFound, "text": persona.EmptyText, "valueless": persona.EmptyValueless, "absent": persona.EmptyAbsent}
)

// Limits of texts.
const (
	maxText    = 500 // letters
	maxName    = 150 // letters
	maxSpouses = 8
	maxExtra   = 100
)

// setText reads a text in Unicode NFC that the check lets pass.
func setText(place func(*persona.Persona) *string, check func(string) error) func(*draft, *yaml.Node) error {
	return func(d *draft, n *yaml.Node) error {
		if err := plain(n); err != nil {
			return err
		}
		text := textOf(n)
		if err := check(text); err != nil {
			return err
		}
		*place(&d.p) = text
		return nil
	}
}

// textOf is the text of a node as it stands there, whatever YAML takes it for: a
// number keeps its zeros. null is empty.
func textOf(n *yaml.Node) string {
	if isNull(n) {
		return ""
	}
	return norm.NFC.String(n.Value)
}

func setWord[T any](place func(*persona.Persona) *T, words map[string]T) func(*draft, *yaml.Node) error {
	return func(d *draft, n *yaml.Node) error {
		return readWord(n, place(&d.p), words)
	}
}

func readWord[T any](n *yaml.Node, to *T, words map[string]T) error {
	if err := plain(n); err != nil {
		return err
	}
	value, ok := words[strings.ToLower(textOf(n))]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(words)), ", ")
		return wrongf("phải là một trong: %s", "must be one of: %s", known)
	}
	*to = value
	return nil
}

func setDate(place func(*persona.Persona) *persona.Date) func(*draft, *yaml.Node) error {
	return func(d *draft, n *yaml.Node) (err error) {
		*place(&d.p), err = readDate(n)
		return err
	}
}

var (
	isoDate     = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)
	printedDate = regexp.MustCompile(`^(\d{2})/(\d{2})/(\d{4})$`)
)

// readDate reads yyyy-mm-dd or dd/mm/yyyy of the calendar.
func readDate(n *yaml.Node) (persona.Date, error) {
	if err := plain(n); err != nil {
		return persona.Date{}, err
	}
	text := textOf(n)
	parts := isoDate.FindStringSubmatch(text)
	if parts == nil {
		if parts = printedDate.FindStringSubmatch(text); parts == nil {
			return persona.Date{}, wrong("phải là ngày dạng yyyy-mm-dd hoặc dd/mm/yyyy", "must be a date as yyyy-mm-dd or dd/mm/yyyy")
		}
		parts[1], parts[3] = parts[3], parts[1]
	}
	number := func(i int) int { v, _ := strconv.Atoi(parts[i]); return v }
	d := persona.Date{Year: number(1), Month: number(2), Day: number(3)}
	if !d.Valid() {
		return d, wrongf("không có ngày %s trong lịch", "there is no day %s", d.Printed())
	}
	return d, nil
}

// setExpiry reads a date, or a word for a card without end.
func (d *draft) setExpiry(n *yaml.Node) (err error) {
	if err := plain(n); err != nil {
		return err
	}
	switch strings.ToLower(textOf(n)) {
	case "none", "không thời hạn":
		return nil // the zero date
	}
	d.p.Expires, err = readDate(n)
	return err
}

func anyText(s string) error { return limitText(s, maxText) }

// limitText refuses long texts, control characters, and the sign that divides the
// fields of the QR text.
func limitText(s string, most int) error {
	switch {
	case utf8.RuneCountInString(s) > most:
		return wrongf("dài hơn %d chữ", "longer than %d letters", most)
	case strings.ContainsFunc(s, unicode.IsControl):
		return wrong("có ký tự điều khiển", "has control characters")
	case strings.Contains(s, "|"):
		return wrong("không dùng dấu |, dấu này phân cách các trường của mã QR", "the sign | divides the fields of the QR text")
	}
	return nil
}

func nameText(s string) error {
	if strings.TrimSpace(persona.Transliterate(s)) == "" {
		return wrong("không có chữ cái nào cho MRZ", "has no letter for the MRZ")
	}
	return limitText(s, maxName)
}

func qrText(s string) error {
	if utf8.RuneCountInString(s) > 2*maxText || strings.ContainsFunc(s, unicode.IsControl) {
		return wrongf("dài hơn %d chữ hoặc có ký tự điều khiển", "longer than %d letters, or has control characters", 2*maxText)
	}
	return nil
}

func orEmpty(check func(string) error) func(string) error {
	return func(s string) error {
		if s == "" {
			return nil
		}
		return check(s)
	}
}

func digits(n int) func(string) error {
	return func(s string) error {
		if len(s) != n || strings.Trim(s, "0123456789") != "" {
			return wrongf("phải có đúng %d chữ số", "must have exactly %d digits", n)
		}
		return nil
	}
}

var serial = regexp.MustCompile(`^[0-9A-Za-z]{16}$`)

func serialText(s string) error {
	if !serial.MatchString(s) {
		return wrong("phải có đúng 16 chữ số hoặc chữ cái không dấu", "must have exactly 16 letters or digits")
	}
	return nil
}
