package roster

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"chipid/mock-reader/persona"
)

// draft is a persona while it is read.
type draft struct {
	*reader
	p persona.Persona
	// line is where the document begins, lines where each key stands.
	line  int
	lines map[string]int
}

// field is a key of the file.
type field struct {
	key      string
	required bool
	set      func(d *draft, n *yaml.Node) error
}

// keys are the fields of a persona, in the order in which files have them.
func keys() []field {
	return []field{
		{"name", true, (*draft).setName},
		{"title", false, (*draft).setTitle},
		{"number", true, setText(func(p *persona.Persona) *string { return &p.Number }, digits(12))},
		{"fullName", true, setText(func(p *persona.Persona) *string { return &p.FullName }, nameText)},
		{"dateOfBirth", true, setDate(func(p *persona.Persona) *persona.Date { return &p.Birth })},
		{"sex", true, setWord(func(p *persona.Persona) *persona.Sex { return &p.Sex }, sexes)},
		{"dateOfIssue", true, setDate(func(p *persona.Persona) *persona.Date { return &p.Issued })},
		{"dateOfExpiry", false, (*draft).setExpiry},
		{"nationality", false, setText(func(p *persona.Persona) *string { return &p.Nationality }, anyText)},
		{"ethnicity", false, setText(func(p *persona.Persona) *string { return &p.Ethnicity }, anyText)},
		{"religion", false, setText(func(p *persona.Persona) *string { return &p.Religion }, anyText)},
		{"placeOfOrigin", false, setText(func(p *persona.Persona) *string { return &p.Origin }, anyText)},
		{"placeOfResidence", false, setText(func(p *persona.Persona) *string { return &p.Residence }, anyText)},
		{"identifyingMarks", false, setText(func(p *persona.Persona) *string { return &p.Marks }, anyText)},
		{"father", false, setText(func(p *persona.Persona) *string { return &p.Father }, anyText)},
		{"mother", false, setText(func(p *persona.Persona) *string { return &p.Mother }, anyText)},
		{"spouses", false, (*draft).setSpouses},
		{"oldNumber", false, setText(func(p *persona.Persona) *string { return &p.OldNumber }, orEmpty(digits(9)))},
		{"chipSerial", false, setText(func(p *persona.Persona) *string { return &p.ChipSerial }, orEmpty(serialText))},
		{"extraFields", false, (*draft).setExtra},
		{"generation", false, setWord(func(p *persona.Persona) *persona.Generation { return &p.Generation }, generations)},
		{"activeAuth", false, setWord(func(p *persona.Persona) *persona.AAKind { return &p.AA }, activeAuths)},
		{"parents", false, setWord(func(p *persona.Persona) *persona.ParentsShape { return &p.Parents }, shapes)},
		{"emptyFields", false, setWord(func(p *persona.Persona) *persona.EmptyShape { return &p.Empty }, empties)},
		{"qr", false, setText(func(p *persona.Persona) *string { return &p.QRText }, qrText)},
		{"portrait", false, (*draft).setPortrait},
	}
}

// fields reads the mapping of a document.
func (d *draft) fields(n *yaml.Node) {
	all := keys()
	if n.Kind != yaml.MappingNode {
		d.say(n.Line, "", noPairs)
		return
	}
	d.eachPair(n, "", func(key string, value *yaml.Node) error {
		at := slices.IndexFunc(all, func(f field) bool { return f.key == key })
		if at < 0 {
			return unknownKey(key, all)
		}
		return all[at].set(d, value)
	})
	for _, f := range all {
		if _, given := d.lines[f.key]; f.required && !given {
			d.say(d.line, f.key, wrong("thiếu", "missing"))
		}
	}
}

var noPairs = wrong("phải là các cặp khóa: giá trị", "must be pairs of key: value")

// eachPair calls use for every pair of a mapping and says what is wrong with it.
// Of the top level (prefix empty) it keeps the lines.
func (d *draft) eachPair(n *yaml.Node, prefix string, use func(key string, value *yaml.Node) error) {
	if n.Kind != yaml.MappingNode {
		d.say(n.Line, strings.TrimSuffix(prefix, "."), noPairs)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := prefix + clip(key.Value)
		if prefix == "" {
			d.lines[key.Value] = key.Line
		}
		err := plain(key)
		switch {
		case err != nil:
		case seen[key.Value]:
			err = wrong("khóa này đã có ở trên", "this key stands above already")
		default:
			err = use(key.Value, value)
		}
		seen[key.Value] = true
		if err != nil {
			d.say(key.Line, name, err)
		}
	}
}

// plain refuses what the files have no use for: aliases, which can grow without
// end, and anything but a text where a text is due.
func plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return wrong("không dùng neo (&) và tham chiếu (*) của YAML", "anchors (&) and aliases (*) are not used here")
	case n.Kind != yaml.ScalarNode:
		return wrong("phải là một giá trị đơn", "must be a single value")
	}
	return nil
}

// unknownKey names the key that was probably meant.
func unknownKey(key string, all []field) error {
	best, least := "", len(key)/2+1
	for _, f := range all {
		if n := distance(strings.ToLower(key), strings.ToLower(f.key)); n < least {
			best, least = f.key, n
		}
	}
	if best != "" {
		return wrongf("không có khóa này; có phải %s?", "no such key; did you mean %s?", best)
	}
	return wrong("không có khóa này", "no such key")
}

// distance is the Levenshtein distance of two short texts, by bytes.
func distance(a, b string) int {
	a, b = clip(a), clip(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// clip shortens what is said back to the person.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most]
	}
	return s
}
