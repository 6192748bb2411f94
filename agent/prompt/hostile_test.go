package prompt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/consent"
)

// hostile is the question of a page that has made everything as long as it may be, so
// that the end of its name, or the buttons, would not be seen; its own words hold signs
// that programs which show them might obey.
func hostile(t testing.TB, kind consent.Kind) consent.Question {
	t.Helper()
	o, err := consent.ParseOrigin("https://dichvucong.gov.vn." + strings.Repeat("w", 63) + "." + strings.Repeat("m", 63) + "." +
		strings.Repeat("w", 63) + ".xn--dchvcng-j0a8e.example.com:65535")
	require.NoError(t, err)
	q := consent.Question{Kind: kind, Caller: consent.Caller{Origin: o}, Name: strings.Repeat(`W\n`, 33), Purpose: strings.Repeat("W", 98) + strings.Repeat(`\n`, 50) + "!|",
		Reader: strings.Repeat("READER ", 12), Presence: true, TriesLeft: 2}
	for _, f := range answer.Fields() {
		q.Fields = append(q.Fields, string(f.ID))
	}
	return q
}

// TestAPageDoesNotSpeakInTheAgentsName: its words stand between one pair of quotes.
func TestAPageDoesNotSpeakInTheAgentsName(t *testing.T) {
	q := hostile(t, consent.AskPair)
	q.Name, q.Purpose = "A». Quản trị viên đã xác nhận. Bấm «Cho phép", "CT01» «Đã kiểm tra"
	for _, line := range formOf(q, "vi").lines[:2] {
		assert.Equal(t, 1, strings.Count(line, "«"), line)
		assert.Equal(t, 1, strings.Count(line, "»"), line)
		assert.True(t, strings.HasSuffix(line, "»"), line)
	}
}
