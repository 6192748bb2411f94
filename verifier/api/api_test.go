package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/internal/evidencetest"
	"chipid/verifier/service"
	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

// world is the interface over a database, with a tenant's key and a card, and
// the description that every answer is held against.
type world struct {
	*API
	t     *testing.T
	store *store.Store
	key   string
	card  *evidencetest.Card
	doc   map[string]any
	rules *jsonschema.Compiler
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	db, err := store.Open("sqlite:" + filepath.Join(t.TempDir(), "verifier.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, db.Migrate(t.Context()))
	anchors := evidencetest.Trust(t)
	config := Config{Store: db, Service: service.New(service.Config{Store: db, Anchors: func() *trust.Store { return anchors }}),
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/plain") })}
	if change != nil {
		change(&config)
	}
	w := &world{API: New(config), t: t, store: db, card: evidencetest.NewCard(t, "mau")}
	w.key = w.addTenant("một cửa", 1000)
	w.describe()
	return w
}

func (w *world) addTenant(name string, burst float64) string {
	w.t.Helper()
	tn, err := tenant.New(name, []string{"https://motcua.example.vn"}, nil, 0.001, burst, time.Hour)
	require.NoError(w.t, err)
	key, hash := tenant.NewKey()
	require.NoError(w.t, w.store.AddTenant(w.t.Context(), tn, hash))
	return key
}

func (w *world) describe() {
	w.t.Helper()
	var fromYAML any
	require.NoError(w.t, yaml.Unmarshal(OpenAPI, &fromYAML))
	b, err := json.Marshal(fromYAML)
	require.NoError(w.t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	require.NoError(w.t, err)
	w.doc, w.rules = doc.(map[string]any), jsonschema.NewCompiler()
	w.rules.AssertFormat()
	require.NoError(w.t, w.rules.AddResource("openapi.json", doc))
}

// do asks and holds question and answer against the description.
func (w *world) do(method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	q := httptest.NewRequest(method, path, strings.NewReader(body))
	q.Header.Set("Authorization", "Bearer "+w.key)
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(q)
	}
	got := httptest.NewRecorder()
	w.ServeHTTP(got, q)
	assert.Equal(w.t, "no-store", got.Header().Get("Cache-Control"))
	if strings.HasPrefix(path, "/v1/requests/") {
		path = "/v1/requests/{id}"
	}
	w.judge(path, strings.ToLower(method), got)
	return got
}

// get follows a path of keys in the description, and references on the way.
func (w *world) get(from any, keys ...string) any {
	for _, key := range keys {
		m, ok := from.(map[string]any)
		require.True(w.t, ok, "no object before %s", key)
		if ref, ok := m["$ref"].(string); ok {
			m = w.get(w.doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
		}
		from = m[key]
	}
	return from
}

func (w *world) judge(path, method string, got *httptest.ResponseRecorder) {
	w.t.Helper()
	where := fmt.Sprintf("/paths/%s/%s/responses/%d", strings.NewReplacer("~", "~0", "/", "~1").Replace(path), method, got.Code)
	answer := w.get(w.doc, "paths", path, method, "responses", fmt.Sprint(got.Code))
	require.NotNil(w.t, answer, "%s %s may answer %d: not described", method, path, got.Code)
	if ref, ok := answer.(map[string]any)["$ref"].(string); ok {
		where = strings.TrimPrefix(ref, "#")
	}
	if headers, ok := w.get(answer, "headers").(map[string]any); ok {
		for name := range headers {
			assert.NotEmpty(w.t, got.Header().Get(name), name)
		}
	}
	kind := got.Header().Get("Content-Type")
	content := w.get(answer, "content")
	if kind == "" {
		assert.Nil(w.t, content, "an answer without content")
		return
	}
	require.Contains(w.t, content, kind)
	if !strings.HasSuffix(kind, "json") {
		return
	}
	schema, err := w.rules.Compile("openapi.json#" + where + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema")
	require.NoError(w.t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(got.Body.Bytes()))
	require.NoError(w.t, err)
	assert.NoError(w.t, schema.Validate(v), "%s %s", method, path)
}

func code(t *testing.T, got *httptest.ResponseRecorder) service.Code {
	t.Helper()
	var p problemJSON
	require.NoError(t, json.Unmarshal(got.Body.Bytes(), &p))
	return p.Code
}

const askBody = `{"origin":"https://motcua.example.vn","purpose":"CT01","groups":["dg1"],"session":"phiên 1"}`

// issue makes a request and returns it as the back end and as the card see it.
func (w *world) issue() (RequestJSON, evidence.Request) {
	w.t.Helper()
	got := w.do("POST", "/v1/requests", askBody)
	require.Equal(w.t, http.StatusCreated, got.Code, got.Body)
	var r RequestJSON
	require.NoError(w.t, json.Unmarshal(got.Body.Bytes(), &r))
	assert.Equal(w.t, "/v1/requests/"+r.ID, got.Header().Get("Location"))
	var nonce []byte
	_, err := fmt.Sscanf(r.Nonce, "%x", &nonce)
	require.NoError(w.t, err)
	return r, evidence.Request{Nonce: nonce, Origin: r.Origin, Purpose: r.Purpose, Groups: []lds.Group{lds.DG1}}
}

func (w *world) submission(r RequestJSON, bundle string) string {
	return fmt.Sprintf(`{"request":%q,"session":"phiên 1","evidence":%s}`, r.ID, bundle)
}

func inBase64(t *testing.T, b *evidence.Bundle) string {
	t.Helper()
	data, err := b.CBOR()
	require.NoError(t, err)
	return `"` + base64.StdEncoding.EncodeToString(data) + `"`
}

func TestARequestAndItsAnswer(t *testing.T) {
	w := newWorld(t, nil)
	for name, encode := range map[string]func(*evidence.Bundle) string{
		"CBOR": func(b *evidence.Bundle) string { return inBase64(t, b) },
		"JSON": func(b *evidence.Bundle) string {
			data, err := b.JSON()
			require.NoError(t, err)
			return string(data)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, asked := w.issue()
			assert.Equal(t, store.StateOpen, r.State)
			body := w.submission(r, encode(w.card.Answer(t, asked)))
			got := w.do("POST", "/v1/evidence", body)
			require.Equal(t, http.StatusOK, got.Code, got.Body)
			var judged judgedJSON
			require.NoError(t, json.Unmarshal(got.Body.Bytes(), &judged))
			assert.True(t, judged.Accepted)
			assert.Equal(t, w.card.Persona.Number, judged.Citizen.PersonalNumber)

			got = w.do("POST", "/v1/evidence", body)
			assert.Equal(t, http.StatusConflict, got.Code)
			assert.Equal(t, service.NonceUsed, code(t, got))
			got = w.do("GET", "/v1/requests/"+r.ID, "")
			require.Equal(t, http.StatusOK, got.Code)
			assert.NotContains(t, got.Body.String(), w.card.Persona.Number)
			var kept RequestJSON
			require.NoError(t, json.Unmarshal(got.Body.Bytes(), &kept))
			assert.Equal(t, store.StateAccepted, kept.State)
			assert.True(t, kept.Outcome.Accepted)
		})
	}
}

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t, nil)
	r, asked := w.issue()
	body := w.submission(r, inBase64(t, w.card.Answer(t, asked)))
	with := func(key string) func(*http.Request) {
		return func(q *http.Request) { q.Header.Set("Idempotency-Key", key) }
	}
	require.Equal(t, http.StatusOK, w.do("POST", "/v1/evidence", body, with("a")).Code)
	got := w.do("POST", "/v1/evidence", body, with("a"))
	require.Equal(t, http.StatusOK, got.Code)
	assert.Contains(t, got.Body.String(), `"replayed":true`)
	assert.Equal(t, http.StatusConflict, w.do("POST", "/v1/evidence", body, with("b")).Code)
	other := w.submission(r, inBase64(t, w.card.Answer(t, asked)))
	assert.Equal(t, http.StatusUnprocessableEntity, w.do("POST", "/v1/evidence", other, with("a")).Code)
	assert.Equal(t, http.StatusBadRequest, w.do("POST", "/v1/evidence", body, with(strings.Repeat("a", 257))).Code)
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	r, _ := w.issue()
	slow := w.addTenant("chậm", 1)
	as := func(key string) func(*http.Request) {
		return func(q *http.Request) { q.Header.Set("Authorization", key) }
	}
	require.Equal(t, http.StatusCreated, w.do("POST", "/v1/requests", askBody, as("Bearer "+slow)).Code)
	other, _ := tenant.NewKey()
	for name, tc := range map[string]struct {
		method, path, body string
		change             func(*http.Request)
		status             int
		want               service.Code
	}{
		"no key":            {"POST", "/v1/requests", askBody, as(""), 401, unauthorized},
		"another scheme":    {"POST", "/v1/requests", askBody, as("Basic " + w.key), 401, unauthorized},
		"a key of nobody":   {"POST", "/v1/requests", askBody, as("Bearer " + other), 401, unauthorized},
		"too fast":          {"POST", "/v1/requests", askBody, as("Bearer " + slow), 429, service.RateLimited},
		"another site":      {"POST", "/v1/requests", strings.Replace(askBody, "motcua", "evil", 1), nil, 403, service.OriginNotAllowed},
		"unknown member":    {"POST", "/v1/requests", strings.Replace(askBody, "purpose", "propose", 1), nil, 400, service.RequestMalformed},
		"no such group":     {"POST", "/v1/requests", strings.Replace(askBody, "dg1", "dg17", 1), nil, 400, service.RequestMalformed},
		"two documents":     {"POST", "/v1/requests", askBody + askBody, nil, 400, service.RequestMalformed},
		"not JSON":          {"POST", "/v1/requests", "x", nil, 400, service.RequestMalformed},
		"a form":            {"POST", "/v1/requests", askBody, func(q *http.Request) { q.Header.Set("Content-Type", "text/plain") }, 400, service.RequestMalformed},
		"a long ask":        {"POST", "/v1/requests", `{"purpose":"` + strings.Repeat("x", maxAsk) + `"}`, nil, 413, bodyTooLong},
		"nobody's request":  {"GET", "/v1/requests/x", "", nil, 404, service.RequestUnknown},
		"another tenant's":  {"GET", "/v1/requests/" + r.ID, "", as("Bearer " + slow), 404, service.RequestUnknown},
		"no evidence":       {"POST", "/v1/evidence", `{"request":"x","session":"x"}`, nil, 400, service.EvidenceMalformed},
		"not base64":        {"POST", "/v1/evidence", w.submission(r, `"*"`), nil, 400, service.EvidenceMalformed},
		"no bundle":         {"POST", "/v1/evidence", w.submission(r, `{}`), nil, 400, service.EvidenceMalformed},
		"a number":          {"POST", "/v1/evidence", w.submission(r, `7`), nil, 400, service.EvidenceMalformed},
		"too much evidence": {"POST", "/v1/evidence", w.submission(r, `"`+strings.Repeat("A", maxEvidence)+`"`), nil, 413, bodyTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			changes := []func(*http.Request){}
			if tc.change != nil {
				changes = append(changes, tc.change)
			}
			got := w.do(tc.method, tc.path, tc.body, changes...)
			assert.Equal(t, tc.status, got.Code)
			assert.Equal(t, tc.want, code(t, got))
		})
	}
	got := w.do("GET", "/v1/requests/"+r.ID, "")
	assert.Contains(t, got.Body.String(), `"state":"open"`, "none of that used the nonce up")
}

func TestADatabaseThatIsAway(t *testing.T) {
	w := newWorld(t, nil)
	r, asked := w.issue()
	body := w.submission(r, inBase64(t, w.card.Answer(t, asked)))
	assert.Equal(t, http.StatusNoContent, w.do("GET", "/readyz", "").Code)
	require.NoError(t, w.store.Close())
	for _, q := range [][3]string{{"POST", "/v1/requests", askBody}, {"POST", "/v1/evidence", body}, {"GET", "/v1/requests/" + r.ID, ""}, {"GET", "/readyz", ""}} {
		got := w.do(q[0], q[1], q[2])
		assert.Equal(t, http.StatusServiceUnavailable, got.Code, q[1])
		assert.NotEmpty(t, got.Header().Get("Retry-After"))
		assert.Equal(t, service.Unavailable, code(t, got))
	}
	assert.Equal(t, http.StatusNoContent, w.do("GET", "/healthz", "").Code, "the process is there")
}

func TestReadyAsksFurther(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Ready = func() error { return errors.New("no anchors") } })
	assert.Equal(t, http.StatusServiceUnavailable, w.do("GET", "/readyz", "").Code)
}

