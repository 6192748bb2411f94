package desk

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// policy is the page's content security policy: its own files and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// NewToken draws a token of 128 bits.
func NewToken() string { return rand.Text() }

// guard sets the headers that every answer has, and answers only under the own
// host names and to the own origin.
func (d Desk) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !slices.Contains(d.Hosts, r.Host):
			refuse(w, wrongHost)
		case !d.ownOrigin(r):
			refuse(w, wrongOrigin)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// ownOrigin tells whether a request comes from the room's own page or from no
// page at all. Browsers send Origin with whatever changes something, and
// Sec-Fetch-Site with everything.
func (d Desk) ownOrigin(r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) > 1 || len(origins) == 1 && origins[0] != "http://"+r.Host {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	// A link on another page may lead here; what it opens is a page without a token.
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

// withToken lets only those through who know the token.
func (d Desk) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(d.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, noToken)
			return
		}
		next(w, r)
	}
}

// refuse answers with a fault.
func refuse(w http.ResponseWriter, f fault) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(map[string]fault{"error": f})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
}
