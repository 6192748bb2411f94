package main

import (
	"context"
	"encoding/json"
	"fmt"

	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// listedPersona is a persona as scripts see it.
type listedPersona struct {
	Name           string `json:"name"`
	Title          string `json:"title"`
	TitleEn        string `json:"titleEn"`
	PersonalNumber string `json:"personalNumber"`
	CAN            string `json:"can"`
	// MRZ is the three lines joined by newlines.
	MRZ         string `json:"mrz"`
	QR          string `json:"qr"`
	FullName    string `json:"fullName"`
	DateOfBirth string `json:"dateOfBirth"`
	Generation  string `json:"generation"`
	// Portrait is "jpeg" or "jpeg2000": how DG2 holds it.
	Portrait string `json:"portrait"`
}

// listedScenario is a scenario as scripts see it.
type listedScenario struct {
	Name       string          `json:"name"`
	Title      string          `json:"title"`
	TitleEn    string          `json:"titleEn"`
	Imitates   string          `json:"imitates"`
	ImitatesVi string          `json:"imitatesVi"`
	ImitatesEn string          `json:"imitatesEn"`
	Expect     scenario.Expect `json:"expect"`
}

// listing is the whole output of `list --json`.
type listing struct {
	Personas  []listedPersona  `json:"personas"`
	Scenarios []listedScenario `json:"scenarios"`
	// Families are patterns of further scenario names.
	Families []string `json:"scenarioFamilies"`
}

func newListing(personas []persona.Persona) listing {
	l := listing{Families: scenario.Families}
	for _, p := range personas {
		l.Personas = append(l.Personas, listedPersona{
			Name: p.Name, Title: p.TitleVi, TitleEn: p.TitleEn,
			PersonalNumber: p.Number, CAN: p.CAN(), MRZ: p.MRZ(), QR: p.QR(),
			FullName: p.FullName, DateOfBirth: p.Birth.ISO(), Generation: p.Generation.String(), Portrait: p.ImageFormat().String(),
		})
	}
	for _, s := range scenario.All() {
		l.Scenarios = append(l.Scenarios, listedScenario{s.Name, s.TitleVi, s.TitleEn,
			string(s.Imitates), s.Imitates.Vietnamese(), s.Imitates.English(), s.Expect})
	}
	return l
}

func runList(_ context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	asJSON := flags.Bool("json", false, "cho máy đọc / for scripts")
	var files fileList
	flags.Var(&files, "personas", personasHelp)
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	more, err := files.load()
	if err != nil {
		return err
	}
	l := newListing(append(persona.All(), more...))
	if *asJSON {
		encoder := json.NewEncoder(io.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(l)
	}
	l.print(io)
	return nil
}

// print lists for people.
func (l listing) print(io streams) {
	fmt.Fprintln(io.out, "Nhân vật / personas:")
	for _, p := range l.Personas {
		fmt.Fprintf(io.out, "  %-14s %s  CAN %s  %s / %s\n", p.Name, p.PersonalNumber, p.CAN, p.Title, p.TitleEn)
	}
	fmt.Fprintln(io.out, "\nTình huống / scenarios (NAME/SCENARIO):")
	for _, s := range l.Scenarios {
		fmt.Fprintf(io.out, "  %-22s exit %d  %s / %s\n", s.Name, s.Expect.Exit, s.Title, s.TitleEn)
	}
	fmt.Fprintln(io.out, "\nNgoài ra / and also:")
	for _, f := range l.Families {
		fmt.Fprintf(io.out, "  %s\n", f)
	}
}
