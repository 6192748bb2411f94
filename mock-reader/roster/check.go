package roster

import (
	"fmt"

	"chipid/mock-reader/persona"
)

// When cards were and will be issued, as far as the issuer's certificates reach.
var (
	firstIssue = persona.Date{Year: 2021, Month: 1, Day: 1}
	lastIssue  = persona.Date{Year: 2044, Month: 12, Day: 31}
)

// complete fills in what was left to default.
func (d *draft) complete() {
	p := &d.p
	given := func(key string) bool { _, ok := d.lines[key]; return ok }
	if !given("nationality") {
		p.Nationality = "Việt Nam"
	}
	if !given("ethnicity") {
		p.Ethnicity = "Kinh"
	}
	if !given("religion") {
		p.Religion = "Không"
	}
	if !given("dateOfExpiry") {
		p.Expires = persona.ExpiryOf(p.Birth, p.Issued)
	}
	if !given("generation") && !p.Issued.Before(persona.Date{Year: 2024, Month: 7, Day: 1}) {
		p.Generation = persona.CanCuoc2024
	}
	if p.TitleVi == "" {
		p.TitleVi = "Nhân vật " + p.Name
	}
	if p.TitleEn == "" {
		p.TitleEn = "Persona " + p.Name
	}
	p.Look = p.Look.OrDefault()
}

// check compares the values with one another.
func (d *draft) check() {
	p := d.p
	d.unique("name", p.Name)
	d.unique("number", p.Number)
	d.checkNumber()
	if p.Issued.Before(firstIssue) || lastIssue.Before(p.Issued) {
		d.sayAt("dateOfIssue", wrongf("phải từ %s đến %s", "must be from %s to %s", firstIssue.Printed(), lastIssue.Printed()))
	}
	if p.Issued.Before(p.Birth) {
		d.sayAt("dateOfIssue", wrong("trước ngày sinh", "before the date of birth"))
	}
	if !p.Expires.IsZero() && !p.Issued.Before(p.Expires) {
		d.sayAt("dateOfExpiry", wrong("không sau ngày cấp", "not after the date of issue"))
	}
}

// unique refuses what another persona has, in these files or built in.
func (d *draft) unique(key, value string) {
	switch place, taken := d.seen[key+" "+value]; {
	case place == builtIn:
		d.sayAt(key, wrong("trùng với một nhân vật dựng sẵn", "a built-in persona has the same"))
	case taken:
		d.sayAt(key, wrongf("trùng với %s", "the same as in %s", place))
	}
	d.seen[key+" "+value] = fmt.Sprintf("%s:%d", d.file, d.lines[key])
}

// checkNumber compares the number with sex and year of birth: PPP G YY NNNNNN.
func (d *draft) checkNumber() {
	number, birth := d.p.Number, d.p.Birth
	if number[:3] != "000" {
		d.sayAt("number", wrong("mã tỉnh phải là 000: không dùng số của người thật", "the province code must be 000: never use a real person's number"))
	}
	digit := int(number[3] - '0')
	if male := digit%2 == 0; male != (d.p.Sex == persona.Male) {
		d.sayAt("number", wrongf("chữ số thứ tư (%d) là của giới tính kia", "the fourth digit (%d) is of the other sex", digit))
	}
	if century := 19 + digit/2; century != birth.Year/100 {
		d.sayAt("number", wrongf("chữ số thứ tư (%d) là của thế kỷ %d, ngày sinh thì không", "the fourth digit (%d) is of the years from %d, the date of birth is not", digit, century*100))
	}
	if number[4:6] != fmt.Sprintf("%02d", birth.Year%100) {
		d.sayAt("number", wrongf("chữ số thứ năm và sáu (%s) không phải năm sinh", "the fifth and sixth digit (%s) are not the year of birth", number[4:6]))
	}
}

func (d *draft) sayAt(key string, err error) {
	line := d.lines[key]
	if line == 0 {
		line = d.line
	}
	d.say(line, key, err)
}
