package rpc

import (
	"strings"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/reading"
)

// Version is the version of the protocol. Additions raise the second number and
// change nothing for clients that do not know them.
const Version = "1.0"

// initialized is the answer to initialize.
type initialized struct {
	ProtocolVersion string       `json:"protocolVersion"`
	Agent           agentInfo    `json:"agent"`
	Capabilities    capabilities `json:"capabilities"`
	Limits          limits       `json:"limits"`
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
	return initialized{
		ProtocolVersion: Version,
		Agent:           agentInfo{"chipid-agent", config.Version},
		Capabilities: capabilities{
			Methods: []string{MethodInitialize, MethodReaders, MethodRead},
			Notifications: []string{NotifyProgress, NotifyCancel, string(reading.ReaderAttached), string(reading.ReaderDetached),
				string(reading.CardInserted), string(reading.CardRemoved), string(reading.CardIsUnknown)},
			Keys:   []string{answer.KeyID, answer.KeyCAN, answer.KeyMRZ, answer.KeyQR},
			Fields: answer.Fields(), Mock: config.Mock,
		},
		Limits: limits{
			MessageBytes: config.Limits.MessageBytes, MessagesPerSecond: config.Limits.Messages, RequestsInFlight: maxInFlight,
			ConnectionsPerOrigin: config.Limits.PerOrigin, ReadSeconds: int(reading.JobLimit.Seconds()), IdleSeconds: int(config.Limits.Idle.Seconds()),
		},
	}, nil
}

// readers answers readers.list.
func (c *session) readers(request) (any, *fault) {
	state, _ := c.server.config.Desk.State()
	return newReadersState(state), nil
}
