package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const deskHost = "127.0.0.1:8602"

func desk(t *testing.T) (http.Handler, *Reader) {
	t.Helper()
	reader, err := NewReader("mau")
	require.NoError(t, err)
	h, err := Desk{Host: deskHost, Reader: reader}.Handler()
	require.NoError(t, err)
	return h, reader
}

// post sends a change as the desk's own page does, except for what edit changes.
func post(h http.Handler, path, body string, edit func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "http://"+deskHost+path, strings.NewReader(body))
	r.Header.Set("Origin", "http://"+deskHost)
	r.Header.Set("Content-Type", "application/json")
	if edit != nil {
		edit(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDeskPutsCardsInAndTakesThemOut(t *testing.T) {
	h, reader := desk(t)
	require.Equal(t, http.StatusOK, post(h, "/api/insert", `{"card":"ket-hon/bac-only"}`, nil).Code)
	card, _ := reader.Card()
	assert.Equal(t, "ket-hon/bac-only", card)
	w := post(h, "/api/remove", `{}`, nil)
	assert.JSONEq(t, `{"card":"","speed":"normal"}`, w.Body.String())
	w = post(h, "/api/speed", `{"speed":"slow"}`, nil)
	assert.JSONEq(t, `{"card":"","speed":"slow"}`, w.Body.String())
}

func TestDeskRefuses(t *testing.T) {
	h, reader := desk(t)
	tests := []struct {
		name, path, body string
		edit             func(*http.Request)
		want             int
	}{
		{"another page", "/api/remove", "{}", func(r *http.Request) { r.Header.Set("Origin", "http://localhost:8601") }, http.StatusForbidden},
		{"no origin", "/api/remove", "{}", func(r *http.Request) { r.Header.Del("Origin") }, http.StatusForbidden},
		{"a form's content type", "/api/remove", "{}", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusForbidden},
		{"another host name", "/api/remove", "{}", func(r *http.Request) { r.Host = "evil.example:8602" }, http.StatusMisdirectedRequest},
		{"no JSON", "/api/insert", "card", nil, http.StatusBadRequest},
		{"too much", "/api/insert", `{"card":"` + strings.Repeat("a", maxRequest) + `"}`, nil, http.StatusBadRequest},
		{"an unknown card", "/api/insert", `{"card":"nobody"}`, nil, http.StatusUnprocessableEntity},
		{"an unknown speed", "/api/speed", `{"speed":"warp"}`, nil, http.StatusUnprocessableEntity},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, post(h, test.path, test.body, test.edit).Code)
			card, speed := reader.Card()
			assert.Equal(t, "mau", card)
			assert.Equal(t, Normal, speed)
		})
	}
}

func TestDeskListsPersonasAndScenarios(t *testing.T) {
	h, _ := desk(t)
	var c catalogue
	require.NoError(t, json.Unmarshal(get(h, "http://"+deskHost+"/api/catalogue").Body.Bytes(), &c))
	assert.GreaterOrEqual(t, len(c.Personas), 6)
	assert.GreaterOrEqual(t, len(c.Scenarios), 12)
	assert.Equal(t, "genuine", c.Scenarios[0].Name)
	w := get(h, "http://"+deskHost+"/api/portrait/"+c.Personas[0].Name)
	assert.Equal(t, "image/jpeg", w.Header().Get("Content-Type"))
	assert.Equal(t, http.StatusNotFound, get(h, "http://"+deskHost+"/api/portrait/nobody").Code)
}
