package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// Contact is a person to notify (DG16, Doc 9303-10 §4.7.16).
type Contact struct {
	Recorded  string // yyyymmdd
	Name      string
	Telephone string
	Address   []string
}

func (c *Contact) elements() []detail {
	return []detail{
		{tag: 0x5F50, date: &c.Recorded},
		{tag: 0x5F51, text: &c.Name},
		{tag: 0x5F52, text: &c.Telephone},
		{tag: 0x5F53, parts: &c.Address},
	}
}

// maxContacts is how many templates there are: A1 to AF.
const maxContacts = 15

// ParseDG16 reads the persons to notify, each in a template A1, A2 and so on.
func ParseDG16(file []byte) ([]Contact, error) {
	els, err := content(file, DG16.Tag())
	if err != nil {
		return nil, fmt.Errorf("DG16: %w", err)
	}
	var contacts []Contact
	for _, e := range els {
		if e.Tag < 0xA1 || e.Tag > 0xAF {
			continue
		}
		if len(contacts) == MaxEntries {
			return nil, fmt.Errorf("DG16: %w", ErrTooLarge)
		}
		c, err := parseContact(e)
		if err != nil {
			return nil, fmt.Errorf("DG16: %v: %w", e.Tag, err)
		}
		contacts = append(contacts, c)
	}
	return contacts, nil
}

func parseContact(template tlv.Element) (Contact, error) {
	els, err := template.Children()
	if err != nil {
		return Contact{}, err
	}
	var c Contact
	for _, d := range c.elements() {
		if e, found := els.Find(d.tag); found {
			if err := d.read(e.Value); err != nil {
				return Contact{}, err
			}
		}
	}
	return c, nil
}

// EncodeDG16 writes DG16 for up to fifteen persons.
func EncodeDG16(contacts []Contact) ([]byte, error) {
	if len(contacts) > maxContacts {
		return nil, fmt.Errorf("DG16: %d persons: %w", len(contacts), ErrTooLarge)
	}
	inside := tlv.Encode(0x02, []byte{byte(len(contacts))})
	for i, c := range contacts {
		var template []byte
		for _, d := range c.elements() {
			if value := d.bytes(); len(value) > 0 {
				template = tlv.Append(template, d.tag, value)
			}
		}
		inside = tlv.Append(inside, 0xA1+tlv.Tag(i), template)
	}
	return tlv.Encode(DG16.Tag(), inside), nil
}
