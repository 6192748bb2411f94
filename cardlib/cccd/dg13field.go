package cccd

import (
	"errors"
	"fmt"

	"chipid/cardlib/tlv"
)

const (
	tagSequence tlv.Tag = 0x30
	tagSet      tlv.Tag = 0x31
)

// field is SEQUENCE { INTEGER number, value… } with its values unread.
type field struct {
	number int
	rest   tlv.Elements
}

// eachField finds the fields in b, in order, looking through wrappers down to
// the given number of levels.
func eachField(b []byte, levels int, visit func(field) error) error {
	if levels == 0 {
		return tlv.ErrTooDeep
	}
	els, err := tlv.ParseAll(b)
	if err != nil {
		return err
	}
	for _, e := range els {
		if e.Tag != tagSequence && e.Tag != tagSet {
			continue // the version and the object identifier of the wrapper
		}
		f, isField, err := asField(e)
		if err != nil {
			return err
		}
		if isField {
			err = visit(f)
		} else {
			err = eachField(e.Value, levels-1, visit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// asField tells a field from a wrapper. Both may begin with an INTEGER (the
// wrapper's is a version), but only a wrapper holds sequences that do so too.
func asField(e tlv.Element) (field, bool, error) {
	els, err := e.Children()
	if err != nil {
		return field{}, false, err
	}
	if e.Tag != tagSequence || len(els) == 0 || els[0].Tag != tagInteger {
		return field{}, false, nil
	}
	for _, child := range els[1:] {
		if holdsFields(child) {
			return field{}, false, nil
		}
	}
	number, err := smallInt(els[0].Value)
	if err != nil {
		return field{}, false, err
	}
	return field{number, els[1:]}, true, nil
}

// holdsFields tells whether the first thing inside e is a sequence that begins
// with an INTEGER.
func holdsFields(e tlv.Element) bool {
	if e.Tag != tagSequence && e.Tag != tagSet {
		return false
	}
	first, _, err := tlv.Read(e.Value)
	if err != nil || first.Tag != tagSequence {
		return false
	}
	inside, _, err := tlv.Read(first.Value)
	return err == nil && inside.Tag == tagInteger
}

// smallInt reads a field number, 0 to 65535.
func smallInt(b []byte) (int, error) {
	if len(b) == 0 || len(b) > 3 || b[0] >= 0x80 || len(b) == 3 && b[0] != 0 {
		return 0, errors.New("field number out of range")
	}
	n := 0
	for _, x := range b {
		n = n<<8 | int(x)
	}
	return n, nil
}

// values returns the texts of the field depth-first. An empty SEQUENCE counts as an
// empty text, since it holds the place of a parent who is not named.
func (f field) values() ([]string, error) {
	var all []string
	err := collect(f.rest, maxNested, &all)
	if err != nil {
		return nil, fmt.Errorf("field %d: %w", f.number, err)
	}
	return all, nil
}

func collect(els tlv.Elements, levels int, all *[]string) error {
	if levels == 0 {
		return tlv.ErrTooDeep
	}
	for _, e := range els {
		if len(*all) == maxValues {
			return tlv.ErrTooMany
		}
		if !e.Tag.Constructed() {
			*all = append(*all, textOf(e))
			continue
		}
		inside, err := e.Children()
		if err != nil {
			return err
		}
		if len(inside) == 0 {
			*all = append(*all, "")
		}
		if err := collect(inside, levels-1, all); err != nil {
			return err
		}
	}
	return nil
}
