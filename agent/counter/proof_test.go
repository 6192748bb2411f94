package counter

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

const pageC = "https://c.example"

// backEnd is a service with the key that is pinned for pageC.
type backEnd struct {
	remoteca.Service
	stage *stage
}

// openForProofs is a stage where pageC may have DG1 and DG13 proven.
func openForProofs(t *testing.T, cards ...string) (*stage, *backEnd) {
	t.Helper()
	s := open(t, cards...)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	var fields []string
	for _, f := range answer.Fields() {
		if f.ID != cccd.FieldPortrait {
			fields = append(fields, string(f.ID))
		}
	}
	s.book.all[pageC] = consent.Permission{Fields: fields, ServiceKeys: []ed25519.PublicKey{public}, Mock: true}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	store := &trust.Store{}
	for _, a := range anchors {
		require.Empty(t, store.Add(a.File, a.PEM()))
	}
	return s, &backEnd{remoteca.Service{Key: private, Store: store, Until: time.Now().Add(5 * time.Minute)}, s}
}

// proofOf is a page's request for the persona's card.
func (s *stage) proofOf(page, name string, groups ...lds.Group) ProofRequest {
	s.t.Helper()
	p, err := persona.ByName(name)
	require.NoError(s.t, err)
	return ProofRequest{Caller: caller(s.t, page), Nonce: bytes.Repeat([]byte{7}, 32), Purpose: "CT01", Groups: groups, Key: child.NewKey(answer.KeyID, p.Number), CitizenConsent: true}
}

// begin opens the back end's side.
func (b *backEnd) begin(r ProofRequest, first []byte) (*remoteca.Session, []byte) {
	b.stage.t.Helper()
	service := b.Service
	service.Request = r.request()
	session, down, err := remoteca.Begin(service, first)
	require.NoError(b.stage.t, err)
	b.stage.t.Cleanup(session.Close)
	return session, down
}

// talk carries messages until the end.
func (b *backEnd) talk(p *Proof, r ProofRequest, first []byte) (remoteca.Result, error) {
	b.stage.t.Helper()
	session, down := b.begin(r, first)
	for {
		answer, ended, err := p.Relay(b.stage.t.Context(), down)
		if err != nil {
			session.Close()
			return session.Result(), err
		}
		if ended {
			return session.Result(), nil
		}
		down, err = session.Step(answer)
		require.NoError(b.stage.t, err)
	}
}

func (s *stage) last() audit.Entry {
	s.audit.mu.Lock()
	defer s.audit.mu.Unlock()
	return s.audit.all[len(s.audit.all)-1]
}

func TestProof(t *testing.T) {
	s, service := openForProofs(t, "mau/ca-only")
	r := s.proofOf(pageC, "mau", lds.DG1, lds.DG13)
	p, first, err := s.Prove(t.Context(), r)
	require.NoError(t, err)
	line := s.last()
	assert.Equal(t, audit.Proof, line.Event, "the line stands before anything goes out")
	assert.Equal(t, pageC, line.Origin)
	assert.Equal(t, "CT01", line.Purpose)
	assert.Equal(t, "DG14 DG1 DG13", line.Detail)
	assert.Contains(t, line.Fields, "religion", "DG13 is disclosed whole")
	assert.True(t, line.Synthetic)
	result, err := service.talk(p, r, first)
	require.NoError(t, err)
	assert.True(t, result.Accepted(), "%s %+v", result.Code, result.Report)
	<-p.Done()
	_, _, err = p.Relay(t.Context(), []byte{1})
	s.refused(catalogue.ProofEnded, err)

	// The chip was reset and the reader is free; what was proven is a result of
	// this insertion.
	s.officer.answers <- false
	_, _, err = s.Prove(t.Context(), r)
	s.refused(catalogue.OfficerRefused, err)
	s.officer.answers <- true
	p, first, err = s.Prove(t.Context(), r)
	require.NoError(t, err)
	result, err = service.talk(p, r, first)
	require.NoError(t, err)
	assert.True(t, result.Accepted())
}

