package rpc

import (
	"context"
	"errors"

	"github.com/gorilla/websocket"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/pairing"
)

// pairCodes are the errors of a pairing in the words of the protocol.
var pairCodes = []struct {
	err  error
	code catalogue.Code
}{
	{pairing.ErrClosed, catalogue.PairingClosed},
	{pairing.ErrBusy, catalogue.PairingBusy},
	{pairing.ErrUnknown, catalogue.PairingUnknown},
	{pairing.ErrCommitment, catalogue.PairingCommitment},
	{pairing.ErrDenied, catalogue.PairingDenied},
	{pairing.ErrCode, catalogue.PairingCode},
	{pairing.ErrExpired, catalogue.PairingExpired},
	{consent.ErrNobody, catalogue.PairingExpired},
	{context.Canceled, catalogue.Cancelled},
}

// refusePairing makes the fault of a pairing that failed.
func refusePairing(err error) *fault {
	for _, each := range pairCodes {
		if errors.Is(err, each.err) {
			return refuse(each.code, "")
		}
	}
	return refuse(catalogue.Internal, "")
}

// pairOpened is the answer to pairing.request.
type pairOpened struct {
	Pairing    string `json:"pairing"`
	Key        string `json:"key"`
	Commitment string `json:"commitment"`
}

// pair answers pairing.request. A page has one pairing at a time.
func (c *session) pair(r request) (any, *fault) {
	room := c.server.config.Pairing
	if room == nil || c.conn.Caller().Client != "" {
		return nil, refuse(catalogue.PairingClosed, "")
	}
	ask := pairing.Ask{Caller: c.conn.Caller()}
	for name, into := range map[string]*string{"name": &ask.Name, "purpose": &ask.Purpose, "commitment": &ask.Commitment} {
		*into, _ = r.params[name].(string)
	}
	ask.Presence, _ = r.params["presence"].(bool)
	for _, f := range r.params["fields"].([]any) {
		ask.Fields = append(ask.Fields, f.(string))
	}
	if _, err := answer.Want(ask.Fields...); err != nil {
		return nil, refuse(catalogue.FieldUnknown, err.Error())
	}
	opened, err := room.Request(ask)
	if err != nil {
		return nil, refusePairing(err)
	}
	c.mu.Lock()
	c.pairing = opened.ID
	c.mu.Unlock()
	return pairOpened{opened.ID, opened.Key, opened.Commitment}, nil
}

// pairRevealed is the answer to pairing.reveal.
type pairRevealed struct {
	Nonce string `json:"nonce"`
}

// reveal answers pairing.reveal.
func (c *session) reveal(r request) (any, *fault) {
	room := c.server.config.Pairing
	if room == nil {
		return nil, refuse(catalogue.PairingUnknown, "")
	}
	id, _ := r.params["pairing"].(string)
	nonce, _ := r.params["nonce"].(string)
	agents, err := room.Reveal(c.conn.Caller(), id, nonce)
	if err != nil {
		return nil, refusePairing(err)
	}
	return pairRevealed{agents}, nil
}

// pairFinished is the answer to pairing.finish.
type pairFinished struct {
	Fields   []string     `json:"fields"`
	Presence bool         `json:"presence"`
	For      consent.Term `json:"for"`
}

// finish waits for the officer and makes the grant. A connection that was for
// pairing alone ends then: the page connects again, as one that has a grant.
func (c *session) finish(ctx context.Context, r request, done func()) {
	result, bad := c.decided(ctx, r)
	done()
	c.answer(MethodFinish, r.id, result, bad)
	if bad == nil && c.conn.Pairing() {
		c.conn.Close(websocket.CloseNormalClosure, "paired: connect again")
	}
}

func (c *session) decided(ctx context.Context, r request) (any, *fault) {
	room, grantor := c.server.config.Pairing, c.server.config.Grantor
	if room == nil || grantor == nil {
		return nil, refuse(catalogue.PairingUnknown, "")
	}
	id, _ := r.params["pairing"].(string)
	d, asked, err := room.Finish(ctx, c.conn.Caller(), id)
	if err != nil {
		bad := refusePairing(err)
		grantor.Refused(c.conn.Caller(), bad.data.Code)
		return nil, bad
	}
	if err := grantor.Grant(c.conn.Caller(), asked.Name, asked.Purpose, d); err != nil {
		c.server.log.Error("grant", "caller", c.conn.Caller().String(), "why", err)
		return nil, refuse(catalogue.Internal, "")
	}
	return pairFinished{append([]string{}, d.Fields...), d.Presence, d.For}, nil
}

// dropPairing ends the pairing of a client that has gone.
func (c *session) dropPairing() {
	c.mu.Lock()
	id := c.pairing
	c.mu.Unlock()
	if id != "" && c.server.config.Pairing != nil {
		c.server.config.Pairing.Drop(c.conn.Caller(), id)
	}
}
