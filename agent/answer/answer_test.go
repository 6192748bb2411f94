package answer

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/verdict"
)

// sample is what a card said of a synthetic person.
func sample() *cardlib.Result {
	return &cardlib.Result{
		Document: cardlib.Document{
			Access:   "PACE-CAN",
			Groups:   map[lds.Group][]byte{lds.DG13: {1}, lds.DG1: {1}},
			MRZ:      &mrz.Document{DocumentNumber: "190000018", IssuingState: "VNM", Code: "ID", Lines: []string{"a", "b", "c"}},
			Citizen:  cccd.Citizen{FullName: "Nguyễn Thị Mẫu", Sex: cccd.Female, SexText: "Nữ", NoExpiry: true, DateOfIssue: "2024-08-01", Ethnicity: "Kinh"},
			Signer:   &cardlib.Signer{Subject: "CN=VN DOCUMENT SIGNER", SigningTime: time.Date(2024, 8, 1, 3, 0, 0, 0, time.UTC)},
			Portrait: &cardlib.Portrait{MIME: "image/jpeg", Data: []byte{0xFF, 0xD8}, Width: 2, Height: 3},
		},
		Report: verdict.Conclude([]verdict.Check{
			verdict.Pass(verdict.Hashes, verdict.COMMismatch),
			verdict.Fail(verdict.ActiveAuth, verdict.WrongAnswer, "DG15"),
			verdict.NoVerdict(verdict.Anchor, verdict.NoTrustStore),
		}, true),
	}
}

// encoded is the answer as a client sees it.
func encoded(t *testing.T, names ...string) map[string]any {
	t.Helper()
	w, err := Want(names...)
	require.NoError(t, err)
	b, err := json.Marshal(New(sample(), "mock:mau", w))
	require.NoError(t, err)
	var v map[string]any
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

// TestTheTimeOfSigningTellsTheDateOfIssue, and goes out with it alone.
func TestTheTimeOfSigningTellsTheDateOfIssue(t *testing.T) {
	signer := func(fields ...string) map[string]any {
		return encoded(t, fields...)["document"].(map[string]any)["signer"].(map[string]any)
	}
	assert.NotContains(t, signer("fullName", "dateOfExpiry"), "signingTime")
	assert.Equal(t, "2024-08-01T03:00:00Z", signer("fullName", "dateOfIssue")["signingTime"])
}

func TestOnlyAskedFields(t *testing.T) {
	v := encoded(t, "fullName", "spouse")
	assert.Equal(t, map[string]any{"fullName": "Nguyễn Thị Mẫu", "spouse": nil}, v["citizen"])
	document := v["document"].(map[string]any)
	assert.NotContains(t, document, "documentNumber")
	assert.NotContains(t, document, "mrz")
	assert.Equal(t, []any{"DG1", "DG13"}, document["groups"])
	assert.Equal(t, []any{}, document["broken"])

	v = encoded(t, "dateOfExpiry", "sex", "portrait", "documentNumber", "mrz", "placeOfOrigin")
	assert.Equal(t, map[string]any{"dateOfExpiry": nil, "noExpiry": true, "sex": "female", "sexText": "Nữ", "placeOfOrigin": nil,
		"portrait": map[string]any{"mime": "image/jpeg", "data": "/9g=", "width": 2.0, "height": 3.0}}, v["citizen"])
	document = v["document"].(map[string]any)
	assert.Equal(t, "190000018", document["documentNumber"])
	assert.Equal(t, "a\nb\nc", document["mrz"])
	labels := document["labels"].(map[string]any)
	assert.Equal(t, map[string]any{"vi": "Nơi đăng ký khai sinh", "en": "Place of birth registration"}, labels["placeOfOrigin"], "as cards since July 2024 call it")
}

func TestReportHasItsWords(t *testing.T) {
	report := NewReport(sample().Report)
	assert.Equal(t, catalogue.Alarm, report.Tone)
	for _, c := range report.Checks {
		assert.NotEmpty(t, c.Title.Vi)
		assert.NotEmpty(t, c.Text.Vi)
		assert.Equal(t, c.Status == verdict.Passed, c.Remedy == nil, c.ID)
		switch c.ID {
		case verdict.Hashes:
			require.Len(t, c.Remarks, 1)
			assert.NotEmpty(t, c.Remarks[0].Text.En)
		case verdict.ActiveAuth:
			assert.Equal(t, catalogue.Alarm, c.Tone)
			assert.Equal(t, []string{"DG15"}, c.Groups)
		case verdict.Anchor:
			assert.True(t, c.Setup)
			assert.Equal(t, catalogue.Neutral, c.Tone, "a fault of the set-up is no alarm")
		}
	}
}

func TestPortraitIsWantedOnlyByName(t *testing.T) {
	w, err := Want("fullName", "mrz")
	require.NoError(t, err)
	assert.False(t, w.Portrait())
	assert.True(t, WantAll().Portrait())
	assert.False(t, WantAll().Text().Portrait())
	_, err = Want()
	assert.ErrorIs(t, err, ErrNoFields)
	_, err = Want("fullName", "FullName")
	assert.ErrorIs(t, err, ErrFieldUnknown)
}

func TestExit(t *testing.T) {
	assert.Equal(t, 0, Exit(verdict.Report{Outcome: verdict.Genuine}))
	assert.Equal(t, 3, Exit(verdict.Report{Outcome: verdict.Failure}))
	assert.Equal(t, 4, Exit(verdict.Report{Outcome: verdict.Unproven}))
	assert.Equal(t, 4, Exit(verdict.Report{}))
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		kind, text string
		want       catalogue.Code
	}{
		{KeyID, "000190000018", ""}, {KeyID, "190000018", catalogue.NumberInvalid},
		{KeyCAN, "000018", ""}, {KeyCAN, "00018", catalogue.CANInvalid},
		{KeyMRZ, "190000018,900115,300115", ""}, {KeyMRZ, "IDVNM", catalogue.MRZInvalid},
		{KeyQR, "000190000018||X|15011990|Nữ|Y|10072021", ""}, {KeyQR, "x", catalogue.QRInvalid},
		{"", "000190000018", ""}, {"", "12345", catalogue.NumberInvalid}, {"pin", "1234", catalogue.KeyMissing},
	} {
		keys, code := Keys(c.kind, c.text)
		assert.Equal(t, c.want, code, "%s %s", c.kind, c.text)
		assert.Equal(t, c.want != "", keys.Empty())
	}
}

func TestFailures(t *testing.T) {
	f := FailureOf(&Error{Code: "ACCESS_DENIED", SW: 0x6300, Tried: []string{"PACE-CAN"}, Err: errors.New("secret")})
	b, err := json.Marshal(f)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"sw":"6300"`)
	assert.NotContains(t, string(b), "secret")
	assert.Equal(t, catalogue.Internal, FailureOf(context.Canceled).Code)
}
