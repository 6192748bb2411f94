package rpc

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// withEvidence is a read that asks for evidence.
func withEvidence(t *testing.T, name, nonce, format string, groups ...any) map[string]any {
	t.Helper()
	params := read(map[string]any{"id": number(t, name)}, "fullName")
	asked := map[string]any{"nonce": nonce, "groups": append([]any{}, groups...)}
	if format != "" {
		asked["format"] = format
	}
	params["evidence"] = asked
	return params
}

func TestReadGivesEvidenceInBothForms(t *testing.T) {
	nonce := strings.Repeat("01", 32)
	for _, format := range []string{"", "cbor", "json"} {
		desk, _ := over(t, "mau")
		c := connect(t, Config{Counter: at(desk)})
		c.hello()
		c.call(1, MethodRead, withEvidence(t, "mau", nonce, format, "dg1"))
		m := c.answerTo(1)
		require.Nil(t, m.Error)
		var said struct {
			Evidence struct {
				Format string
				Bundle json.RawMessage
			}
		}
		require.NoError(t, json.Unmarshal(m.Result, &said))
		data := []byte(said.Evidence.Bundle)
		if format != "json" {
			assert.Equal(t, "cbor", said.Evidence.Format)
			require.NoError(t, json.Unmarshal(said.Evidence.Bundle, &data))
		}
		bundle, err := evidence.Parse(data)
		require.NoError(t, err)
		assert.Equal(t, strings.Repeat("\x01", 32), string(bundle.Nonce))
		assert.Equal(t, []lds.Group{lds.DG1}, bundle.Groups)
		assert.Equal(t, page, bundle.Origin, "the origin is the connection's")
	}
}

func TestEvidenceThatIsNull(t *testing.T) {
	desk, _ := over(t, "mau/no-keys")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, withEvidence(t, "mau", strings.Repeat("01", 32), ""))
	m := c.answerTo(1)
	require.Nil(t, m.Error)
	assert.Contains(t, string(m.Result), `"evidence":null`)
}

func TestEvidenceAskedWrongly(t *testing.T) {
	desk, _ := over(t, "mau")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	for i, params := range []map[string]any{
		withEvidence(t, "mau", strings.Repeat("01", 31), ""), withEvidence(t, "mau", strings.Repeat("0", 65), ""),
		withEvidence(t, "mau", strings.Repeat("0A", 32), ""), withEvidence(t, "mau", strings.Repeat("01", 32), "xml"),
		withEvidence(t, "mau", strings.Repeat("01", 32), "", "dg17"), withEvidence(t, "mau", strings.Repeat("01", 32), "", "dg1", "dg1"),
	} {
		c.call(i+1, MethodRead, params)
		assert.EqualValues(t, catalogue.InvalidParams, c.answerTo(i + 1).Error.Data["code"], i)
	}
	c.call(90, MethodRead, withEvidence(t, "mau", strings.Repeat("01", 32), "", "dg13", "dg1"))
	assert.EqualValues(t, catalogue.EvidenceRequest, c.answerTo(90).Error.Data["code"])
	c.call(91, MethodRead, withEvidence(t, "mau", strings.Repeat("01", 32), "", "dg15"))
	assert.EqualValues(t, catalogue.GroupNotGranted, c.answerTo(91).Error.Data["code"])
}
