package cccd

import "strings"

// Sex is "male", "female", or empty if it is not known.
type Sex string

// The sexes that Vietnamese documents know.
const (
	Male       Sex = "male"
	Female     Sex = "female"
	SexUnknown Sex = ""
)

// parseSex reads "Nam", "Nữ", the English words and the letters of the MRZ.
func parseSex(text string) Sex {
	switch strings.ToLower(fold(text)) {
	case "nam", "male", "m":
		return Male
	case "nu", "female", "f":
		return Female
	}
	return SexUnknown
}
