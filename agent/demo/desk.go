package demo

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"

	"chipid/cardlib/readers"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// maxRequest bounds what the desk's page may send, in bytes.
const maxRequest = 1 << 12

// Desk is the test reader's page: it shows a persona's card with the number that
// is printed on it, puts it in and takes it away.
type Desk struct {
	// Host is the host and port of the page's own origin ("127.0.0.1:8602").
	Host   string
	Reader *Reader
}

// text is a title in both languages.
type text struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// plastic is what stands on a persona's card for everyone to see.
type plastic struct {
	Name     string `json:"name"`
	Title    text   `json:"title"`
	FullName string `json:"fullName"`
	Number   string `json:"number"`
	CAN      string `json:"can"`
	MRZ      string `json:"mrz"`
	QR       string `json:"qr"`
}

// oddity is a scenario.
type oddity struct {
	Name  string `json:"name"`
	Title text   `json:"title"`
}

// catalogue is what the page can choose from.
type catalogue struct {
	Personas  []plastic `json:"personas"`
	Scenarios []oddity  `json:"scenarios"`
	Foreign   string    `json:"foreign"`
}

// state is what changes.
type state struct {
	Card  string `json:"card"`
	Speed Speed  `json:"speed"`
}

// Handler returns the desk's server.
func (d Desk) Handler() (http.Handler, error) {
	files, err := fs.Sub(web, "web/desk")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/catalogue", func(w http.ResponseWriter, _ *http.Request) { answer(w, choices()) })
	mux.HandleFunc("GET /api/state", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.state()) })
	mux.HandleFunc("GET /api/events", d.events)
	mux.HandleFunc("GET /api/portrait/{persona}", portrait)
	mux.HandleFunc("POST /api/insert", d.change(func(s state) error { return d.Reader.Insert(s.Card) }))
	mux.HandleFunc("POST /api/remove", d.change(func(state) error { return d.Reader.Remove() }))
	mux.HandleFunc("POST /api/speed", d.change(func(s state) error { return d.Reader.SetSpeed(s.Speed) }))
	return guard(d.Host, basePolicy+"img-src 'self'; connect-src 'self'", mux), nil
}

func (d Desk) state() state {
	card, speed := d.Reader.Card()
	return state{Card: card, Speed: speed}
}

// choices lists personas and scenarios.
func choices() catalogue {
	c := catalogue{Foreign: scenario.ForeignToken}
	for _, p := range persona.All() {
		c.Personas = append(c.Personas, plastic{Name: p.Name, Title: text{p.TitleVi, p.TitleEn}, FullName: p.FullName,
			Number: p.Number, CAN: p.CAN(), MRZ: p.MRZ(), QR: p.QR()})
	}
	for _, s := range scenario.All() {
		c.Scenarios = append(c.Scenarios, oddity{s.Name, text{s.TitleVi, s.TitleEn}})
	}
	return c
}

// change answers a request that changes something: JSON of the desk's own page
// only, so that no other site can put cards in and out.
func (d Desk) change(do func(state) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "http://"+d.Host || r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "only the desk's own page may do this", http.StatusForbidden)
			return
		}
		var wanted state
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&wanted); err != nil {
			http.Error(w, "not JSON", http.StatusBadRequest)
			return
		}
		if err := do(wanted); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, d.state())
	}
}

// events tells the state at once and after each change, as server-sent events.
func (d Desk) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	_ = d.Reader.Watch(r.Context(), func(readers.State) {
		b, _ := json.Marshal(d.state())
		fmt.Fprintf(w, "data: %s\n\n", b)
		_ = out.Flush()
	})
}

// portrait serves a persona's drawn portrait.
func portrait(w http.ResponseWriter, r *http.Request) {
	p, err := persona.ByName(r.PathValue("persona"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	drawn, err := p.Portrait()
	if err != nil {
		http.Error(w, "no portrait", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(drawn.JPEG)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
