package cccd

import (
	"slices"

	"chipid/cardlib/lds"
)

// FieldID is the stable name of a field, the same in JSON.
type FieldID string

// The fields of a citizen. FieldNoExpiry is said together with
// FieldDateOfExpiry, FieldPlaceOfIssue follows from the date of issue, and
// FieldPortrait is an image of DG2, which [Citizen] does not hold.
const (
	FieldPersonalNumber   FieldID = "personalNumber"
	FieldFullName         FieldID = "fullName"
	FieldDateOfBirth      FieldID = "dateOfBirth"
	FieldSex              FieldID = "sex"
	FieldNationality      FieldID = "nationality"
	FieldEthnicity        FieldID = "ethnicity"
	FieldReligion         FieldID = "religion"
	FieldPlaceOfOrigin    FieldID = "placeOfOrigin"
	FieldPlaceOfResidence FieldID = "placeOfResidence"
	FieldIdentifyingMarks FieldID = "identifyingMarks"
	FieldDateOfIssue      FieldID = "dateOfIssue"
	FieldDateOfExpiry     FieldID = "dateOfExpiry"
	FieldNoExpiry         FieldID = "noExpiry"
	FieldFather           FieldID = "father"
	FieldMother           FieldID = "mother"
	FieldSpouse           FieldID = "spouse"
	FieldOldNumber        FieldID = "oldNumber"
	FieldChipSerial       FieldID = "chipSerial"
	FieldPlaceOfIssue     FieldID = "placeOfIssue"
	FieldPortrait         FieldID = "portrait"
	FieldExtra            FieldID = "extra"
)

// Field describes a field to forms and to whoever grants access to it.
type Field struct {
	ID FieldID
	// Groups hold the field; all of them are wanted.
	Groups []lds.Group
	// Sensitive fields are special by law (ethnicity, religion, biometrics) or
	// tell of other persons or of the body; they need an explicit grant.
	Sensitive bool
	// Vietnamese and English are the labels on cards issued until June 2024.
	Vietnamese, English string
	// newVietnamese and newEnglish are those of later cards, where they differ.
	newVietnamese, newEnglish string
}

// LabelsAt returns the labels that a card of that date of issue bears: the
// Identity Law of 2023 renamed two fields from 1 July 2024 on.
func (f Field) LabelsAt(dateOfIssue string) (vietnamese, english string) {
	if f.newVietnamese != "" && GenerationOf(dateOfIssue) == GenerationCanCuoc {
		return f.newVietnamese, f.newEnglish
	}
	return f.Vietnamese, f.English
}

// Fields returns all fields in the order in which they are shown.
func Fields() []Field {
	dg13, dg2 := []lds.Group{lds.DG13}, []lds.Group{lds.DG2}
	return []Field{
		{ID: FieldPersonalNumber, Groups: dg13, Vietnamese: "Số định danh cá nhân", English: "Personal number"},
		{ID: FieldFullName, Groups: dg13, Vietnamese: "Họ, chữ đệm và tên", English: "Full name"},
		{ID: FieldDateOfBirth, Groups: dg13, Vietnamese: "Ngày, tháng, năm sinh", English: "Date of birth"},
		{ID: FieldSex, Groups: dg13, Vietnamese: "Giới tính", English: "Sex"},
		{ID: FieldNationality, Groups: dg13, Vietnamese: "Quốc tịch", English: "Nationality"},
		{ID: FieldEthnicity, Groups: dg13, Sensitive: true, Vietnamese: "Dân tộc", English: "Ethnicity"},
		{ID: FieldReligion, Groups: dg13, Sensitive: true, Vietnamese: "Tôn giáo", English: "Religion"},
		{ID: FieldPlaceOfOrigin, Groups: dg13, Vietnamese: "Quê quán", English: "Place of origin",
			newVietnamese: "Nơi đăng ký khai sinh", newEnglish: "Place of birth registration"},
		{ID: FieldPlaceOfResidence, Groups: dg13, Vietnamese: "Nơi thường trú", English: "Place of permanent residence",
			newVietnamese: "Nơi cư trú", newEnglish: "Place of residence"},
		{ID: FieldIdentifyingMarks, Groups: dg13, Sensitive: true, Vietnamese: "Đặc điểm nhận dạng", English: "Identifying marks"},
		{ID: FieldDateOfIssue, Groups: dg13, Vietnamese: "Ngày cấp", English: "Date of issue"},
		{ID: FieldDateOfExpiry, Groups: dg13, Vietnamese: "Ngày hết hạn", English: "Date of expiry"},
		{ID: FieldNoExpiry, Groups: dg13, Vietnamese: "Không thời hạn", English: "No expiry"},
		{ID: FieldPlaceOfIssue, Groups: dg13, Vietnamese: "Nơi cấp", English: "Place of issue"},
		{ID: FieldFather, Groups: dg13, Sensitive: true, Vietnamese: "Họ tên cha", English: "Father's name"},
		{ID: FieldMother, Groups: dg13, Sensitive: true, Vietnamese: "Họ tên mẹ", English: "Mother's name"},
		{ID: FieldSpouse, Groups: dg13, Sensitive: true, Vietnamese: "Họ tên vợ, chồng", English: "Spouse's name"},
		{ID: FieldOldNumber, Groups: dg13, Vietnamese: "Số CMND cũ", English: "Former identity card number"},
		{ID: FieldChipSerial, Groups: dg13, Vietnamese: "Số hiệu chíp", English: "Chip identifier"},
		{ID: FieldPortrait, Groups: dg2, Sensitive: true, Vietnamese: "Ảnh chân dung", English: "Portrait"},
		{ID: FieldExtra, Groups: dg13, Sensitive: true, Vietnamese: "Trường khác", English: "Other fields"},
	}
}

// FieldByID finds a field by its name.
func FieldByID(id FieldID) (Field, bool) {
	for _, f := range Fields() {
		if f.ID == id {
			return f, true
		}
	}
	return Field{}, false
}

// mrzFields are the fields that stand in the machine-readable zone of DG1
// (Doc 9303-5 §4.2) as Vietnamese cards fill it.
var mrzFields = []FieldID{FieldPersonalNumber, FieldFullName, FieldDateOfBirth, FieldSex, FieldNationality, FieldDateOfExpiry}

// FieldsIn returns every field that a data group can hold, and false for a group
// of which that is not known. DG14 and DG15 hold the chip's keys and no field.
// Whoever hands a group over whole discloses all of these.
func FieldsIn(g lds.Group) ([]FieldID, bool) {
	switch g {
	case lds.DG1:
		return slices.Clone(mrzFields), true
	case lds.DG14, lds.DG15:
		return nil, true
	}
	var ids []FieldID
	for _, f := range Fields() {
		if slices.Contains(f.Groups, g) {
			ids = append(ids, f.ID)
		}
	}
	return ids, len(ids) > 0
}
