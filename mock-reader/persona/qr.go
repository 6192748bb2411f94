package persona

import "strings"

// QR is the text of the QR code. The 2021 form has seven fields: number, old
// number, name, birth, sex, residence, issue. The 2024 form adds cancelled
// personal numbers (always empty here) and, on a child's card, the parents.
func (p Persona) QR() string {
	if p.QRText != "" {
		return p.QRText
	}
	fields := []string{p.Number, p.OldNumber, p.FullName, p.Birth.Compact(), p.Sex.Vietnamese(), p.Residence, p.Issued.Compact()}
	if p.Generation == CanCuoc2024 {
		father, mother := "", ""
		if p.isChild() {
			father, mother = p.Father, p.Mother
		}
		fields = append(fields, "", father, mother)
	}
	return strings.Join(fields, "|")
}

// isChild tells whether the card was issued before the holder's 14th birthday.
func (p Persona) isChild() bool { return p.Issued.Before(p.Birth.AddYears(14)) }
