package rpc

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/counter"
	"chipid/cardlib/lds"
)

// proofStarted is the result of card.proof.start, proofRelayed that of card.proof.relay.
type proofStarted struct {
	Proof     string `json:"proof"`
	Reader    string `json:"reader"`
	Synthetic bool   `json:"synthetic"`
	Message   []byte `json:"message"`
}

type proofRelayed struct {
	Message []byte `json:"message,omitempty"`
	Ended   bool   `json:"ended"`
}

// prove carries card.proof.start out: one proof on a connection at a time.
func (c *session) prove(ctx context.Context, r request, done func()) {
	req, bad := c.newProof(r)
	if bad != nil {
		done()
		c.answer(MethodProof, r.id, nil, bad)
		return
	}
	proof, first, err := c.server.config.Counter.Prove(ctx, req)
	if err != nil {
		done()
		c.answer(MethodProof, r.id, nil, &fault{answer.FailureOf(err)})
		return
	}
	c.work.Go(func() { <-proof.Done() })
	id := c.keepProof(proof)
	done()
	reader := proof.Reader()
	c.answer(MethodProof, r.id, proofStarted{id, reader.Name, reader.Synthetic, first}, nil)
}

// newProof makes a request of validated params.
func (c *session) newProof(r request) (counter.ProofRequest, *fault) {
	req := counter.ProofRequest{Caller: c.conn.Caller(), Gone: c.ctx.Done()}
	for name, into := range map[string]*string{"reader": &req.Reader, "purpose": &req.Purpose, "operator": &req.Operator, "case": &req.Case} {
		*into, _ = r.params[name].(string)
	}
	req.Wait, _ = r.params["wait"].(bool)
	req.CitizenConsent, _ = r.params["citizenConsent"].(bool)
	var err error
	if req.Nonce, err = base64.RawURLEncoding.Strict().DecodeString(r.params["nonce"].(string)); err != nil {
		return req, refuse(catalogue.InvalidParams, "/nonce: base64url")
	}
	for _, name := range r.params["groups"].([]any) {
		g, _ := lds.ByName(name.(string))
		req.Groups = append(req.Groups, g)
	}
	req.Key = r.childKey()
	return req, nil
}

// keepProof names a proof that has begun. One before it is over by now: it had
// the reader's turn, or is of another reader and ends.
func (c *session) keepProof(proof *counter.Proof) string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails (crypto/rand)
	id := base64.RawURLEncoding.EncodeToString(random[:])
	c.mu.Lock()
	before := c.proof
	c.proof, c.proofID = proof, id
	c.mu.Unlock()
	if before != nil {
		before.End()
	}
	return id
}

// proofOf finds the proof that params name.
func (c *session) proofOf(r request) (*counter.Proof, *fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id, _ := r.params["proof"].(string); c.proof == nil || id != c.proofID {
		return nil, refuse(catalogue.ProofUnknown, "")
	}
	return c.proof, nil
}

// relay carries one message to the agent's side of the proof and back.
func (c *session) relay(ctx context.Context, r request, done func()) {
	proof, bad := c.proofOf(r)
	var message []byte
	if bad == nil {
		var err error
		if message, err = base64.StdEncoding.Strict().DecodeString(r.params["message"].(string)); err != nil {
			bad = refuse(catalogue.InvalidParams, "/message: base64")
		}
	}
	if bad != nil {
		done()
		c.answer(MethodRelay, r.id, nil, bad)
		return
	}
	back, ended, err := proof.Relay(ctx, message)
	if err != nil {
		bad = &fault{answer.FailureOf(err)}
	} else if ended {
		<-proof.Done()
	}
	done()
	if bad != nil || !ended {
		c.answer(MethodRelay, r.id, proofRelayed{back, ended}, bad)
		return
	}
	if said, err := encode(proofRelayed{back, ended}); err == nil {
		c.deliver(MethodRelay, r.id, said)
	}
	proof.Settle()
}

// endProof gives a proof up; it answers when the chip was reset.
func (c *session) endProof(_ context.Context, r request, done func()) {
	proof, bad := c.proofOf(r)
	if bad == nil {
		proof.End()
	}
	done()
	c.answer(MethodProofEnd, r.id, struct{}{}, bad)
}
