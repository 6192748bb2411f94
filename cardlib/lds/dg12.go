package lds

// DocumentDetails is DG12, additional document details (Doc 9303-10 §4.7.12). What
// the file lacks is empty.
type DocumentDetails struct {
	Authority    string
	DateOfIssue  string // yyyymmdd
	OtherPersons []string
	Endorsements string
	TaxOrExit    string
	Front, Rear  []byte // images of the document
	Personalised string // yyyymmddhhmmss
	System       string // serial number of the personalisation system
}

func (d *DocumentDetails) elements() ([]detail, list) {
	return []detail{
		{tag: 0x5F19, text: &d.Authority},
		{tag: 0x5F26, date: &d.DateOfIssue},
		{tag: 0x5F1B, text: &d.Endorsements},
		{tag: 0x5F1C, text: &d.TaxOrExit},
		{tag: 0x5F1D, image: &d.Front},
		{tag: 0x5F1E, image: &d.Rear},
		{tag: 0x5F55, date: &d.Personalised},
		{tag: 0x5F56, text: &d.System},
	}, list{tag: 0x5F1A, values: &d.OtherPersons}
}

// ParseDG12 reads DG12.
func ParseDG12(file []byte) (DocumentDetails, error) {
	var d DocumentDetails
	details, persons := d.elements()
	if err := parseDetails(file, DG12, details, persons); err != nil {
		return DocumentDetails{}, err
	}
	return d, nil
}

// EncodeDG12 writes DG12.
func EncodeDG12(d DocumentDetails) []byte {
	details, persons := d.elements()
	return encodeDetails(DG12, details, persons)
}
