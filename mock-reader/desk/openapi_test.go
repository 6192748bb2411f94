package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"

	"chipid/cardlib"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/rack"
)

// described is the document as JSON has it.
func described(t *testing.T) map[string]any {
	t.Helper()
	var fromYAML any
	require.NoError(t, yaml.Unmarshal(OpenAPI, &fromYAML))
	b, err := json.Marshal(fromYAML)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	require.NoError(t, err)
	return doc.(map[string]any)
}

// at follows a path of keys, and references on the way.
func at(t *testing.T, doc map[string]any, from any, keys ...string) any {
	t.Helper()
	for _, key := range keys {
		m, ok := from.(map[string]any)
		require.True(t, ok, "no object before %s", key)
		if ref, ok := m["$ref"].(string); ok {
			m = at(t, doc, doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
		}
		from = m[key]
	}
	return from
}

// pointer is the JSON pointer to the schema of an operation's answer, through the
// reference that may stand there; "" if the description has no such answer.
func pointer(t *testing.T, doc map[string]any, path, method string, status int, kind string) string {
	t.Helper()
	where := fmt.Sprintf("/paths/%s/%s/responses/%d", strings.NewReplacer("~", "~0", "/", "~1").Replace(path), method, status)
	operation := at(t, doc, doc, "paths", path, method, "responses", fmt.Sprint(status))
	require.NotNil(t, operation, "%s %s may answer %d: not described", method, path, status)
	if ref, ok := operation.(map[string]any)["$ref"].(string); ok {
		where = strings.TrimPrefix(ref, "#")
	}
	content := at(t, doc, operation, "content")
	if kind == "" {
		require.Nil(t, content, "%s %s: an answer without content", method, path)
		return ""
	}
	require.Contains(t, content, kind, "%s %s", method, path)
	return where + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema"
}

// judge holds an answer against the description.
func judge(t *testing.T, doc map[string]any, c *jsonschema.Compiler, path, method string, w *httptest.ResponseRecorder) {
	t.Helper()
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	where := pointer(t, doc, path, strings.ToLower(method), w.Code, kind)
	if kind != "application/json" {
		return
	}
	schema, err := c.Compile("openapi.json#" + where)
	require.NoError(t, err)
	got, err := jsonschema.UnmarshalJSON(w.Body)
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(got), "%s %s", method, path)
}

func compiler(t *testing.T, doc map[string]any) *jsonschema.Compiler {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("openapi.json", doc))
	return c
}

// The description has the operations that the server has, and no other, and says
// of each whether it wants the token.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	doc := described(t)
	assert.Equal(t, "3.1.0", doc["openapi"])
	var said []string
	for path, item := range doc["paths"].(map[string]any) {
		for method, operation := range item.(map[string]any) {
			_, open := operation.(map[string]any)["security"]
			said = append(said, fmt.Sprint(strings.ToUpper(method), " ", path, " ", open))
			assert.NotEmpty(t, operation.(map[string]any)["operationId"])
		}
	}
	var served []string
	for _, r := range (Desk{}).routes() {
		served = append(served, fmt.Sprint(r.method, " ", r.path, " ", r.open))
	}
	slices.Sort(said)
	slices.Sort(served)
	assert.Equal(t, served, said)
}

// Every schema of the description is one.
func TestTheSchemasCompile(t *testing.T) {
	doc := described(t)
	c := compiler(t, doc)
	for name := range at(t, doc, doc, "components", "schemas").(map[string]any) {
		_, err := c.Compile("openapi.json#/components/schemas/" + name)
		assert.NoError(t, err, name)
	}
}

