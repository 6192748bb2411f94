package cccd

import "time"

// changeover is the day on which the Identity Law of 2023 came into force: from
// it cards have another name, another issuer's line and other field labels.
var changeover = time.Date(2024, time.July, 1, 0, 0, 0, 0, time.UTC)

// Generation is the kind of card.
type Generation string

// The cards with a chip: thẻ căn cước công dân gắn chíp, and thẻ căn cước.
const (
	GenerationCCCD    Generation = "cccd"
	GenerationCanCuoc Generation = "canCuoc"
)

// GenerationOf tells the kind of card by its date of issue in any form that
// [ParseDate] reads; empty if it is no date.
func GenerationOf(dateOfIssue string) Generation {
	issued, ok := ParseDate(dateOfIssue)
	switch {
	case !ok:
		return ""
	case issued.Before(changeover):
		return GenerationCCCD
	}
	return GenerationCanCuoc
}

// PlaceOfIssue is nơi cấp, which is not on the chip and follows from the date of
// issue; empty if that is no date.
func PlaceOfIssue(dateOfIssue string) string {
	switch GenerationOf(dateOfIssue) {
	case GenerationCCCD:
		return "Cục trưởng Cục Cảnh sát quản lý hành chính về trật tự xã hội"
	case GenerationCanCuoc:
		return "Bộ Công an"
	}
	return ""
}
