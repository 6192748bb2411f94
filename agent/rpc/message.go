package rpc

import (
	"encoding/json"
	"strconv"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
)

// The methods and notifications of this version.
const (
	MethodInitialize = "initialize"
	MethodDiscover   = "rpc.discover"
	MethodReaders    = "readers.list"
	MethodRead       = "card.read"
	MethodResume     = "card.resume"
	MethodProof      = "card.proof.start"
	MethodRelay      = "card.proof.relay"
	MethodProofEnd   = "card.proof.end"
	MethodPair       = "pairing.request"
	MethodReveal     = "pairing.reveal"
	MethodFinish     = "pairing.finish"
	NotifyCancel     = "$/cancelRequest"
	NotifyProgress   = "$/progress"
	NotifyService    = "service.changed"
)

// request is a message from a client.
type request struct {
	// id is a string, a json.Number, or nil for a notification.
	id     any
	method string
	// params is never nil. In the place of a key they have letters of no meaning.
	params map[string]any
	// secret is the key as it came, a string in JSON; nil for none. It is overwritten
	// when the request has ended.
	secret []byte
}

// response and notification are messages to a client.
type response struct {
	Version string       `json:"jsonrpc"`
	ID      any          `json:"id"`
	Result  any          `json:"result,omitempty"`
	Error   *errorObject `json:"error,omitempty"`
}

type notification struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

type errorObject struct {
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Data    answer.Failure `json:"data"`
}

// fault is an error that goes to the client.
type fault struct{ data answer.Failure }

func (f *fault) Error() string { return string(f.data.Code) + " " + f.data.Detail }

// refuse makes a fault; the detail is for developers and never repeats a value.
func refuse(code catalogue.Code, detail string) *fault {
	return &fault{answer.NewFailure(code, detail)}
}

func (f *fault) object() *errorObject {
	e := catalogue.Of(f.data.Code)
	return &errorObject{Code: e.Number, Message: e.What.En, Data: f.data}
}

// maxID is the largest integer that JavaScript holds exactly.
const maxID = 1<<53 - 1

// idKey names an id for the table of running requests; ok is false for what
// cannot be an id: JSON-RPC allows fractions and null, this protocol does not.
func idKey(id any) (key string, ok bool) {
	switch v := id.(type) {
	case string:
		return "s" + v, len(v) > 0 && len(v) <= 64
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return "n" + strconv.FormatInt(n, 10), err == nil && n >= -maxID && n <= maxID
	}
	return "", false
}

// parseRequest reads one message and takes the key out of it first. With the fault
// comes the id, if it has a usable one.
func (s *Schemas) parseRequest(b []byte) (r request, bad *fault) {
	secret := cutKey(b)
	defer func() {
		if bad != nil {
			clear(secret)
		}
	}()
	v, err := parseJSON(b)
	if err != nil {
		return request{}, refuse(catalogue.ParseError, err.Error())
	}
	object, ok := v.(map[string]any)
	if !ok {
		if _, batch := v.([]any); batch {
			return request{}, refuse(catalogue.InvalidRequest, "batches are refused")
		}
		return request{}, refuse(catalogue.InvalidRequest, "not an object")
	}
	r.secret = secret
	if id, there := object["id"]; there {
		if _, ok := idKey(id); !ok {
			return r, refuse(catalogue.InvalidRequest, "id is neither a string of 1 to 64 bytes nor an integer below 2^53")
		}
		r.id = id
	}
	if detail := s.check("request", object); detail != "" {
		return r, refuse(catalogue.InvalidRequest, detail)
	}
	r.method = object["method"].(string)
	r.params, _ = object["params"].(map[string]any)
	if r.params == nil {
		r.params = map[string]any{}
	}
	return r, nil
}