func TestTheDescriptionHasTheRoutes(t *testing.T) {
	w := newWorld(t, nil)
	assert.Equal(t, "3.1.0", w.doc["openapi"])
	var said []string
	for path, item := range w.doc["paths"].(map[string]any) {
		if strings.Contains(path, "/relay") {
			continue // another room's, which compares them
		}
		for method, operation := range item.(map[string]any) {
			_, open := operation.(map[string]any)["security"]
			said = append(said, fmt.Sprint(strings.ToUpper(method), " ", path, " ", open))
			assert.NotEmpty(t, operation.(map[string]any)["operationId"])
		}
	}
	var served []string
	for _, r := range w.routes() {
		served = append(served, fmt.Sprint(r.Method, " ", r.Path, " ", false))
	}
	for path := range w.open() {
		served = append(served, fmt.Sprint("GET ", path, " ", true))
	}
	slices.Sort(said)
	slices.Sort(served)
	assert.Equal(t, served, said)
	for name := range w.get(w.doc, "components", "schemas").(map[string]any) {
		_, err := w.rules.Compile("openapi.json#/components/schemas/" + name)
		assert.NoError(t, err, name)
	}
	assert.Equal(t, OpenAPI, w.do("GET", "/openapi.yaml", "").Body.Bytes())
	assert.Equal(t, http.StatusOK, w.do("GET", "/metrics", "").Code)
}

