package desk

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"

	"chipid/mock-reader/rack"
)

//go:embed web
var web embed.FS

// OpenAPI is the description of the interface, OpenAPI 3.1 as YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Desk is a room over a rack.
type Desk struct {
	Rack *rack.Rack
	// Hosts are the names HOST:PORT under which the room answers.
	Hosts []string
	// Token is what callers must know.
	Token string
}

// route is one operation of the interface.
type route struct {
	method, path string
	// open needs no token: nothing there tells of the rack or changes it.
	open   bool
	handle http.HandlerFunc
}

// streams bounds the event streams that are open at once.
const streams = 32

// routes are all operations; openapi.yaml has the same.
func (d Desk) routes() []route {
	room := make(chan struct{}, streams)
	return []route{
		{"GET", "/openapi.yaml", true, openAPI},
		{"GET", "/api/portrait/{persona}", true, d.portrait},
		{"GET", "/api/catalogue", false, func(w http.ResponseWriter, _ *http.Request) { answer(w, d.newCatalogue()) }},
		{"GET", "/api/readers", false, d.readers},
		{"POST", "/api/insert", false, d.insert},
		{"POST", "/api/remove", false, d.remove},
		{"POST", "/api/link", false, d.link},
		{"POST", "/api/tear", false, d.tear},
		{"GET", "/api/trace", false, d.trace},
		{"DELETE", "/api/trace", false, d.clear},
		{"GET", "/api/events", false, func(w http.ResponseWriter, r *http.Request) { d.events(w, r, room) }},
	}
}

// Handler returns the room's server. It fails without hosts or token.
func (d Desk) Handler() (http.Handler, error) {
	if len(d.Hosts) == 0 || d.Token == "" {
		return nil, errors.New("desk: hosts and a token are needed")
	}
	files, err := fs.Sub(web, "web")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", static(files))
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, notFound) })
	for _, r := range d.routes() {
		handle := r.handle
		if !r.open {
			handle = d.withToken(handle)
		}
		mux.HandleFunc(r.method+" "+r.path, handle)
	}
	return d.guard(mux), nil
}

// static serves the page's files.
func static(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			refuse(w, notFound)
			return
		}
		server.ServeHTTP(w, r)
	})
}

func openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(OpenAPI)
}
