package roster

import (
	"bufio"
	"fmt"
	"image/color"
	"io"

	"go.yaml.in/yaml/v3"

	"chipid/mock-reader/persona"
)

// entry is a persona as a file has it; its keys are those of keys().
type entry struct {
	Name             string           `yaml:"name"`
	Title            *title           `yaml:"title,omitempty"`
	Number           string           `yaml:"number"`
	FullName         string           `yaml:"fullName"`
	DateOfBirth      string           `yaml:"dateOfBirth"`
	Sex              string           `yaml:"sex"`
	DateOfIssue      string           `yaml:"dateOfIssue"`
	DateOfExpiry     string           `yaml:"dateOfExpiry"`
	Nationality      string           `yaml:"nationality"`
	Ethnicity        string           `yaml:"ethnicity"`
	Religion         string           `yaml:"religion"`
	PlaceOfOrigin    string           `yaml:"placeOfOrigin,omitempty"`
	PlaceOfResidence string           `yaml:"placeOfResidence,omitempty"`
	IdentifyingMarks string           `yaml:"identifyingMarks,omitempty"`
	Father           string           `yaml:"father,omitempty"`
	Mother           string           `yaml:"mother,omitempty"`
	Spouses          []string         `yaml:"spouses,omitempty"`
	OldNumber        string           `yaml:"oldNumber,omitempty"`
	ChipSerial       string           `yaml:"chipSerial,omitempty"`
	ExtraFields      map[int][]string `yaml:"extraFields,omitempty"`
	Generation       string           `yaml:"generation"`
	ActiveAuth       string           `yaml:"activeAuth"`
	Parents          string           `yaml:"parents"`
	EmptyFields      string           `yaml:"emptyFields,omitempty"`
	QR               string           `yaml:"qr,omitempty"`
	Portrait         portrait         `yaml:"portrait"`
}

type title struct {
	Vi string `yaml:"vi"`
	En string `yaml:"en"`
}

type portrait struct {
	File       string `yaml:"file,omitempty"`
	Hair       string `yaml:"hair,omitempty"`
	HairColour string `yaml:"hairColour,omitempty"`
	Skin       string `yaml:"skin,omitempty"`
	Garment    string `yaml:"garment,omitempty"`
	Collar     string `yaml:"collar,omitempty"`
	Glasses    bool   `yaml:"glasses,omitempty"`
	Lines      bool   `yaml:"lines,omitempty"`
	Young      bool   `yaml:"young,omitempty"`
}

// heading stands on top of a file that Write makes.
const heading = `# Nhân vật giả lập cho mock-reader; mỗi tài liệu YAML là một người. Mọi dữ liệu đều là giả: mã tỉnh 000 không có thật.
# Synthetic personas for mock-reader, a YAML document each. All of it is invented: no province bears the code 000.
`

// Write writes a file that Load reads. Photos are not written: a persona with one
// is written by its look, or by the file that photos names.
func Write(w io.Writer, personas []persona.Persona, photos map[string]string) error {
	b := bufio.NewWriter(w)
	if _, err := b.WriteString(heading); err != nil {
		return err
	}
	for _, p := range personas {
		e := entryOf(p)
		if file := photos[p.Name]; file != "" {
			e.Portrait = portrait{File: file}
		}
		text, err := yaml.Marshal(e)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if _, err := fmt.Fprintf(b, "---\n%s", text); err != nil {
			return err
		}
	}
	return b.Flush()
}

func entryOf(p persona.Persona) entry {
	e := entry{
		Name: p.Name, Number: p.Number, FullName: p.FullName, DateOfBirth: p.Birth.ISO(), Sex: word(sexWords, p.Sex),
		DateOfIssue: p.Issued.ISO(), DateOfExpiry: "none", Nationality: p.Nationality, Ethnicity: p.Ethnicity, Religion: p.Religion,
		PlaceOfOrigin: p.Origin, PlaceOfResidence: p.Residence, IdentifyingMarks: p.Marks, Father: p.Father, Mother: p.Mother,
		Spouses: p.Spouses, OldNumber: p.OldNumber, ChipSerial: p.ChipSerial, Generation: p.Generation.String(),
		ActiveAuth: word(activeAuths, p.AA), Parents: word(shapes, p.Parents), QR: p.QRText, Portrait: portraitOf(p.Look),
	}
	if p.TitleVi != "" || p.TitleEn != "" {
		e.Title = &title{p.TitleVi, p.TitleEn}
	}
	if !p.Expires.IsZero() {
		e.DateOfExpiry = p.Expires.ISO()
	}
	if p.Empty != persona.EmptyAsFound {
		e.EmptyFields = word(empties, p.Empty)
	}
	for _, x := range p.Extra {
		if e.ExtraFields == nil {
			e.ExtraFields = map[int][]string{}
		}
		e.ExtraFields[x.Number] = x.Values
	}
	return e
}

func portraitOf(l persona.Look) portrait {
	return portrait{
		Hair: word(persona.HairStyles, l.Hair), HairColour: colour(persona.HairColours, l.HairColour), Skin: colour(persona.Skins, l.Skin),
		Garment: colour(persona.Garments, l.Garment), Collar: word(persona.Collars, l.Collar),
		Glasses: l.Glasses, Lines: l.Lines, Young: l.Young,
	}
}

// sexWords are the words that are written; more are read.
var sexWords = map[string]persona.Sex{"male": persona.Male, "female": persona.Female}

// word finds the word for a value; each value has one.
func word[T comparable](words map[string]T, value T) string {
	for w, v := range words {
		if v == value {
			return w
		}
	}
	return ""
}

func colour(words map[string]color.RGBA, value color.RGBA) string { return word(words, value) }