// What the description allows is taken, and what it forbids is not.
func TestTheDescriptionsAskIsTheHandlers(t *testing.T) {
	w := newWorld(t, nil)
	schema, err := w.rules.Compile("openapi.json#/components/schemas/Ask")
	require.NoError(t, err)
	for body, valid := range map[string]bool{
		askBody: true,
		strings.Replace(askBody, `"groups":["dg1"],`, "", 1):    true,
		strings.Replace(askBody, `{`, `{"seconds":900,`, 1):     true,
		strings.Replace(askBody, `{`, `{"seconds":901,`, 1):     false,
		strings.Replace(askBody, `{`, `{"seconds":9,`, 1):       false,
		strings.Replace(askBody, `{`, `{"seconds":"10",`, 1):    false,
		strings.Replace(askBody, `{`, `{"nonce":"",`, 1):        false,
		strings.Replace(askBody, `,"session":"phiên 1"`, "", 1): false,
		strings.Replace(askBody, `"phiên 1"`, `""`, 1):          false,
		strings.Replace(askBody, `"CT01"`, `""`, 1):             false,
		strings.Replace(askBody, `["dg1"]`, `"dg1"`, 1):         false,
		strings.Replace(askBody, `["dg1"]`, `["DG0"]`, 1):       false,
		strings.Replace(askBody, `{`, `{"kind":"evidence",`, 1): true,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		require.NoError(t, err)
		assert.Equal(t, valid, schema.Validate(v) == nil, "by the description: %s", body)
		assert.Equal(t, valid, w.do("POST", "/v1/requests", body).Code == http.StatusCreated, "by the handler: %s", body)
	}
}

