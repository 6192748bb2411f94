package cccd

import (
	"slices"
	"strings"

	"chipid/cardlib/mrz"
)

// Citizen is what the chip says of its holder, ready for a form. Dates are
// yyyy-mm-dd; where the chip has another text in place of a date, the date is
// empty and the text stands beside it. What is not known is empty.
type Citizen struct {
	PersonalNumber   string `json:"personalNumber,omitempty"`
	FullName         string `json:"fullName,omitempty"` // with diacritics, unless only DG1 was read
	DateOfBirth      string `json:"dateOfBirth,omitempty"`
	DateOfBirthText  string `json:"dateOfBirthText,omitempty"`
	Sex              Sex    `json:"sex,omitempty"`
	SexText          string `json:"sexText,omitempty"` // as on the chip: "Nam", "Nữ"
	Nationality      string `json:"nationality,omitempty"`
	Ethnicity        string `json:"ethnicity,omitempty"`
	Religion         string `json:"religion,omitempty"`
	PlaceOfOrigin    string `json:"placeOfOrigin,omitempty"`
	PlaceOfResidence string `json:"placeOfResidence,omitempty"`
	IdentifyingMarks string `json:"identifyingMarks,omitempty"`
	DateOfIssue      string `json:"dateOfIssue,omitempty"`
	DateOfIssueText  string `json:"dateOfIssueText,omitempty"`
	DateOfExpiry     string `json:"dateOfExpiry,omitempty"`
	DateOfExpiryText string `json:"dateOfExpiryText,omitempty"`
	// NoExpiry: the card is valid without end, and has no DateOfExpiry.
	NoExpiry bool   `json:"noExpiry,omitempty"`
	Father   string `json:"father,omitempty"`
	Mother   string `json:"mother,omitempty"`
	// Spouse has several names divided by "; " where the chip has several.
	Spouse       string `json:"spouse,omitempty"`
	OldNumber    string `json:"oldNumber,omitempty"`
	ChipSerial   string `json:"chipSerial,omitempty"`
	PlaceOfIssue string `json:"placeOfIssue,omitempty"`
	// Extra are values of DG13 whose meaning is unknown, by field number.
	Extra map[int][]string `json:"extra,omitempty"`
}

// FromGroups makes a citizen of DG13 and DG1, of which one may be nil. DG13 has
// the word, since it has the diacritics and the century; what it lacks comes
// from DG1. The mismatches are those of [Compare].
func FromGroups(dg1 *mrz.Document, dg13 *DG13) (Citizen, []Mismatch) {
	var c Citizen
	if dg13 != nil {
		c = fromDG13(*dg13)
	}
	if dg1 != nil {
		c.fillFrom(*dg1)
	}
	if dg1 == nil || dg13 == nil {
		return c, nil
	}
	return c, Compare(*dg1, *dg13)
}

func fromDG13(d DG13) Citizen {
	c := Citizen{
		PersonalNumber: d.PersonalNumber, FullName: d.FullName,
		Sex: parseSex(d.Sex), SexText: d.Sex,
		Nationality: d.Nationality, Ethnicity: d.Ethnicity, Religion: d.Religion,
		PlaceOfOrigin: d.PlaceOfOrigin, PlaceOfResidence: d.PlaceOfResidence,
		IdentifyingMarks: d.IdentifyingMarks,
		Father:           d.Father, Mother: d.Mother, Spouse: strings.Join(d.Spouses, "; "),
		OldNumber: d.OldNumber, ChipSerial: d.ChipSerial,
		PlaceOfIssue: PlaceOfIssue(d.DateOfIssue), Extra: d.Extra,
	}
	if n, err := ParseNumber(d.PersonalNumber); err == nil {
		c.PersonalNumber = string(n)
	}
	c.DateOfBirth, c.DateOfBirthText = isoDate(d.DateOfBirth)
	c.DateOfIssue, c.DateOfIssueText = isoDate(d.DateOfIssue)
	if c.NoExpiry = saysNoExpiry(d.DateOfExpiry); !c.NoExpiry {
		c.DateOfExpiry, c.DateOfExpiryText = isoDate(d.DateOfExpiry)
	}
	return c
}

// fillFrom takes from DG1 what is still empty.
func (c *Citizen) fillFrom(d mrz.Document) {
	number, _ := NumberOf(d)
	if c.PersonalNumber == "" {
		c.PersonalNumber = string(number)
	}
	if c.FullName == "" {
		c.FullName = d.Name()
	}
	if c.Sex == SexUnknown && c.SexText == "" {
		c.Sex = parseSex(d.Sex)
	}
	if c.DateOfBirth == "" && c.DateOfBirthText == "" {
		c.DateOfBirth, c.DateOfBirthText = birthOf(d, number)
	}
	if c.DateOfExpiry == "" && c.DateOfExpiryText == "" && !c.NoExpiry {
		if c.NoExpiry = hasNoExpiry(d); !c.NoExpiry {
			c.DateOfExpiry, c.DateOfExpiryText = expiryOf(d)
		}
	}
}

// Only returns the citizen with the asked fields alone; the texts that belong
// to a field come with it. Unknown names are passed over.
func (c Citizen) Only(ids ...FieldID) Citizen {
	var out Citizen
	texts := map[FieldID]func(){
		FieldPersonalNumber:   func() { out.PersonalNumber = c.PersonalNumber },
		FieldFullName:         func() { out.FullName = c.FullName },
		FieldDateOfBirth:      func() { out.DateOfBirth, out.DateOfBirthText = c.DateOfBirth, c.DateOfBirthText },
		FieldSex:              func() { out.Sex, out.SexText = c.Sex, c.SexText },
		FieldNationality:      func() { out.Nationality = c.Nationality },
		FieldEthnicity:        func() { out.Ethnicity = c.Ethnicity },
		FieldReligion:         func() { out.Religion = c.Religion },
		FieldPlaceOfOrigin:    func() { out.PlaceOfOrigin = c.PlaceOfOrigin },
		FieldPlaceOfResidence: func() { out.PlaceOfResidence = c.PlaceOfResidence },
		FieldIdentifyingMarks: func() { out.IdentifyingMarks = c.IdentifyingMarks },
		FieldDateOfIssue:      func() { out.DateOfIssue, out.DateOfIssueText = c.DateOfIssue, c.DateOfIssueText },
		FieldDateOfExpiry: func() {
			out.DateOfExpiry, out.DateOfExpiryText, out.NoExpiry = c.DateOfExpiry, c.DateOfExpiryText, c.NoExpiry
		},
		FieldNoExpiry:     func() { out.NoExpiry = c.NoExpiry },
		FieldFather:       func() { out.Father = c.Father },
		FieldMother:       func() { out.Mother = c.Mother },
		FieldSpouse:       func() { out.Spouse = c.Spouse },
		FieldOldNumber:    func() { out.OldNumber = c.OldNumber },
		FieldChipSerial:   func() { out.ChipSerial = c.ChipSerial },
		FieldPlaceOfIssue: func() { out.PlaceOfIssue = c.PlaceOfIssue },
		FieldExtra:        func() { out.Extra = c.Extra },
	}
	for id, take := range texts {
		if slices.Contains(ids, id) {
			take()
		}
	}
	return out
}
