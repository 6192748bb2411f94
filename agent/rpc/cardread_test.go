package rpc

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/persona"
)

func TestReadGivesTheAskedFieldsAlone(t *testing.T) {
	desk, _ := over(t, "mau")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"id": number(t, "mau")}, "fullName", "dateOfBirth", "spouse"))
	m := c.answerTo(1)
	require.Nil(t, m.Error)
	p, err := persona.ByName("mau")
	require.NoError(t, err)
	var said answer.Answer
	require.NoError(t, json.Unmarshal(m.Result, &said))
	assert.Equal(t, map[string]any{"fullName": p.FullName, "dateOfBirth": "1990-01-15", "spouse": nil}, citizen(said))
	assert.True(t, said.Synthetic)
	assert.True(t, said.Report.Synthetic)
	assert.Equal(t, verdict.Unproven, said.Report.Outcome)
	assert.Nil(t, said.Document.DocumentNumber)
	assert.Nil(t, said.Document.MRZ)
	assert.NotContains(t, string(m.Result), p.Number, "the number was not asked for")
	assert.NotContains(t, string(m.Result), p.Number[3:], "nor the document number")
	assert.NotContains(t, said.Document.Groups, "DG2")
	assert.Positive(t, said.Timing.APDUs)
	assert.Len(t, said.Report.Checks, len(verdict.All()))
	for _, check := range said.Report.Checks {
		assert.NotEmpty(t, check.Text.Vi, check.ID)
	}
}

func citizen(a answer.Answer) map[string]any {
	out := map[string]any{}
	for id, v := range a.Citizen {
		out[string(id)] = v
	}
	return out
}

func TestReadOfEverything(t *testing.T) {
	desk, _ := over(t, "cao-tuoi")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	var all []string
	for _, f := range answer.Fields() {
		all = append(all, string(f.ID))
	}
	params := read(map[string]any{"id": number(t, "cao-tuoi")}, all...)
	params["progressToken"] = "p"
	c.call(1, MethodRead, params)
	var stages []string
	var early map[string]any
	last := -1
	var result message
	for result.ID == nil {
		m := c.next("anything", func(message) bool { return true })
		if m.Method == NotifyProgress {
			assert.Equal(t, "p", m.Params["token"])
			assert.Equal(t, true, m.Params["synthetic"])
			percent, err := m.Params["percent"].(json.Number).Int64()
			require.NoError(t, err)
			assert.GreaterOrEqual(t, int(percent), last)
			last = int(percent)
			stages = append(stages, m.Params["stage"].(string))
			if fields, ok := m.Params["citizen"].(map[string]any); ok {
				early = fields
			}
		}
		if m.Method == "" {
			result = m
		}
	}
	require.Nil(t, result.Error)
	assert.Contains(t, stages, "access")
	assert.Contains(t, stages, "dg2")
	assert.Equal(t, 100, last)
	require.NotNil(t, early, "the text came before the portrait")
	assert.NotContains(t, early, "portrait")
	var said answer.Answer
	require.NoError(t, json.Unmarshal(result.Result, &said))
	got := citizen(said)
	assert.Equal(t, true, got["noExpiry"])
	assert.Nil(t, got["dateOfExpiry"], "no expiry is no date")
	assert.Equal(t, early["fullName"], got["fullName"])
	assert.Contains(t, got, "portrait") // null where it is JPEG 2000 and nobody renders it
	require.NotNil(t, said.Document.MRZ)
	assert.Len(t, strings.Split(*said.Document.MRZ, "\n"), 3)
}

func TestPortraitIsSentAsBase64(t *testing.T) {
	desk, _ := over(t, "mau")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"id": number(t, "mau")}, "portrait"))
	m := c.answerTo(1)
	require.Nil(t, m.Error)
	var said answer.Answer
	require.NoError(t, json.Unmarshal(m.Result, &said))
	photo := citizen(said)["portrait"].(map[string]any)
	data, err := base64.StdEncoding.DecodeString(photo["data"].(string))
	require.NoError(t, err)
	assert.Equal(t, "\xff\xd8\xff", string(data[:3]), "a JPEG")
}

