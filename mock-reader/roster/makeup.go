package roster

import (
	"fmt"
	"strings"

	"chipid/mock-reader/persona"
)

// today is the day on which made-up persons live: fixed, so that a seed always
// gives the same ones.
var today = persona.Date{Year: 2026, Month: 6, Day: 30}

// newLaw is the day from which cards are thẻ căn cước, and children have them too.
var newLaw = persona.Date{Year: 2024, Month: 7, Day: 1}

// MakeUp makes n plausible persons who do not exist, household by household: their
// names, ages, provinces and families fit together. The same seed gives the same
// persons, and the first of them whatever n is. Their numbers all differ, among
// them and from the catalogue's.
func MakeUp(seed string, n int) []persona.Persona {
	m := &maker{dice: &dice{seed: seed}, taken: map[string]bool{}}
	for _, p := range persona.All() {
		m.taken[p.Number] = true
	}
	for len(m.people) < n {
		m.household()
	}
	people := m.people[:n]
	for i := range people {
		people[i].Name = fmt.Sprintf("nguoi-%05d", i+1)
		people[i].TitleVi = fmt.Sprintf("Người giả lập số %d", i+1)
		people[i].TitleEn = fmt.Sprintf("Made-up person no. %d", i+1)
	}
	return people
}

// maker gathers people.
type maker struct {
	*dice
	taken  map[string]bool
	people []persona.Persona
}

// household makes a couple, or one parent, with their children.
func (m *maker) household() {
	origin, home, ethnicity, faith := m.place(), m.address(), ethnicities[m.weighted(ethnicWeights)], religions[m.weighted(faithWeights)]
	born := m.between(1938, 1998)
	settle := func(p persona.Persona, origin string) persona.Persona {
		p.Nationality, p.Ethnicity, p.Religion = "Việt Nam", ethnicity, faith
		p.Origin, p.Residence, p.Marks = origin, home, pick(m.dice, marks)
		return p
	}
	father := settle(persona.Persona{FullName: m.name(m.family(), persona.Male), Sex: persona.Male, Birth: m.day(born)}, origin)
	mother := settle(persona.Persona{FullName: m.name(m.family(), persona.Female), Sex: persona.Female, Birth: m.day(born + m.between(-3, 6))}, m.place())
	known := m.percent(94) // the father is named
	if known && m.percent(90) {
		father.Spouses, mother.Spouses = []string{mother.FullName}, []string{father.FullName}
	}
	for _, parent := range []*persona.Persona{&father, &mother} {
		surname, _, _ := strings.Cut(parent.FullName, " ")
		parent.Father, parent.Mother = m.name(surname, persona.Male), m.name(m.family(), persona.Female)
	}
	if known {
		m.settleIn(father)
	}
	m.settleIn(mother)
	m.children(settle, father, mother, known, origin)
}

// children are born when their mother is 20 to 38.
func (m *maker) children(settle func(persona.Persona, string) persona.Persona, father, mother persona.Persona, known bool, origin string) {
	year := mother.Birth.Year + m.between(20, 28)
	for range m.weighted([]int{15, 30, 40, 15}) {
		if year > mother.Birth.Year+38 || year >= today.Year {
			return
		}
		surname, _, _ := strings.Cut(mother.FullName, " ")
		if known {
			surname, _, _ = strings.Cut(father.FullName, " ")
		}
		sex := persona.Sex(m.upTo(2))
		child := settle(persona.Persona{FullName: m.name(surname, sex), Sex: sex, Birth: m.day(year)}, origin)
		child.Mother = mother.FullName
		if known {
			child.Father = father.FullName
		}
		m.settleIn(child)
		year += m.between(2, 5)
	}
}

// settleIn gives a person a card and adds them.
func (m *maker) settleIn(p persona.Persona) {
	m.issue(&p)
	m.number(&p)
	if p.Generation == persona.CCCD2021 && p.Birth.Year < 2000 && m.percent(85) {
		p.OldNumber = "000" + m.digits(6)
	}
	p.ChipSerial = strings.ToUpper(fmt.Sprintf("%08x%08x", m.upTo(1<<31), m.upTo(1<<31)))
	p.AA = [...]persona.AAKind{persona.AARSA, persona.AARSASHA1, persona.AAECDSA}[m.weighted([]int{70, 5, 25})]
	p.Parents = persona.ParentsShape(m.weighted([]int{80, 20}))
	p.Empty = persona.EmptyShape(m.weighted([]int{85, 5, 5, 5}))
	p.Look = m.look(p)
	m.people = append(m.people, p)
}

// issue draws the day of issue: cards with a chip began in 2021, and under 14
// there are cards only since the new law.
func (m *maker) issue(p *persona.Persona) {
	first := p.Birth.AddYears(14)
	switch {
	case first.Before(firstIssue):
		first = firstIssue
	case newLaw.Before(first): // a child's card
		first = newLaw
		if first.Before(p.Birth) {
			first = p.Birth
		}
	}
	last := today
	year := m.between(first.Year, last.Year)
	p.Issued = m.day(year)
	if p.Issued.Before(first) {
		p.Issued = first
	}
	if last.Before(p.Issued) {
		p.Issued = last
	}
	if !p.Issued.Before(newLaw) {
		p.Generation = persona.CanCuoc2024
	}
	p.Expires = persona.ExpiryOf(p.Birth, p.Issued)
}

// number draws the 12 digits: 000, century and sex, year, six digits.
func (m *maker) number(p *persona.Persona) {
	century := 2 * (p.Birth.Year/100 - 19)
	if p.Sex == persona.Female {
		century++
	}
	for p.Number == "" || m.taken[p.Number] {
		p.Number = fmt.Sprintf("000%d%02d", century, p.Birth.Year%100) + m.digits(6)
	}
	m.taken[p.Number] = true
}

func (m *maker) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + m.upTo(10)))
	}
	return b.String()
}

// day draws a day of a year; every month has 28.
func (m *maker) day(year int) persona.Date {
	return persona.Date{Year: year, Month: m.between(1, 12), Day: m.between(1, 28)}
}

// place is a commune that does not exist in a province that does.
func (m *maker) place() string {
	return fmt.Sprintf("Xã %s %d, Huyện %s, %s", pick(m.dice, samples), m.between(1, 30), pick(m.dice, samples), pick(m.dice, provinces))
}

func (m *maker) address() string {
	if m.percent(40) {
		return fmt.Sprintf("Thôn %d, %s", m.between(1, 15), m.place())
	}
	return fmt.Sprintf("Số %d, Đường %s, Phường %s %d, Thành phố %s, %s", m.between(1, 400), pick(m.dice, samples),
		pick(m.dice, samples), m.between(1, 20), pick(m.dice, samples), pick(m.dice, provinces))
}
