package persona

import "strings"

// plainLetters maps each Vietnamese letter to the one that the MRZ writes for
// it (Doc 9303-3 §6 A: marks are dropped; đ is written D).
var plainLetters = func() map[rune]byte {
	families := map[byte]string{
		'A': "àáảãạăằắẳẵặâầấẩẫậ",
		'D': "đ",
		'E': "èéẻẽẹêềếểễệ",
		'I': "ìíỉĩị",
		'O': "òóỏõọôồốổỗộơờớởỡợ",
		'U': "ùúủũụưừứửữự",
		'Y': "ỳýỷỹỵ",
	}
	letters := map[rune]byte{}
	for plain, marked := range families {
		for _, r := range marked {
			letters[r] = plain
		}
	}
	return letters
}()

// Transliterate writes a Vietnamese name (NFC) in the letters of the MRZ;
// spaces stay, and what is no letter is left out.
func Transliterate(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch plain, marked := plainLetters[r]; {
		case marked:
			b.WriteByte(plain)
		case r >= 'a' && r <= 'z':
			b.WriteByte(byte(r) - 'a' + 'A')
		case r == ' ':
			b.WriteByte(' ')
		}
	}
	return b.String()
}