func TestEveryCodeHasItsWords(t *testing.T) {
	for code, about := range problems {
		for _, text := range []string{about.text.Vi, about.text.En, about.remedy.Vi, about.remedy.En} {
			assert.NotEmpty(t, text, code)
			assert.NotContains(t, text, "xác thực điện tử", code)
		}
	}
}

func TestFurtherRoutesGetTheTenant(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Further = []Route{{Method: "POST", Path: "/v1/further", Limit: 4, Serve: func(w http.ResponseWriter, r *http.Request, t store.Tenant) error {
			WriteJSON(w, http.StatusOK, t.Name)
			return nil
		}}}
	})
	q := httptest.NewRequest("POST", "/v1/further", nil)
	got := httptest.NewRecorder()
	w.ServeHTTP(got, q)
	assert.Equal(t, http.StatusUnauthorized, got.Code)
	q.Header.Set("Authorization", "Bearer "+w.key)
	got = httptest.NewRecorder()
	w.ServeHTTP(got, q)
	assert.JSONEq(t, `"một cửa"`, got.Body.String())
}

func TestAPanicIsAProblem(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Further = []Route{{Method: "GET", Path: "/v1/panic", Serve: func(http.ResponseWriter, *http.Request, store.Tenant) error { panic("secret") }}}
	})
	q := httptest.NewRequest("GET", "/v1/panic", nil)
	q.Header.Set("Authorization", "Bearer "+w.key)
	got := httptest.NewRecorder()
	w.ServeHTTP(got, q)
	assert.Equal(t, http.StatusInternalServerError, got.Code)
	assert.NotContains(t, got.Body.String(), "secret")
}
