package prompt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinesAreNeverTooWide(t *testing.T) {
	long := "https://dichvucong.gov.vn." + strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + ".xn--dchvcng-j0a8e.example.com:65535"
	for name, tc := range map[string]struct {
		text string
		most int
		want []string
	}{
		"one line":           {"Một cửa xã", 40, []string{"Một cửa xã"}},
		"between words":      {"Một cửa xã", 12, []string{"Một", "cửa xã"}},
		"nothing":            {"", 12, []string{""}},
		"after a dot":        {"aaa.bbb.ccc", 12, []string{"aaa.", "bbb.", "ccc"}},
		"anywhere":           {"aaaaaaa", 6, []string{"aaa", "aaa", "a"}},
		"a letter too wide":  {"WW", 1, []string{"W", "W"}},
		"spaces are no gaps": {"a  \u00a0 b", 40, []string{"a b"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, wrapped(tc.text, tc.most)) })
	}
	lines := wrapped(long, 150)
	assert.Equal(t, long, strings.Join(lines, ""), "nothing is left out")
	assert.Equal(t, "xn--dchvcng-j0a8e.example.com:65535", lines[len(lines)-1], "the end of the name stands together")
}

func TestWhatIsLeftOutIsMarked(t *testing.T) {
	assert.Equal(t, "Một cửa", shortened("Một cửa", 20))
	assert.Equal(t, "Một…", shortened("Một cửa", 11))
	assert.LessOrEqual(t, width(shortened(strings.Repeat("W", 99), 50)), 50)
}

func FuzzWrapped(f *testing.F) {
	f.Add("https://a.example", 20)
	f.Add("Làm thủ tục\u0301\u0301 WWW", 1)
	f.Fuzz(func(t *testing.T, text string, most int) {
		if len(text) > 1000 {
			return
		}
		most = max(5, most%500)
		lines := wrapped(text, most)
		for _, line := range lines {
			assert.LessOrEqual(t, width(line), most)
		}
		squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
		assert.Equal(t, squeezed(text), squeezed(strings.Join(lines, " ")))
	})
}
