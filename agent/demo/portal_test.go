package demo

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

func portal(t *testing.T) http.Handler {
	t.Helper()
	h, err := Portal{Host: "localhost:8601", Agent: "ws://127.0.0.1:9590/v1", Desk: "http://127.0.0.1:8602/"}.Handler()
	require.NoError(t, err)
	return h
}

func get(h http.Handler, url string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
	return w
}

func TestPortalServesThePageUnderAStrictPolicy(t *testing.T) {
	w := get(portal(t), "http://localhost:8601/")
	require.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), `content="ws://127.0.0.1:9590/v1"`)
	policy := w.Header().Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'",
		"connect-src 'self' ws://127.0.0.1:9590 http://127.0.0.1:9590"} {
		assert.Contains(t, policy, part)
	}
	assert.NotContains(t, policy, "unsafe")
}

// The agent admits one origin, so a page opened by another name is sent to it.
func TestPortalKeepsToItsOrigin(t *testing.T) {
	w := get(portal(t), "http://127.0.0.1:8601/js/main.js")
	assert.Equal(t, http.StatusTemporaryRedirect, w.Code)
	assert.Equal(t, "http://localhost:8601/", w.Header().Get("Location"))
}

func TestPortalRefusesAnAgentThatIsNone(t *testing.T) {
	for _, address := range []string{"", "http://127.0.0.1:1/v1", "::"} {
		_, err := Portal{Host: "localhost:1", Agent: address}.Handler()
		assert.Error(t, err, address)
	}
}

// A policy forbids them anyway; this says which file would break.
func TestPagesLoadNothingFromElsewhereAndHoldNoInlineCode(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<script[^>]*>[^<]|\son\w+=|\sstyle=|<style`)
	foreign := regexp.MustCompile(`(?i)(src|href)="(https?:)?//|url\("?https?:|from "https?:|@import`)
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		assert.False(t, foreign.Match(b), "%s loads from elsewhere", name)
		if path.Ext(name) == ".html" {
			assert.False(t, inline.Match(b), "%s holds inline code", name)
		}
		return nil
	})
	require.NoError(t, err)
}

// The portal's files must not hold what only the officer may give it.
func TestPortalKnowsNoPersona(t *testing.T) {
	err := fs.WalkDir(web, "web/portal", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		for _, p := range persona.All() {
			assert.NotContains(t, string(b), p.Number, name)
			assert.NotContains(t, string(b), p.FullName, name)
		}
		return nil
	})
	require.NoError(t, err)
}

// Every word of the markup has an English one, and none is left over.
func TestEveryWordHasBothLanguages(t *testing.T) {
	page, err := fs.ReadFile(web, "web/portal/index.html")
	require.NoError(t, err)
	texts, err := fs.ReadFile(web, "web/portal/js/texts.js")
	require.NoError(t, err)
	english := string(texts[strings.Index(string(texts), "markupEnglish"):strings.Index(string(texts), "Words that change")])
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`data-t="(\w+)"`).FindAllStringSubmatch(string(page), -1) {
		used[m[1]] = true
		assert.Contains(t, english, "\n  "+m[1]+": ", "no English for %s", m[1])
	}
	for _, m := range regexp.MustCompile(`\n  (\w+): "`).FindAllStringSubmatch(english, -1) {
		assert.True(t, used[m[1]], "%s is not used", m[1])
	}
}
