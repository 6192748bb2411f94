package demo

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/internal/evidencetest"
)

const pageOrigin = "http://localhost:8601"

// send posts as the page does, with the session's cookie if there is one.
func send(h http.Handler, path, body string, cookie *http.Cookie, change ...func(*http.Request)) *httptest.ResponseRecorder {
	q := httptest.NewRequest(http.MethodPost, pageOrigin+path, strings.NewReader(body))
	q.Header.Set("Origin", pageOrigin)
	q.Header.Set("Content-Type", "application/json")
	if cookie != nil {
		q.AddCookie(cookie)
	}
	for _, c := range change {
		c(q)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q)
	return w
}

// asked begins a session and returns its cookie and the request.
func asked(t *testing.T, h http.Handler) (*http.Cookie, evidence.Request) {
	t.Helper()
	w := send(h, "/request", "{}", nil)
	require.Equal(t, http.StatusOK, w.Code)
	cookies := w.Result().Cookies()
	require.Len(t, cookies, 1)
	assert.True(t, cookies[0].HttpOnly)
	var said struct{ Nonce, Purpose string }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &said))
	nonce, err := hex.DecodeString(said.Nonce)
	require.NoError(t, err)
	return cookies[0], evidence.Request{Nonce: nonce, Origin: pageOrigin, Purpose: said.Purpose, Groups: []lds.Group{lds.DG1}}
}

// form is the body of /submit.
func form(t *testing.T, number string, b *evidence.Bundle) string {
	t.Helper()
	data, err := b.CBOR()
	require.NoError(t, err)
	body, err := json.Marshal(submitted{number, data})
	require.NoError(t, err)
	return string(body)
}

func decided(t *testing.T, w *httptest.ResponseRecorder) (d decision) {
	t.Helper()
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &d))
	return d
}

func TestTheFormIsAcceptedWithEvidenceAlone(t *testing.T) {
	h, card := portal(t), evidencetest.NewCard(t, "mau")
	session, r := asked(t, h)
	body := form(t, card.Persona.Number, card.Answer(t, r))
	w := send(h, "/submit", body, session)
	assert.Equal(t, http.StatusOK, w.Code)
	d := decided(t, w)
	assert.True(t, d.Accepted)
	assert.Regexp(t, `^CT01-[A-Z0-9]{8}$`, d.Receipt)

	w = send(h, "/submit", body, session)
	assert.Equal(t, decision{Reason: "NONCE_USED"}, decided(t, w))
}

func TestFormsThatAreNotAccepted(t *testing.T) {
	card := evidencetest.NewCard(t, "mau")
	for name, tc := range map[string]struct {
		change func(r *evidence.Request, b *evidence.Bundle, number *string)
		want   string
	}{
		"another's number": {func(_ *evidence.Request, _ *evidence.Bundle, n *string) { *n = "000190000019" }, "FORM_DIFFERS"},
		"no number":        {func(_ *evidence.Request, _ *evidence.Bundle, n *string) { *n = "" }, "FORM_DIFFERS"},
		"another site": {func(r *evidence.Request, b *evidence.Bundle, _ *string) {
			r.Origin = "https://evil.example"
			*b = *card.Answer(t, *r)
		}, "WRONG_ANSWER"},
		"a signature changed": {func(_ *evidence.Request, b *evidence.Bundle, _ *string) { b.Signature[3] ^= 1 }, "WRONG_ANSWER"},
		"another nonce": {func(r *evidence.Request, b *evidence.Bundle, _ *string) {
			r.Nonce = make([]byte, 32)
			*b = *card.Answer(t, *r)
		}, "WRONG_ANSWER"},
	} {
		t.Run(name, func(t *testing.T) {
			h := portal(t)
			session, r := asked(t, h)
			b, number := card.Answer(t, r), card.Persona.Number
			tc.change(&r, b, &number)
			w := send(h, "/submit", form(t, number, b), session)
			assert.Equal(t, decision{Reason: tc.want}, decided(t, w))
		})
	}
}

func TestSessionsOfOthers(t *testing.T) {
	h, card := portal(t), evidencetest.NewCard(t, "mau")
	session, r := asked(t, h)
	body := form(t, card.Persona.Number, card.Answer(t, r))
	other, _ := asked(t, h)
	assert.Equal(t, http.StatusForbidden, send(h, "/submit", body, nil).Code)
	assert.False(t, decided(t, send(h, "/submit", body, other)).Accepted)
	from := func(origin string) func(*http.Request) {
		return func(q *http.Request) { q.Header.Set("Origin", origin) }
	}
	assert.Equal(t, http.StatusForbidden, send(h, "/submit", body, session, from("https://evil.example")).Code)
	assert.Equal(t, http.StatusForbidden, send(h, "/request", "{}", nil, from("https://evil.example")).Code)
	for _, bad := range []string{"", "{", `{"evidence":"` + base64.StdEncoding.EncodeToString([]byte("x")) + `"}`} {
		d := decided(t, send(h, "/submit", bad, session))
		assert.Equal(t, "EVIDENCE_MALFORMED", d.Reason)
	}
	assert.True(t, decided(t, send(h, "/submit", body, session)).Accepted, "none of that used the nonce up")
}

func TestRequestsEndAndAreFew(t *testing.T) {
	o, err := newOffice(pageOrigin)
	require.NoError(t, err)
	at := time.Now()
	o.now = func() time.Time { return at }
	card := evidencetest.NewCard(t, "mau")
	w := httptest.NewRecorder()
	q := httptest.NewRequest(http.MethodPost, "/request", nil)
	q.Header.Set("Origin", pageOrigin)
	q.Header.Set("Content-Type", "application/json")
	for range maxRequests {
		w = httptest.NewRecorder()
		o.issue(w, q)
		require.Equal(t, http.StatusOK, w.Code)
	}
	over := httptest.NewRecorder()
	o.issue(over, q)
	assert.Equal(t, http.StatusTooManyRequests, over.Code)
	var said struct{ Nonce string }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &said))
	nonce, err := hex.DecodeString(said.Nonce)
	require.NoError(t, err)
	body := form(t, card.Persona.Number, card.Answer(t, evidence.Request{Nonce: nonce, Origin: pageOrigin, Purpose: Purpose, Groups: []lds.Group{lds.DG1}}))
	at = at.Add(requestLife + time.Second)
	late := httptest.NewRequest(http.MethodPost, "/submit", strings.NewReader(body))
	late.Header = q.Header.Clone()
	late.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	o.submit(w, late)
	assert.Equal(t, decision{Reason: "NONCE_EXPIRED"}, decided(t, w))
	over = httptest.NewRecorder()
	o.issue(over, q)
	assert.Equal(t, http.StatusOK, over.Code, "those whose time was over are gone")
}
