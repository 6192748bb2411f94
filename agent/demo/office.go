package demo

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
)

// Purpose is what the form's read is for: the office fixes it with the nonce.
const Purpose = "CT01: tiếp nhận tờ khai thay đổi thông tin cư trú"

// Limits of the office.
const (
	requestLife  = 5 * time.Minute
	maxRequests  = 200
	maxSubmitted = evidence.MaxBundle/3*4 + 64<<10
)

// Why a form is not accepted, beside the reasons of the verdicts.
const (
	reasonMalformed = "EVIDENCE_MALFORMED"
	reasonSession   = "NONCE_UNKNOWN"
	reasonOther     = "FORM_DIFFERS"
	reasonTooMany   = "TOO_MANY_REQUESTS"
)

// office is the server's side of the form: it accepts a form only with evidence
// that a genuine chip answered its own request. What stands in memory here is kept
// by chipid-verifier where it counts; nobody's form is kept at all.
type office struct {
	origin string
	store  *trust.Store
	now    func() time.Time

	mu       sync.Mutex
	requests map[[32]byte]*request // by the session's hash
}

// request is a nonce that was issued to a session.
type request struct {
	evidence.Request
	expires time.Time
	used    bool
}

// newOffice makes the server's side of the page at the origin. Cards are judged
// against the mock's CSCA, the only one that this demo has.
func newOffice(origin string) (*office, error) {
	o := &office{origin: origin, store: &trust.Store{}, now: time.Now, requests: map[[32]byte]*request{}}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	if err != nil {
		return nil, err
	}
	for _, a := range anchors {
		for _, problem := range o.store.Add(a.File, a.DER) {
			return nil, problem
		}
	}
	return o, nil
}

// sessionCookie names the page's session.
const sessionCookie = "ct01"

// issue answers POST /request: a nonce for this session, with all that is fixed by it.
func (o *office) issue(w http.ResponseWriter, r *http.Request) {
	if !o.ours(w, r) {
		return
	}
	session := rand.Text()
	var nonce [evidence.MinNonce]byte
	_, _ = rand.Read(nonce[:]) // it never fails
	asked := &request{Request: evidence.Request{Nonce: nonce[:], Origin: o.origin, Purpose: Purpose, Groups: []lds.Group{lds.DG1}}, expires: o.now().Add(requestLife)}
	if !o.keep(sha256.Sum256([]byte(session)), asked) {
		answer(w, http.StatusTooManyRequests, decision{Reason: reasonTooMany})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	answer(w, http.StatusOK, map[string]any{"nonce": hex.EncodeToString(nonce[:]), "purpose": Purpose, "groups": []string{"dg1"}})
}

// keep stores a request, after dropping those whose time is over.
func (o *office) keep(session [32]byte, asked *request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, r := range o.requests {
		if o.now().After(r.expires) {
			delete(o.requests, id)
		}
	}
	if len(o.requests) >= maxRequests {
		return false
	}
	o.requests[session] = asked
	return true
}

// take uses a session's request up and returns it with its state.
func (o *office) take(session [32]byte) (evidence.Request, evidence.NonceState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	asked := o.requests[session]
	switch {
	case asked == nil:
		return evidence.Request{}, evidence.NonceUnknown
	case asked.used:
		return asked.Request, evidence.NonceUsed
	case o.now().After(asked.expires):
		return asked.Request, evidence.NonceExpired
	}
	asked.used = true
	return asked.Request, evidence.NonceOpen
}

// submitted is the form, as far as the office compares it, with its evidence.
type submitted struct {
	PersonalNumber string `json:"personalNumber"`
	Evidence       []byte `json:"evidence"` // CBOR, in base64
}

// decision is what becomes of a form.
type decision struct {
	Accepted bool `json:"accepted"`
	// Receipt is there if it was accepted, Reason if not.
	Receipt string `json:"receipt,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// submit answers POST /submit.
func (o *office) submit(w http.ResponseWriter, r *http.Request) {
	if !o.ours(w, r) {
		return
	}
	var form submitted
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSubmitted)).Decode(&form); err != nil {
		answer(w, http.StatusBadRequest, decision{Reason: reasonMalformed})
		return
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		answer(w, http.StatusForbidden, decision{Reason: reasonSession})
		return
	}
	answer(w, http.StatusOK, o.decide(sha256.Sum256([]byte(cookie.Value)), form))
}

// decide judges the evidence against the stored request, and the form against
// what the evidence says of its holder.
func (o *office) decide(session [32]byte, form submitted) decision {
	bundle, err := evidence.Parse(form.Evidence)
	if err != nil {
		return decision{Reason: reasonMalformed}
	}
	asked, state := o.take(session)
	result := evidence.Verify(bundle, evidence.Expected{Request: asked, Nonce: state, Store: o.store, Now: o.now()})
	if !result.Accepted() {
		return decision{Reason: string(firstReason(result.Report))}
	}
	holder, _ := cccd.FromGroups(result.MRZ, nil)
	if form.PersonalNumber == "" || holder.PersonalNumber != form.PersonalNumber {
		return decision{Reason: reasonOther}
	}
	return decision{Accepted: true, Receipt: "CT01-" + rand.Text()[:8]}
}

// firstReason is why evidence was not accepted: what failed, or what was not proven.
func firstReason(r verdict.Report) verdict.Reason {
	for _, status := range []verdict.Status{verdict.Failed, verdict.Unavailable} {
		for _, c := range r.Checks {
			if c.Status == status && c.ID != verdict.Expiry && c.ID != verdict.Agent {
				return c.Reason
			}
		}
	}
	return verdict.NotRead
}

// ours lets the page's own requests in and no other site's.
func (o *office) ours(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Origin") == o.origin && r.Header.Get("Content-Type") == "application/json" {
		return true
	}
	answer(w, http.StatusForbidden, decision{Reason: reasonSession})
	return false
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
