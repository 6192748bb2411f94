package gateway

import "net/http"

// Refusal is a cause for which the gate turns a request away before the
// upgrade. The caller sees the status and an empty body: a page that should
// not be here learns nothing more, and browsers hide even that from scripts.
type Refusal struct {
	// Cause is the name in the agent's log.
	Cause string
	// Status is the HTTP status.
	Status int
	// When says in a sentence what was wrong.
	When string
}

func (r *Refusal) Error() string { return r.Cause + ": " + r.When }

// The refusals, in the order in which the gate asks.
var (
	PeerForeign      = &Refusal{"PEER_FOREIGN", http.StatusForbidden, "the peer's address is not a loopback address"}
	TargetForm       = &Refusal{"TARGET_FORM", http.StatusBadRequest, "the request target is not a plain path (absolute form, a query, encoded characters)"}
	HostForeign      = &Refusal{"HOST_FOREIGN", http.StatusForbidden, "`Host` is not exactly `127.0.0.1`, `[::1]` or `localhost` with this agent's port (DNS rebinding)"}
	PathUnknown      = &Refusal{"PATH_UNKNOWN", http.StatusNotFound, "the path is neither `/v1` nor `/health`"}
	MethodRefused    = &Refusal{"METHOD_REFUSED", http.StatusMethodNotAllowed, "the method is not `GET`"}
	BodyRefused      = &Refusal{"BODY_REFUSED", http.StatusBadRequest, "the request has a body"}
	OriginTwice      = &Refusal{"ORIGIN_TWICE", http.StatusForbidden, "more than one `Origin` header"}
	OriginMalformed  = &Refusal{"ORIGIN_MALFORMED", http.StatusForbidden, "`Origin` is `null` or not the normal form of an acceptable origin"}
	OriginUnknown    = &Refusal{"ORIGIN_UNKNOWN", http.StatusForbidden, "`/health` for a well-formed `Origin` that has no grant (on `/v1` it is told by close code 4403)"}
	TokenWithOrigin  = &Refusal{"TOKEN_WITH_ORIGIN", http.StatusForbidden, "both an `Origin` and a local client's token"}
	TokenWrong       = &Refusal{"TOKEN_WRONG", http.StatusUnauthorized, "`Authorization` is not `Bearer` and the token of a local client"}
	OriginMissing    = &Refusal{"ORIGIN_MISSING", http.StatusForbidden, "`/v1` with neither an `Origin` nor a local client's token"}
	NotUpgrade       = &Refusal{"NOT_UPGRADE", http.StatusUpgradeRequired, "`/v1` without a WebSocket upgrade, or with another WebSocket version than 13"}
	KeyMalformed     = &Refusal{"KEY_MALFORMED", http.StatusBadRequest, "`Sec-WebSocket-Key` is missing, doubled or not 16 bytes in base64"}
	ProtocolMissing  = &Refusal{"PROTOCOL_MISSING", http.StatusBadRequest, "no `Sec-WebSocket-Protocol`"}
	ProtocolUnknown  = &Refusal{"PROTOCOL_UNKNOWN", http.StatusBadRequest, "`Sec-WebSocket-Protocol` is malformed or does not offer `chipid.v1`"}
	PeerUser         = &Refusal{"PEER_USER", http.StatusForbidden, "the peer is another user's program (Linux)"}
	TooOften         = &Refusal{"TOO_OFTEN", http.StatusTooManyRequests, "this origin, or all without a grant together, open connections faster than the limit"}
	TooManyFromThere = &Refusal{"TOO_MANY_FROM_ORIGIN", http.StatusServiceUnavailable, "this origin, or all without a grant together, have as many connections as they may have"}
	TooMany          = &Refusal{"TOO_MANY", http.StatusServiceUnavailable, "the agent has as many connections as it may have, or is stopping"}
)

// Refusals returns every refusal in the order in which the gate asks.
func Refusals() []*Refusal {
	return []*Refusal{PeerForeign, TargetForm, HostForeign, PathUnknown, MethodRefused, BodyRefused, OriginTwice, OriginMalformed, OriginUnknown,
		TokenWithOrigin, TokenWrong, OriginMissing, NotUpgrade, KeyMalformed, ProtocolMissing, ProtocolUnknown, PeerUser, TooOften, TooManyFromThere, TooMany}
}
