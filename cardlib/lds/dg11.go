package lds

// PersonDetails is DG11, additional personal details (Doc 9303-10 §4.7.11). What the
// file lacks is empty. Names have < in place of spaces, as in the MRZ, but any letters.
type PersonDetails struct {
	Name           string
	OtherNames     []string
	PersonalNumber string
	DateOfBirth    string // yyyymmdd
	PlaceOfBirth   []string
	Address        []string
	Telephone      string
	Profession     string
	Title          string
	Summary        string
	Citizenship    []byte // an image of the proof
	OtherDocuments []string
	Custody        string
}

func (p *PersonDetails) elements() ([]detail, list) {
	return []detail{
		{tag: 0x5F0E, text: &p.Name},
		{tag: 0x5F10, text: &p.PersonalNumber},
		{tag: 0x5F2B, date: &p.DateOfBirth},
		{tag: 0x5F11, parts: &p.PlaceOfBirth},
		{tag: 0x5F42, parts: &p.Address},
		{tag: 0x5F12, text: &p.Telephone},
		{tag: 0x5F13, text: &p.Profession},
		{tag: 0x5F14, text: &p.Title},
		{tag: 0x5F15, text: &p.Summary},
		{tag: 0x5F16, image: &p.Citizenship},
		{tag: 0x5F17, parts: &p.OtherDocuments},
		{tag: 0x5F18, text: &p.Custody},
	}, list{tag: 0x5F0F, values: &p.OtherNames}
}

// ParseDG11 reads DG11.
func ParseDG11(file []byte) (PersonDetails, error) {
	var p PersonDetails
	details, names := p.elements()
	if err := parseDetails(file, DG11, details, names); err != nil {
		return PersonDetails{}, err
	}
	return p, nil
}

// EncodeDG11 writes DG11.
func EncodeDG11(p PersonDetails) []byte {
	details, names := p.elements()
	return encodeDetails(DG11, details, names)
}
