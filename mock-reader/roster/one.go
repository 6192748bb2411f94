package roster

import (
	"io/fs"

	"go.yaml.in/yaml/v3"

	"chipid/mock-reader/persona"
)

// Keys returns the keys of a persona's fields that are single texts, in the order
// of files, and whether each must be there.
func Keys() []Key {
	var some []Key
	for _, f := range keys() {
		switch f.key {
		case "title", "spouses", "extraFields", "portrait":
		default:
			some = append(some, Key{f.key, f.required})
		}
	}
	return some
}

// Key is one of [Keys].
type Key struct {
	Name     string
	Required bool
}

// One makes a persona of single values by their keys, checked as in a file;
// photo, if not empty, names an image in files. The error is a Problems whose
// fields say what is wrong; its lines say nothing.
func One(values map[string]string, photo string, files fs.FS) (persona.Persona, error) {
	doc := map[string]any{}
	for key, value := range values {
		doc[key] = value
	}
	if photo != "" {
		doc["portrait"] = map[string]string{"file": photo}
	}
	text, err := yaml.Marshal(doc)
	if err != nil {
		return persona.Persona{}, err
	}
	all, err := Parse("", text, files)
	if err != nil {
		return persona.Persona{}, err
	}
	return all[0], nil
}

// NumberFor draws a personal number with province code 000 for a sex and a date of birth.
func NumberFor(seed string, sex persona.Sex, birth persona.Date) string {
	m := &maker{dice: &dice{seed: seed}, taken: map[string]bool{}}
	for _, p := range persona.All() {
		m.taken[p.Number] = true
	}
	p := persona.Persona{Sex: sex, Birth: birth}
	m.number(&p)
	return p.Number
}

// SexAndBirth reads two of the values, if they are right.
func SexAndBirth(values map[string]string) (persona.Sex, persona.Date, bool) {
	scalar := func(key string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: values[key]}
	}
	var sex persona.Sex
	wrongSex := readWord(scalar("sex"), &sex, sexes)
	birth, wrongDate := readDate(scalar("dateOfBirth"))
	return sex, birth, wrongSex == nil && wrongDate == nil
}
