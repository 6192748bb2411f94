package demo

import (
	"embed"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"chipid/agent/sdk"
)

//go:embed web
var web embed.FS

// Portal is the one-stop-shop page: static files and the agent's address.
type Portal struct {
	// Host is the host and port of the page's own origin ("localhost:8443").
	// Requests by another name are sent there, since the agent knows only this one.
	Host string
	// Agent is the WebSocket address of the agent ("ws://127.0.0.1:9590/v1").
	Agent string
	// Desk is the address of the test reader's page, offered as a link; may be empty.
	Desk string
}

// Handler returns the page's server. It keeps the nonces that it issued, in
// memory, and nothing of a form.
func (p Portal) Handler() (http.Handler, error) {
	agent, err := url.Parse(p.Agent)
	if err != nil || agent.Scheme != "ws" && agent.Scheme != "wss" {
		return nil, fmt.Errorf("agent address %q: want ws://HOST:PORT/v1", p.Agent)
	}
	files, err := fs.Sub(web, "web/portal")
	if err != nil {
		return nil, err
	}
	page, err := p.page(files)
	if err != nil {
		return nil, err
	}
	office, err := newOffice("http://" + p.Host)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /request", office.issue)
	mux.HandleFunc("POST /submit", office.submit)
	mux.HandleFunc("GET /{$}", page)
	mux.Handle("GET /js/chipid-client.js", http.StripPrefix("/js", http.FileServerFS(sdk.Files)))
	mux.Handle("GET /", http.FileServerFS(files))
	return guard(p.Host, portalPolicy(agent), mux), nil
}

// page fills index.html once: its only variables are the two addresses. It is no
// template, because package html/template keeps every exported method of the
// whole program linked in.
func (p Portal) page(files fs.FS) (http.HandlerFunc, error) {
	text, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, err
	}
	before, rest, _ := strings.Cut(string(text), "{{if .Desk}}")
	link, after, _ := strings.Cut(rest, "{{end}}")
	if p.Desk == "" {
		link = ""
	}
	filled := strings.NewReplacer("{{.Agent}}", html.EscapeString(p.Agent), "{{.Desk}}", html.EscapeString(p.Desk)).Replace(before + link + after)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, filled)
	}, nil
}

// portalPolicy is the page's content security policy: its own files, the
// portrait as a blob, its own server, and the one agent by WebSocket and GET /health.
func portalPolicy(agent *url.URL) string {
	health := "http://"
	if agent.Scheme == "wss" {
		health = "https://"
	}
	return basePolicy + "img-src 'self' blob:; connect-src 'self' " + agent.Scheme + "://" + agent.Host + " " + health + agent.Host
}

// basePolicy allows nothing but scripts and styles of the page's own origin.
const basePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'; "

// guard sets the headers that every answer has, and answers only under the own
// host name: a page reached by another name would have another origin.
func guard(host, policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if r.Host != host {
			if r.Method != http.MethodGet {
				http.Error(w, "wrong host", http.StatusMisdirectedRequest)
				return
			}
			http.Redirect(w, r, "http://"+host+"/", http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}