func TestReadFailures(t *testing.T) {
	desk, source := over(t, "mau", "ket-hon", "foreign:token")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	for range 2 {
		c.event("card.inserted")
	}
	key := map[string]any{"id": number(t, "mau")}
	on := func(reader string, key map[string]any) map[string]any {
		p := read(key, "fullName")
		if reader != "" {
			p["reader"] = reader
		}
		return p
	}
	c.call(1, MethodRead, on("", key))
	c.refused(1, 1002, "READER_AMBIGUOUS")
	c.call(2, MethodRead, on("no such", key))
	c.refused(2, 1001, "READER_NOT_FOUND")
	c.call(3, MethodRead, on("mock:foreign:token", key))
	c.refused(3, 1104, "CARD_UNKNOWN")
	c.call(4, MethodRead, on("mock:mau", map[string]any{"can": "999999"}))
	m := c.refused(4, 1201, "ACCESS_DENIED")
	assert.Equal(t, []any{"PACE-CAN"}, m.Error.Data["tried"])
	assert.Equal(t, "6300", m.Error.Data["sw"])
	assert.Equal(t, false, m.Error.Data["retryable"])
	require.NoError(t, source.Remove("mock:mau"))
	c.event("card.removed")
	c.call(5, MethodRead, on("mock:mau", key))
	c.refused(5, 1004, "NO_CARD")
	require.NoError(t, source.Insert("mock:mau", "mau/bac-only"))
	c.event("card.inserted")
	c.call(6, MethodRead, on("", key))
	c.refused(6, 1202, "ACCESS_NEEDS_QR_OR_MRZ")
	p, err := persona.ByName("mau")
	require.NoError(t, err)
	c.call(7, MethodRead, on("", map[string]any{"mrz": p.MRZ()}))
	assert.Nil(t, c.answerTo(7).Error, "the card that came last, by BAC")
}

func TestCardPulledDuringARead(t *testing.T) {
	desk, source := over(t, "mau")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"id": number(t, "mau")}, "portrait"))
	c.next("reading", func(m message) bool { return m.Method == NotifyProgress && m.Params["stage"] == "sod" })
	require.NoError(t, source.Remove("mock:mau"))
	m := c.answerTo(1)
	if m.Error == nil {
		return // the read was faster than the hand
	}
	assert.Equal(t, "CARD_REMOVED", m.Error.Data["code"])
}

func TestEventsTellEverything(t *testing.T) {
	desk, source := over(t, "mau", "foreign:token")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	seen := map[string]bool{}
	for len(seen) < 4 {
		m := c.next("event", func(m message) bool { return m.Method != "" })
		reader := m.Params["reader"].(map[string]any)
		assert.Equal(t, true, m.Params["synthetic"])
		assert.Equal(t, true, reader["synthetic"])
		assert.Len(t, m.Params["readers"], 2, "the whole state")
		assert.Nil(t, m.Params["service"])
		seen[m.Method+" "+reader["name"].(string)] = true
	}
	assert.Equal(t, map[string]bool{"reader.attached mock:mau": true, "reader.attached mock:foreign:token": true,
		"card.inserted mock:mau": true, "card.unknown mock:foreign:token": true}, seen)
	require.NoError(t, source.Insert("mock:mau", "mau"))
	assert.Equal(t, "none", c.event("card.removed").Params["reader"].(map[string]any)["state"])
	again := c.event("card.inserted").Params["reader"].(map[string]any)
	assert.Equal(t, json.Number("2"), again["insertion"])

	late := connect(t, Config{Counter: at(desk)})
	late.hello()
	late.event("card.inserted") // whoever comes later is told too
}

func TestReadersListWithoutService(t *testing.T) {
	c := connect(t, Config{Counter: at(&down{})})
	c.hello()
	c.call(1, MethodReaders, map[string]any{})
	var said struct {
		Readers []any
		Service struct{ Code string }
	}
	require.NoError(t, json.Unmarshal(c.answerTo(1).Result, &said))
	assert.Empty(t, said.Readers)
	assert.Equal(t, "PCSC_UNAVAILABLE", said.Service.Code)
	c.call(2, MethodRead, read(map[string]any{"can": "000018"}, "fullName"))
	c.refused(2, 1006, "PCSC_NOT_BUILT")
}
