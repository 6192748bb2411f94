package persona

import "fmt"

// Sex as the card prints it.
type Sex int

// The two that the card knows.
const (
	Male Sex = iota
	Female
)

// Vietnamese is the word on the card, in DG13 and in the QR text.
func (s Sex) Vietnamese() string {
	if s == Female {
		return "Nữ"
	}
	return "Nam"
}

func (s Sex) mrz() string {
	if s == Female {
		return "F"
	}
	return "M"
}

// Generation is the kind of card.
type Generation int

// CCCD2021 is the thẻ căn cước công dân gắn chíp (2021 to June 2024),
// CanCuoc2024 the thẻ căn cước of the Luật Căn cước 2023.
const (
	CCCD2021 Generation = iota
	CanCuoc2024
)

func (g Generation) String() string {
	if g == CanCuoc2024 {
		return "can-cuoc-2024"
	}
	return "cccd-2021"
}

// AAKind is the kind of active authentication key that the chip holds.
type AAKind int

// What a chip may hold; the zero value is what the issued cards are said to have.
const (
	AARSA     AAKind = iota // RSA-2048, ISO 9796-2 with SHA-256
	AARSASHA1               // RSA-2048, ISO 9796-2 with SHA-1 (trailer BC)
	AAECDSA                 // P-256, ECDSA in plain format with SHA-256
)

// ParentsShape is how DG13 writes the parents; both are said to occur.
type ParentsShape int

// Separate gives each parent a SEQUENCE, Joined puts both into one.
const (
	Separate ParentsShape = iota
	Joined
)

// EmptyShape is how DG13 writes a field that has nothing to say; all are to be met.
type EmptyShape int

const (
	// EmptyAsFound is the usual mixture: an empty text, no value for a missing
	// spouse, and no field at all for a missing old number.
	EmptyAsFound EmptyShape = iota
	// EmptyText writes a text of no length, EmptyValueless the field's number alone,
	// EmptyAbsent no field.
	EmptyText
	EmptyValueless
	EmptyAbsent
)

// ExtraField is a field of DG13 that nobody knows.
type ExtraField struct {
	// Number is the field's, 17 to 65535; it may have any number of values.
	Number int
	Values []string
}

// Persona is a synthetic person and their card. Texts are Unicode NFC.
type Persona struct {
	// Name is the short plain name by which the persona is called ("mau").
	Name string
	// TitleVi and TitleEn say in one line what is special about the card.
	TitleVi, TitleEn string

	// Number is the 12-digit personal number, province code 000.
	Number   string
	FullName string
	Birth    Date
	Sex      Sex
	Issued   Date
	// Expires is the zero Date on a card without expiry.
	Expires Date

	Nationality, Ethnicity, Religion string
	// Origin is quê quán (2024: nơi đăng ký khai sinh), Residence nơi thường trú (2024: nơi cư trú).
	Origin, Residence string
	Marks             string
	// Father and Mother are empty where the card names none.
	Father, Mother string
	Spouses        []string
	// OldNumber is the nine-digit number of the former identity card, or empty.
	OldNumber string
	// ChipSerial is DG13's field 16, 16 characters.
	ChipSerial string

	// Extra are further fields of DG13.
	Extra []ExtraField

	Generation Generation
	AA         AAKind
	Parents    ParentsShape
	Empty      EmptyShape
	// QRText replaces the text of the QR code, if not empty.
	QRText string

	// Look is how the portrait is drawn. Format is that of DG2's image: the drawn
	// portrait as JPEG, or made of it once by openjpeg; a Photo takes its place.
	Look   Look
	Format ImageFormat
	Photo  *Image
}

// CAN is the card access number: the last six digits of the number.
func (p Persona) CAN() string { return p.Number[6:] }

// DocumentNumber is the document number of the MRZ: the last nine digits of the number.
func (p Persona) DocumentNumber() string { return p.Number[3:] }

// NoExpiryText is what DG13 holds where there is no date of expiry.
const NoExpiryText = "Không thời hạn"

// ExpiryText is the date of expiry as DG13 holds it.
func (p Persona) ExpiryText() string {
	if p.Expires.IsZero() {
		return NoExpiryText
	}
	return p.Expires.Printed()
}

// expiryMRZ is the date of expiry in the MRZ; 991231 says that there is none.
func (p Persona) expiryMRZ() string {
	if p.Expires.IsZero() {
		return "991231"
	}
	return p.Expires.MRZ()
}

// ByName finds a persona of the catalogue.
func ByName(name string) (Persona, error) {
	for _, p := range All() {
		if p.Name == name {
			return p, nil
		}
	}
	return Persona{}, fmt.Errorf("persona: no persona %q", name)
}
