package passiveauth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSameState(t *testing.T) {
	cases := []struct {
		state, country string
		want           bool
	}{
		{"VNM", "VN", true}, {"VNM", "vn", true}, {"vnm", " VN ", true}, {"VNM", "VNM", true},
		{"D<<", "DE", true}, {"D", "DE", true}, {"DEU", "de", true},
		{"GBD", "GB", true}, {"RKS", "KS", true}, {"EUE", "EU", true}, {"UNO", "UN", true},
		{"VNM", "FR", false}, {"VNM", "", false}, {"", "", false}, {"", "VN", false}, {"<<<", "", false},
		{"VNM", "V", false}, {"VNM", "NM", false}, {"XYZ", "XYZ", false}, {"XYZ", "XY", false},
		{"UNK", "SX", false}, // not across two codes of one list
		{"UNK", "UN", true}, {"CHN", "HK", false},
	}
	for _, tc := range cases {
		assert.Equal(t, tc.want, SameState(tc.state, tc.country), "%q %q", tc.state, tc.country)
	}
}

// TestCodes: ISO 3166-1 assigns 249 codes, each alpha-2 once.
func TestCodes(t *testing.T) {
	twos := map[string]string{}
	official := 0
	for three, two := range alpha2 {
		if len(three) != 3 || len(two) != 2 || strings.Contains(special, three+":") {
			continue
		}
		official++
		assert.Empty(t, twos[two], two)
		twos[two] = three
	}
	assert.Equal(t, 249, official)
}