func TestProofsThatAreNotGranted(t *testing.T) {
	s, _ := openForProofs(t, "mau")
	s.book.all["client:tool"] = s.book.all[pageC]
	for name, c := range map[string]struct {
		change func(*ProofRequest)
		want   catalogue.Code
	}{
		"nobody":                 {func(r *ProofRequest) { r.Caller = caller(t, "https://d.example") }, catalogue.GrantEnded},
		"no key is pinned":       {func(r *ProofRequest) { r.Caller = caller(t, pageA) }, catalogue.ProofNotGranted},
		"a program":              {func(r *ProofRequest) { r.Caller = consent.Caller{Client: "tool"} }, catalogue.ProofNotGranted},
		"DG2":                    {func(r *ProofRequest) { r.Groups = []lds.Group{lds.DG1, lds.DG2} }, catalogue.GroupNotGranted},
		"a group nobody knows":   {func(r *ProofRequest) { r.Groups = []lds.Group{lds.DG11} }, catalogue.GroupNotGranted},
		"groups out of order":    {func(r *ProofRequest) { r.Groups = []lds.Group{lds.DG13, lds.DG1} }, catalogue.InvalidParams},
		"a short nonce":          {func(r *ProofRequest) { r.Nonce = r.Nonce[:8] }, catalogue.InvalidParams},
		"no word of the citizen": {func(r *ProofRequest) { r.CitizenConsent = false }, catalogue.ConsentMissing},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.proofOf(pageC, "mau", lds.DG1, lds.DG13)
			c.change(&r)
			_, _, err := s.Prove(t.Context(), r)
			s.refused(c.want, err)
			line := s.last()
			assert.Equal(t, audit.Denied, line.Event)
			assert.Equal(t, string(c.want), line.Code)
		})
	}
	s.book.all[pageC] = consent.Permission{Fields: []string{"fullName"}, ServiceKeys: s.book.all[pageC].ServiceKeys, Mock: true}
	for _, groups := range [][]lds.Group{{}, {lds.DG1}} {
		_, _, err := s.Prove(t.Context(), s.proofOf(pageC, "mau", groups...))
		s.refused(catalogue.GroupNotGranted, err)
	}
	for _, lacks := range []string{"mrz", "documentNumber"} {
		p := s.book.all["client:tool"]
		p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(f string) bool { return f == lacks })
		s.book.all[pageC] = p
		_, _, err := s.Prove(t.Context(), s.proofOf(pageC, "mau", lds.DG1))
		s.refused(catalogue.GroupNotGranted, err)
		assert.Contains(t, s.last().Fields, lacks, "it would have been disclosed")
	}
}

// TestProofRefusalsAreAudited: the first thing that may not pass ends the proof,
// the chip is reset, and the line names it.
func TestProofRefusalsAreAudited(t *testing.T) {
	s, service := openForProofs(t, "mau")
	r := s.proofOf(pageC, "mau", lds.DG1)
	t.Run("a SELECT on the server's channel", func(t *testing.T) {
		p, first, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		session, down := service.begin(r, first)
		for {
			d, err := remoteca.ParseDown(down)
			require.NoError(t, err)
			if d.Command[0] == 0x0C {
				d.Command[1], d.Command[2], d.Command[3] = 0xA4, 0x02, 0x0C
				down, err = d.Encode()
				require.NoError(t, err)
				_, _, err = p.Relay(t.Context(), down)
				s.refused("PROOF_COMMAND_REFUSED", err)
				break
			}
			answer, _, err := p.Relay(t.Context(), down)
			require.NoError(t, err)
			down, err = session.Step(answer)
			require.NoError(t, err)
		}
		<-p.Done()
		line := s.last()
		assert.Equal(t, "PROOF_COMMAND_REFUSED", line.Code)
		assert.Contains(t, line.Detail, "0CA4020C")
		_, _, err = p.Relay(t.Context(), down)
		s.refused("PROOF_COMMAND_REFUSED", err)
	})
	t.Run("a page that swaps the server's ephemeral key", func(t *testing.T) {
		p, first, err := s.Prove(t.Context(), r)
		require.NoError(t, err, "a refused try spent nothing")
		_, down := service.begin(r, first)
		d, err := remoteca.ParseDown(down)
		require.NoError(t, err)
		d.Order.Key[len(d.Order.Key)-1] ^= 1
		down, err = d.Encode()
		require.NoError(t, err)
		_, _, err = p.Relay(t.Context(), down)
		s.refused("PROOF_ORDER_UNSIGNED", err)
		<-p.Done()
		assert.Equal(t, "PROOF_ORDER_UNSIGNED", s.last().Code)
	})
	t.Run("another site's order", func(t *testing.T) {
		p, first, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		foreign := r
		foreign.Caller = caller(t, pageB)
		_, down := service.begin(foreign, first)
		_, _, err = p.Relay(t.Context(), down)
		s.refused("PROOF_ORIGIN_MISMATCH", err)
		<-p.Done()
		assert.Equal(t, "PROOF_ORIGIN_MISMATCH", s.last().Code)
	})
}

