package mrz

// CheckDigit computes the check digit over s as an ASCII digit: the weights 7,
// 3, 1 over the values of the characters, modulo 10 (Doc 9303-3 §4.9). A
// character that no MRZ may hold counts 0, as the filler does.
func CheckDigit(s string) byte {
	weights := [3]int{7, 3, 1}
	sum := 0
	for i := 0; i < len(s); i++ {
		sum += value(s[i]) * weights[i%3]
	}
	return '0' + byte(sum%10)
}

// value is what a character counts: digits themselves, A to Z 10 to 35, the filler 0.
func value(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 0
}

// inAlphabet tells whether s is made of A–Z, 0–9 and < only (Doc 9303-3 §4.3).
func inAlphabet(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '<' && value(c) == 0 && c != '0' {
			return false
		}
	}
	return true
}
