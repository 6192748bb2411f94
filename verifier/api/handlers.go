package api

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/verifier/service"
	"chipid/verifier/store"
)

// askJSON is the body of POST /v1/requests.
type askJSON struct {
	Kind    store.Kind `json:"kind"`
	Origin  string     `json:"origin"`
	Purpose string     `json:"purpose"`
	Groups  []string   `json:"groups"`
	Session string     `json:"session"`
	Seconds int        `json:"seconds"`
}

// RequestJSON is a request as a back end sees it.
type RequestJSON struct {
	ID      string      `json:"id"`
	Kind    store.Kind  `json:"kind"`
	Version int         `json:"version"`
	Nonce   string      `json:"nonce"`
	Origin  string      `json:"origin"`
	Purpose string      `json:"purpose"`
	Groups  []string    `json:"groups"`
	Issued  time.Time   `json:"issued"`
	Expires time.Time   `json:"expires"`
	State   store.State `json:"state"`
	// Outcome is there once the request was decided.
	Outcome *OutcomeJSON `json:"outcome,omitempty"`
}

// OutcomeJSON is what was decided.
type OutcomeJSON struct {
	Accepted bool            `json:"accepted"`
	Decided  time.Time       `json:"decided"`
	Report   json.RawMessage `json:"report"`
	// Code says why a driven chip authentication came to nothing.
	Code service.Code `json:"code,omitempty"`
}

// judgedJSON is the answer to POST /v1/evidence.
type judgedJSON struct {
	Accepted bool          `json:"accepted"`
	Replayed bool          `json:"replayed"`
	Request  RequestJSON   `json:"request"`
	Citizen  *cccd.Citizen `json:"citizen,omitempty"`
}

// submissionJSON is the body of POST /v1/evidence. Evidence is the bundle as an
// object, or its CBOR in base64.
type submissionJSON struct {
	Request  string          `json:"request"`
	Session  string          `json:"session"`
	Evidence json.RawMessage `json:"evidence"`
}

func (a *API) issue(w http.ResponseWriter, r *http.Request, t store.Tenant) error {
	var ask askJSON
	if err := Decode(r, &ask); err != nil {
		return err
	}
	groups := []lds.Group{}
	for _, name := range ask.Groups {
		g, ok := lds.ByName(name)
		if !ok {
			return service.Refuse(service.RequestMalformed, errors.New("groups"))
		}
		groups = append(groups, g)
	}
	got, err := a.config.Service.Issue(r.Context(), t, service.Ask{Kind: ask.Kind, Origin: ask.Origin, Purpose: ask.Purpose, Groups: groups,
		Session: ask.Session, Life: time.Duration(ask.Seconds) * time.Second})
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/requests/"+got.ID)
	WriteJSON(w, http.StatusCreated, Describe(got))
	return nil
}

func (a *API) look(w http.ResponseWriter, r *http.Request, t store.Tenant) error {
	got, err := a.config.Service.Look(r.Context(), t, r.PathValue("id"))
	if err != nil {
		return err
	}
	WriteJSON(w, http.StatusOK, Describe(got))
	return nil
}

func (a *API) evidence(w http.ResponseWriter, r *http.Request, t store.Tenant) error {
	var in submissionJSON
	if err := Decode(r, &in); err != nil {
		return err
	}
	bundle, err := bundleOf(in.Evidence)
	if err != nil {
		return service.Refuse(service.EvidenceMalformed, err)
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return service.Refuse(service.RequestMalformed, errors.New("Idempotency-Key"))
	}
	got, err := a.config.Service.Judge(r.Context(), t, service.Submission{Request: in.Request, Session: in.Session, Bundle: bundle, Key: key})
	if err != nil {
		return err
	}
	WriteJSON(w, http.StatusOK, judgedJSON{got.Request.Outcome.Accepted, got.Replayed, Describe(got.Request), got.Citizen})
	return nil
}

// maxKey is the longest idempotency key, in bytes.
const maxKey = 256

// bundleOf takes the bundle as an object, or as base64 of its CBOR.
func bundleOf(raw json.RawMessage) ([]byte, error) {
	if len(raw) == 0 || raw[0] != '"' {
		return raw, nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, err
	}
	return base64.StdEncoding.Strict().DecodeString(text)
}

// Describe is a request as a back end sees it.
func Describe(r store.Request) RequestJSON {
	d := RequestJSON{ID: r.ID, Kind: r.Kind, Version: evidence.Version, Nonce: hex.EncodeToString(r.Nonce), Origin: r.Origin, Purpose: r.Purpose,
		Groups: []string{}, Issued: r.Issued, Expires: r.Expires, State: r.State}
	for _, g := range r.Groups {
		d.Groups = append(d.Groups, strings.ToLower(g.String()))
	}
	if r.Outcome != nil {
		d.Outcome = &OutcomeJSON{r.Outcome.Accepted, r.Outcome.Decided, json.RawMessage(r.Outcome.Report), service.ProofCode(r.Outcome.Reasons)}
	}
	return d
}

// Decode reads a body of JSON: one object, known members only.
func Decode(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return service.Refuse(service.RequestMalformed, errors.New("Content-Type is application/json"))
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("something after the object")
	}
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return err
	}
	return service.Refuse(service.RequestMalformed, fmt.Errorf("body: %w", err))
}
