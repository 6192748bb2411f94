package rpc

import (
	"encoding/json"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/reading"
	"chipid/agent/rpc/schema"
)

// Version is the version of the protocol.
const Version = schema.Version

// initialized is the answer to initialize.
type initialized struct {
	ProtocolVersion string       `json:"protocolVersion"`
	Agent           agentInfo    `json:"agent"`
	Capabilities    capabilities `json:"capabilities"`
	Limits          limits       `json:"limits"`
	// Identity is there if the client sent a challenge, Grant if it has one, State
	// if it may follow readers and cards.
	Identity *identityJSON `json:"identity,omitempty"`
	Grant    *grantJSON    `json:"grant,omitempty"`
	State    *readersState `json:"state,omitempty"`
}

// identityJSON proves the agent's key (pairing.Statement).
type identityJSON struct {
	Key       string `json:"key"`
	Signature string `json:"signature"`
	Port      int    `json:"port"`
}

// grantJSON is what the client may.
type grantJSON struct {
	Fields   []string `json:"fields"`
	Presence bool     `json:"presence"`
	// CitizenConsent: card.read must state that the citizen agreed.
	CitizenConsent bool `json:"citizenConsent"`
	// Proof: the key of a service is pinned, so card.proof.start is possible.
	Proof bool    `json:"proof"`
	By    string  `json:"by"`
	Until *string `json:"until"`
}

type agentInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type capabilities struct {
	Methods       []string       `json:"methods"`
	Notifications []string       `json:"notifications"`
	Keys          []string       `json:"keys"`
	Fields        []answer.Field `json:"fields"`
	Mock          bool           `json:"mock"`
}

type limits struct {
	MessageBytes         int `json:"messageBytes"`
	MessagesPerSecond    int `json:"messagesPerSecond"`
	RequestsInFlight     int `json:"requestsInFlight"`
	ConnectionsPerOrigin int `json:"connectionsPerOrigin"`
	ReadSeconds          int `json:"readSeconds"`
	IdleSeconds          int `json:"idleSeconds"`
}

// initialize begins the conversation, once.
func (c *session) initialize(r request) (any, *fault) {
	wanted, _ := r.params["protocolVersion"].(string)
	if major, _, _ := strings.Cut(wanted, "."); major != "1" {
		return nil, refuse(catalogue.Unsupported, "this agent speaks "+Version)
	}
	c.mu.Lock()
	again := c.initialized
	c.initialized = true
	c.mu.Unlock()
	if again {
		return nil, refuse(catalogue.InvalidRequest, "initialize was called before")
	}
	config := c.server.config
	said := initialized{
		ProtocolVersion: Version,
		Agent:           agentInfo{"chipid-agent", config.Version},
		Capabilities:    c.capabilities(),
		Limits: limits{
			MessageBytes: config.Limits.MessageBytes, MessagesPerSecond: config.Limits.Messages, RequestsInFlight: maxInFlight,
			ConnectionsPerOrigin: config.Limits.PerOrigin, ReadSeconds: int(reading.JobLimit.Seconds()), IdleSeconds: int(config.Limits.Idle.Seconds()),
		},
		Grant: c.grant(),
	}
	if challenge, ok := r.params["challenge"].(string); ok && config.Identity != nil {
		said.Identity = &identityJSON{config.Identity.Key(), config.Identity.Answer(challenge, c.conn.Caller().String(), c.conn.Port()), c.conn.Port()}
	}
	if c.present() {
		state, _ := config.Counter.State()
		whole := newReadersState(state)
		said.State = &whole
	}
	return said, nil
}

// capabilities are what the client can call and hear: little while it has no grant.
func (c *session) capabilities() capabilities {
	all := capabilities{
		Methods:       []string{MethodInitialize, MethodDiscover, MethodReaders, MethodRead, MethodResume, MethodProof, MethodRelay, MethodProofEnd},
		Notifications: []string{NotifyProgress, NotifyCancel},
		Keys:          []string{answer.KeyID, answer.KeyCAN, answer.KeyMRZ, answer.KeyQR},
		Fields:        answer.Fields(), Mock: c.server.config.Mock,
	}
	if c.conn.Pairing() {
		all.Methods, all.Notifications, all.Mock = []string{MethodInitialize}, []string{NotifyCancel}, false
	} else {
		all.Notifications = append(all.Notifications, string(reading.ReaderAttached), string(reading.ReaderDetached),
			string(reading.CardInserted), string(reading.CardRemoved), string(reading.CardIsUnknown), NotifyService)
	}
	if c.server.config.Pairing != nil {
		all.Methods = append(all.Methods, MethodPair, MethodReveal, MethodFinish)
	}
	return all
}

// grant is what the client may, nil if it has no grant.
func (c *session) grant() *grantJSON {
	p, ok := c.server.config.Counter.Permission(c.conn.Caller())
	if !ok || c.conn.Pairing() {
		return nil
	}
	g := &grantJSON{Fields: []string{}, Presence: p.Presence, CitizenConsent: !p.StateBody, Proof: len(p.ServiceKeys) > 0, By: p.By}
	for _, f := range answer.Fields() {
		if p.Has(string(f.ID)) {
			g.Fields = append(g.Fields, string(f.ID))
		}
	}
	if p.Until != nil {
		until := p.Until.Format(time.RFC3339)
		g.Until = &until
	}
	return g
}

// readers answers readers.list.
func (c *session) readers(request) (any, *fault) {
	if !c.present() {
		return nil, refuse(catalogue.PresenceMissing, "")
	}
	state, _ := c.server.config.Counter.State()
	return newReadersState(state), nil
}

// discover answers rpc.discover.
func (c *session) discover(request) (any, *fault) {
	document, err := c.server.openRPC()
	if err != nil {
		c.server.log.Error("rpc.discover", "why", err)
		return nil, refuse(catalogue.Internal, "")
	}
	return json.RawMessage(document), nil
}
