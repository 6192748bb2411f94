package desk

import (
	"net/http"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/scenario"
)

// plastic is what stands on a persona's card for everyone to see.
type plastic struct {
	Name     string `json:"name"`
	Title    Text   `json:"title"`
	FullName string `json:"fullName"`
	Number   string `json:"number"`
	CAN      string `json:"can"`
	// MRZ is the three lines joined by newlines.
	MRZ string `json:"mrz"`
	QR  string `json:"qr"`
}

// oddity is a scenario, with what a good reader makes of it.
type oddity struct {
	Name   string          `json:"name"`
	Title  Text            `json:"title"`
	Expect scenario.Expect `json:"expect"`
}

// link is a link worth offering.
type link struct {
	Link  string `json:"link"`
	Title Text   `json:"title"`
}

// catalogue is what can be chosen from.
type catalogue struct {
	Personas  []plastic `json:"personas"`
	Scenarios []oddity  `json:"scenarios"`
	// Foreign is the name of a card that is no citizen's.
	Foreign string   `json:"foreign"`
	Links   []link   `json:"links"`
	Files   []string `json:"files"`
}

func (d Desk) newCatalogue() catalogue {
	c := catalogue{Foreign: scenario.ForeignToken,
		Files: []string{"SOD", "COM", "DG1", "DG2", "DG3", "DG13", "DG14", "DG15"}}
	for _, p := range d.Rack.Deck().Personas() {
		c.Personas = append(c.Personas, plastic{Name: p.Name, Title: Text{Vi: p.TitleVi, En: p.TitleEn}, FullName: p.FullName,
			Number: p.Number, CAN: p.CAN(), MRZ: p.MRZ(), QR: p.QR()})
	}
	for _, s := range scenario.All() {
		c.Scenarios = append(c.Scenarios, oddity{s.Name, Text{Vi: s.TitleVi, En: s.TitleEn}, s.Expect})
	}
	for _, text := range linkmodel.Presets() {
		c.Links = append(c.Links, link{text, linkTitles[text]})
	}
	return c
}

// linkTitles says in words what the presets are.
var linkTitles = map[string]Text{
	linkmodel.Instant:       {Vi: "Tức thì", En: "Instant"},
	"848,sleep":             {Vi: "Không tiếp xúc, 848 kbit/s", En: "Contactless, 848 kbit/s"},
	"424,sleep":             {Vi: "Không tiếp xúc, 424 kbit/s", En: "Contactless, 424 kbit/s"},
	"212,sleep":             {Vi: "Không tiếp xúc, 212 kbit/s", En: "Contactless, 212 kbit/s"},
	"106,sleep":             {Vi: "Không tiếp xúc, 106 kbit/s", En: "Contactless, 106 kbit/s"},
	"106,reader=40ms,sleep": {Vi: "Chậm, để thử hủy và nhấc thẻ", En: "Slow, to try cancelling and pulling"},
	"t1,sleep":              {Vi: "Tiếp xúc, T=1, 125 kbit/s", En: "Contacts, T=1, 125 kbit/s"},
	"t0,sleep":              {Vi: "Tiếp xúc, T=0, 125 kbit/s", En: "Contacts, T=0, 125 kbit/s"},
}

// portrait serves a persona's portrait, as drawn.
func (d Desk) portrait(w http.ResponseWriter, r *http.Request) {
	p, _, err := d.Rack.Deck().Parse(r.PathValue("persona"))
	if err != nil {
		refuse(w, notFound)
		return
	}
	drawn, err := p.Portrait()
	if err != nil {
		refuse(w, internal)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(drawn.JPEG)
}