// TestProofEnds by its page, by silence, with the connection, the card, the
// request; each time the reader is free afterwards.
func TestProofEnds(t *testing.T) {
	s, service := openForProofs(t, "mau")
	s.idle = 50 * time.Millisecond
	r := s.proofOf(pageC, "mau", lds.DG1)
	t.Run("silence", func(t *testing.T) {
		p, _, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		<-p.Done()
		_, _, err = p.Relay(t.Context(), []byte{1})
		s.refused(catalogue.ProofIdle, err)
	})
	s.idle = time.Minute
	t.Run("its page", func(t *testing.T) {
		p, _, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		p.End()
		_, _, err = p.Relay(t.Context(), []byte{1})
		s.refused(catalogue.Cancelled, err)
		p.End()
	})
	t.Run("the connection", func(t *testing.T) {
		gone := make(chan struct{})
		r := r
		r.Gone = gone
		p, _, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		close(gone)
		<-p.Done()
		assert.Equal(t, "CANCELLED", s.last().Code)
	})
	t.Run("a relay that is called off", func(t *testing.T) {
		p, _, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err = p.Relay(ctx, []byte{1})
		require.Error(t, err)
		<-p.Done()
	})
	t.Run("a start that is called off", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := s.Prove(ctx, r)
		s.refused(catalogue.Cancelled, err)
	})
	t.Run("another has the turn", func(t *testing.T) {
		p, _, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		s.refused(catalogue.Busy, s.take(s.ask(pageA, "mau", "fullName")))
		_, _, err = s.Prove(t.Context(), r)
		s.refused(catalogue.Busy, err)
		p.End()
	})
	t.Run("a card that cannot be written down", func(t *testing.T) {
		s.audit.fail = assert.AnError
		_, _, err := s.Prove(t.Context(), r)
		s.refused(catalogue.AuditUnwritable, err)
		s.audit.fail = nil
	})
	t.Run("a wrong key", func(t *testing.T) {
		r := r
		r.Key = child.NewKey(answer.KeyCAN, "999999")
		_, _, err := s.Prove(t.Context(), r)
		s.refused("ACCESS_DENIED", err)
	})
	t.Run("the card is taken away", func(t *testing.T) {
		p, first, err := s.Prove(t.Context(), r)
		require.NoError(t, err)
		_, down := service.begin(r, first)
		require.NoError(t, s.source.Remove("mock:mau"))
		_, _, err = p.Relay(t.Context(), down)
		s.refused(catalogue.CardRemoved, err)
		<-p.Done()
	})
	s.put("mock:mau", "mau")
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "the reader is free and the chip answers")
}

// TestAProofUnderAGrantForOneResult ends before the grant does, and is its one result.
func TestAProofUnderAGrantForOneResult(t *testing.T) {
	s, service := openForProofs(t, "mau/ca-only")
	s.once(pageC)
	r := s.proofOf(pageC, "mau", lds.DG1, lds.DG13)
	p, first, err := s.Prove(t.Context(), r)
	require.NoError(t, err)
	result, err := service.talk(p, r, first)
	require.NoError(t, err)
	assert.True(t, result.Accepted())
	_, granted := s.Permission(r.Caller)
	assert.True(t, granted, "until the page has heard of the end")
	p.Settle()
	_, granted = s.Permission(r.Caller)
	assert.False(t, granted)

	s.book.all[pageC] = consent.Permission{All: true, ServiceKeys: []ed25519.PublicKey{service.Key.Public().(ed25519.PublicKey)}, Mock: true, Once: true}
	s.put("mock:mau/ca-only", "mau/ca-only")
	p, first, err = s.Prove(t.Context(), r)
	require.NoError(t, err)
	session, down := service.begin(r, first)
	for !p.served { // the service reads, and the page goes before the end
		up, _, err := p.Relay(t.Context(), down)
		require.NoError(t, err)
		down, err = session.Step(up)
		require.NoError(t, err)
	}
	p.End()
	_, granted = s.Permission(r.Caller)
	assert.False(t, granted, "it was a result all the same")
}

// TestAGrantThatChangesDuringAProof.
func TestAGrantThatChangesDuringAProof(t *testing.T) {
	for name, change := range map[string]func(*consent.Permission){
		"a field of the group is taken away": func(p *consent.Permission) { p.Fields = p.Fields[1:] },
		"the service's key is taken away":    func(p *consent.Permission) { p.ServiceKeys = nil },
		"the key is another one":             func(p *consent.Permission) { p.ServiceKeys = []ed25519.PublicKey{make([]byte, 32)} },
	} {
		t.Run(name, func(t *testing.T) {
			s, service := openForProofs(t, "mau/ca-only")
			r := s.proofOf(pageC, "mau", lds.DG1, lds.DG13)
			p, first, err := s.Prove(t.Context(), r)
			require.NoError(t, err)
			s.book.mu.Lock()
			less := s.book.all[pageC]
			change(&less)
			s.book.all[pageC] = less
			s.book.mu.Unlock()
			_, err = service.talk(p, r, first)
			require.Error(t, err)
			s.refused(map[bool]catalogue.Code{true: catalogue.GroupNotGranted, false: catalogue.ProofNotGranted}[name == "a field of the group is taken away"], err)
		})
	}
}