// Requests that the description allows are taken, those that it forbids are not,
// and every answer is one of those that it describes.
func TestTheHandlersDoAsDescribed(t *testing.T) {
	doc := described(t)
	c := compiler(t, doc)
	h, _ := room(t)
	for _, test := range []struct {
		method, path, body string
		valid              bool
	}{
		{"GET", "/openapi.yaml", "", true},
		{"GET", "/api/catalogue", "", true},
		{"GET", "/api/readers", "", true},
		{"GET", "/api/portrait/{persona}", "", true},
		{"POST", "/api/insert", `{"card":"mau"}`, true},
		{"POST", "/api/insert", `{"card":"mau","reader":"mock:one"}`, true},
		{"POST", "/api/insert", `{"reader":"mock:one"}`, false},
		{"POST", "/api/insert", `{"card":1}`, false},
		{"POST", "/api/insert", `{"card":"mau","speed":1}`, false},
		{"POST", "/api/link", `{"link":"t1:11,chip=old"}`, true},
		{"POST", "/api/link", `{}`, false},
		{"POST", "/api/tear", `{"file":"DG2","percent":40}`, true},
		{"POST", "/api/tear", `{"file":"DG17"}`, false},
		{"POST", "/api/tear", `{"file":"DG2","percent":101}`, false},
		{"POST", "/api/tear", `{"command":12}`, true},
		{"POST", "/api/tear", `{}`, true},
		{"POST", "/api/remove", `{}`, true},
		{"POST", "/api/remove", `{"card":"mau"}`, false},
		{"GET", "/api/trace", "", true},
		{"DELETE", "/api/trace", "", true},
	} {
		t.Run(test.method+" "+test.path+" "+test.body, func(t *testing.T) {
			if test.body != "" {
				where := "openapi.json#/paths/" + strings.ReplaceAll(test.path, "/", "~1") + "/post/requestBody/content/application~1json/schema"
				schema, err := c.Compile(where)
				require.NoError(t, err)
				body, err := jsonschema.UnmarshalJSON(strings.NewReader(test.body))
				require.NoError(t, err)
				assert.Equal(t, test.valid, schema.Validate(body) == nil, "by the description")
			}
			path := strings.ReplaceAll(test.path, "{persona}", "mau")
			w := ask(h, test.method, path, test.body, nil)
			assert.Equal(t, test.valid, w.Code < 300, "by the handler: %s", w.Body)
			judge(t, doc, c, test.path, test.method, w)
			open := strings.Contains(test.path, "openapi") || strings.Contains(test.path, "portrait")
			w = ask(h, test.method, path, test.body, func(q *http.Request) { q.Header.Del("Authorization") })
			assert.Equal(t, open, w.Code < 300, "without a token")
			if !open {
				judge(t, doc, c, test.path, test.method, w)
			}
		})
	}
	for _, body := range []string{`{"card":"nobody"}`, "x"} {
		judge(t, doc, c, "/api/insert", "POST", ask(h, "POST", "/api/insert", body, nil))
	}
	judge(t, doc, c, "/api/insert", "POST", ask(h, "POST", "/api/insert", "{}", func(q *http.Request) { q.Header.Del("Content-Type") }))
	judge(t, doc, c, "/api/portrait/{persona}", "GET", ask(h, "GET", "/api/portrait/nobody", "", nil))
	judge(t, doc, c, "/api/trace", "GET", ask(h, "GET", "/api/trace?since=x", "", nil))
	judge(t, doc, c, "/api/events", "GET", ask(h, "GET", "/api/events?since=x", "", nil))
}

// The lines of a whole read, of a torn one and of a foreign card are as described.
func TestARealTraceIsAsDescribed(t *testing.T) {
	doc := described(t)
	c := compiler(t, doc)
	h, r := room(t)
	talk(t, r, apdu.Command{INS: 0xEE})
	slot, err := r.Slot("")
	require.NoError(t, err)
	for _, tear := range []*rack.Tear{nil, {File: "DG13"}} {
		require.NoError(t, slot.Insert("mau/t0"))
		require.NoError(t, slot.SetTear(tear))
		card, err := slot.Card()
		require.NoError(t, err)
		who, err := persona.ByName("mau")
		require.NoError(t, err)
		keys, err := cccd.KeysFromNumber(who.Number)
		require.NoError(t, err)
		_, err = cardlib.Read(t.Context(), card, keys, cardlib.Plan{})
		assert.Equal(t, tear != nil, err != nil)
	}
	w := ask(h, "GET", "/api/trace", "", nil)
	assert.Greater(t, w.Body.Len(), 50_000)
	judge(t, doc, c, "/api/trace", "GET", w)
}
