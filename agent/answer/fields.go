package answer

import (
	"errors"
	"fmt"
	"slices"

	"chipid/agent/catalogue"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
)

// Fields of DG1 that are the holder's and so must be asked for, beside those of
// cccd. They stand in "document".
const (
	FieldDocumentNumber cccd.FieldID = "documentNumber"
	FieldMRZ            cccd.FieldID = "mrz"
)

// Field is one field that can be asked for.
type Field struct {
	ID        cccd.FieldID   `json:"id"`
	Label     catalogue.Text `json:"label"`
	Sensitive bool           `json:"sensitive"`
}

// Fields returns every field that can be asked for, in the order of forms.
func Fields() []Field {
	var all []Field
	for _, f := range cccd.Fields() {
		all = append(all, Field{f.ID, catalogue.Text{Vi: f.Vietnamese, En: f.English}, f.Sensitive})
	}
	return append(all,
		Field{FieldDocumentNumber, catalogue.Text{Vi: "Số trên MRZ", En: "Document number"}, false},
		Field{FieldMRZ, catalogue.Text{Vi: "Các dòng MRZ", En: "MRZ lines"}, false})
}

// Wanted is a set of asked fields.
type Wanted map[cccd.FieldID]bool

// Errors of Want.
var (
	ErrFieldUnknown = errors.New("answer: no such field")
	ErrNoFields     = errors.New("answer: no field asked for")
)

// Want makes a set of fields by their names.
func Want(names ...string) (Wanted, error) {
	if len(names) == 0 {
		return nil, ErrNoFields
	}
	known := Fields()
	w := Wanted{}
	for _, name := range names {
		id := cccd.FieldID(name)
		if !slices.ContainsFunc(known, func(f Field) bool { return f.ID == id }) {
			return nil, fmt.Errorf("%w: %q", ErrFieldUnknown, name)
		}
		w[id] = true
	}
	return w, nil
}

// WantAll asks for every field.
func WantAll() Wanted {
	w := Wanted{}
	for _, f := range Fields() {
		w[f.ID] = true
	}
	return w
}

// Portrait tells whether a field needs the photo's data group.
func (w Wanted) Portrait() bool {
	for id := range w {
		if f, ok := cccd.FieldByID(id); ok && slices.Contains(f.Groups, lds.DG2) {
			return true
		}
	}
	return false
}

// ids returns the citizen's fields asked for, the portrait apart.
func (w Wanted) ids() []cccd.FieldID {
	var ids []cccd.FieldID
	for _, f := range cccd.Fields() {
		if w[f.ID] && f.ID != cccd.FieldPortrait {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// Text returns the set without the portrait.
func (w Wanted) Text() Wanted {
	text := Wanted{}
	for id := range w {
		if id != cccd.FieldPortrait {
			text[id] = true
		}
	}
	return text
}
