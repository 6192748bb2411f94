package desk

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
)

// maxRequest bounds what may be sent, in bytes.
const maxRequest = 1 << 12

// readersAnswer is the state of all readers.
type readersAnswer struct {
	Readers []rack.State `json:"readers"`
}

// The requests. A reader may be left out where there is only one.
type (
	insertRequest struct {
		Reader string `json:"reader"`
		Card   string `json:"card"`
	}
	removeRequest struct {
		Reader string `json:"reader"`
	}
	linkRequest struct {
		Reader string `json:"reader"`
		Link   string `json:"link"`
	}
	tearRequest struct {
		Reader string `json:"reader"`
		rack.Tear
	}
)

func (d Desk) readers(w http.ResponseWriter, _ *http.Request) {
	states, _ := d.Rack.State()
	answer(w, readersAnswer{states})
}

func (d Desk) insert(w http.ResponseWriter, r *http.Request) {
	var q insertRequest
	if take(w, r, &q) {
		d.change(w, q.Reader, func(s *rack.Slot) error {
			if q.Card == "" {
				return &scenario.ErrUnknown{Kind: "card"}
			}
			return s.Insert(q.Card)
		})
	}
}

func (d Desk) remove(w http.ResponseWriter, r *http.Request) {
	var q removeRequest
	if take(w, r, &q) {
		d.change(w, q.Reader, func(s *rack.Slot) error {
			s.Remove()
			return nil
		})
	}
}

func (d Desk) link(w http.ResponseWriter, r *http.Request) {
	var q linkRequest
	if take(w, r, &q) {
		d.change(w, q.Reader, func(s *rack.Slot) error { return s.SetLink(q.Link) })
	}
}

// tear says where the card is torn away; without a place it takes that back.
func (d Desk) tear(w http.ResponseWriter, r *http.Request) {
	var q tearRequest
	if take(w, r, &q) {
		d.change(w, q.Reader, func(s *rack.Slot) error {
			if q.Tear == (rack.Tear{}) {
				return s.SetTear(nil)
			}
			return s.SetTear(&q.Tear)
		})
	}
}

// take reads a request of JSON into q; it answers what is wrong with it.
func take(w http.ResponseWriter, r *http.Request, q any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, notJSON)
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(q); err != nil {
		refuse(w, badRequest.with(err.Error()))
		return false
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		refuse(w, badRequest.with("more than one object"))
		return false
	}
	return true
}

// change does something to a reader and answers with the state of all.
func (d Desk) change(w http.ResponseWriter, reader string, do func(*rack.Slot) error) {
	slot, err := d.Rack.Slot(reader)
	if err == nil {
		err = do(slot)
	}
	var unknown *scenario.ErrUnknown
	switch {
	case err == nil:
		d.readers(w, nil)
	case errors.Is(err, rack.ErrReader):
		refuse(w, noReader.with(err.Error()))
	case errors.As(err, &unknown):
		refuse(w, noCard.with(err.Error()))
	case errors.Is(err, linkmodel.ErrSetting):
		refuse(w, badLink.with(err.Error()))
	case errors.Is(err, rack.ErrTear):
		refuse(w, badTear.with(err.Error()))
	default:
		refuse(w, internal.with(err.Error()))
	}
}
