package relay

import (
	"errors"
	"net/http"

	"chipid/cardlib/cccd"
	"chipid/cardlib/remoteca"
	"chipid/verifier/api"
	"chipid/verifier/store"
)

// maxBody is the longest body, in bytes: a message in base64 and the words around it.
const maxBody = remoteca.MaxMessage/3*4 + 4<<10

// ReplicaHeader names the replica that holds a session.
const ReplicaHeader = "Chipid-Replica"

// messageJSON is the body of POST /v1/requests/{id}/relay; without a message that
// of …/relay/end.
type messageJSON struct {
	Session string `json:"session"`
	Message []byte `json:"message,omitempty"`
}

// answerJSON is the answer to a message.
type answerJSON struct {
	Message []byte `json:"message"`
	Ended   bool   `json:"ended"`
	// Accepted, Request and Citizen are there at the end.
	Accepted bool             `json:"accepted,omitempty"`
	Request  *api.RequestJSON `json:"request,omitempty"`
	Citizen  *cccd.Citizen    `json:"citizen,omitempty"`
}

// Routes are the operations, to be mounted by the interface.
func (r *Relays) Routes() []api.Route {
	return []api.Route{
		{Method: "POST", Path: "/v1/requests/{id}/relay", Serve: r.serveRelay, Limit: maxBody},
		{Method: "POST", Path: "/v1/requests/{id}/relay/end", Serve: r.serveEnd, Limit: maxBody},
	}
}

func (r *Relays) serveRelay(w http.ResponseWriter, q *http.Request, t store.Tenant) error {
	in, err := r.message(w, q)
	if err != nil {
		return err
	}
	got, err := r.Relay(q.Context(), t, in)
	if err != nil {
		return r.elsewhere(w, err)
	}
	out := answerJSON{Message: got.Message}
	if got.Decided != nil {
		described := api.Describe(*got.Decided)
		out.Ended, out.Accepted, out.Request = true, got.Decided.Outcome.Accepted, &described
		if citizen, _ := cccd.FromGroups(got.Result.MRZ, got.Result.DG13); out.Accepted && (got.Result.MRZ != nil || got.Result.DG13 != nil) {
			out.Citizen = &citizen
		}
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (r *Relays) serveEnd(w http.ResponseWriter, q *http.Request, t store.Tenant) error {
	in, err := r.message(w, q)
	if err != nil {
		return err
	}
	req, err := r.End(q.Context(), t, in)
	if err != nil {
		return r.elsewhere(w, err)
	}
	api.WriteJSON(w, http.StatusOK, api.Describe(req))
	return nil
}

func (r *Relays) message(w http.ResponseWriter, q *http.Request) (Message, error) {
	w.Header().Set(ReplicaHeader, r.config.Replica)
	var in messageJSON
	if err := api.Decode(q, &in); err != nil {
		return Message{}, err
	}
	return Message{Request: q.PathValue("id"), Session: in.Session, Message: in.Message}, nil
}

// elsewhere names the replica to ask in the header.
func (r *Relays) elsewhere(w http.ResponseWriter, err error) error {
	var other *Elsewhere
	if errors.As(err, &other) {
		w.Header().Set(ReplicaHeader, other.Replica)
	}
	return err
}
