package scenario_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/evidence"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/persona"
)

// proof is service, agent and a mock card, with the page between them.
type proof struct {
	t       *testing.T
	service remoteca.Service
	terms   remoteca.Terms
	// up and down are what a hostile page makes of the messages; nil leaves them.
	up   func(*remoteca.Up)
	down func(*remoteca.Down)
	// chip is what the agent makes of the card below its channel; nil leaves it.
	chip func(apdu.Card) apdu.Card

	relay *remoteca.Relay
	heard []apdu.Command // what reached the chip
}

func newProof(t *testing.T, groups ...lds.Group) *proof {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidenceRequest(1, groups...)
	return &proof{
		t:       t,
		service: remoteca.Service{Request: request, Key: private, Until: time.Now().Add(2 * time.Minute), Store: mockTrust(t, testIssuer)},
		terms:   remoteca.Terms{Request: request, Keys: []ed25519.PublicKey{public}},
	}
}

// spy notes what reaches the chip on its way.
type spy struct {
	apdu.Card
	proof *proof
}

func (s spy) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	s.proof.heard = append(s.proof.heard, cmd)
	return s.Card.Transmit(ctx, cmd)
}

// open is the agent's part before the service has its say.
func (p *proof) open(name string) *cardlib.Opened {
	card := insert(p.t, name)
	who := persona.All()[slices.IndexFunc(persona.All(), func(w persona.Persona) bool { return w.Name == strings.Split(name, "/")[0] })]
	opened, err := cardlib.Open(p.t.Context(), card, keysOf(p.t, who, false), cardlib.Plan{})
	require.NoError(p.t, err)
	p.t.Cleanup(opened.Close)
	return opened
}

// run carries the messages to and fro until the end. The error is the agent's.
func (p *proof) run(name string) (remoteca.Result, error) {
	p.t.Helper()
	opened := p.open(name)
	reader := files.NewReader(opened.Channel(), false)
	sod, err := reader.Read(p.t.Context(), files.SOD, nil, nil)
	require.NoError(p.t, err)
	dg14, err := reader.Read(p.t.Context(), files.Group(lds.DG14), nil, nil)
	require.NoError(p.t, err)
	chip := apdu.Card(spy{opened.Link(), p})
	if p.chip != nil {
		chip = p.chip(chip)
	}
	p.relay = remoteca.NewRelay(p.terms, opened.Channel(), chip)
	message, err := remoteca.First(sod, dg14)
	require.NoError(p.t, err)
	session, down, err := remoteca.Begin(p.service, p.tamperUp(message))
	require.NoError(p.t, err)
	p.t.Cleanup(session.Close)
	for {
		answer, ended, err := p.relay.Handle(p.t.Context(), p.tamperDown(down))
		if err != nil {
			session.Close()
			return session.Result(), err
		}
		if ended {
			return session.Result(), nil
		}
		if down, err = session.Step(p.tamperUp(answer)); err != nil {
			return remoteca.Result{}, err
		}
	}
}

func (p *proof) tamperUp(b []byte) []byte {
	if p.up == nil {
		return b
	}
	m, err := remoteca.ParseUp(b)
	require.NoError(p.t, err)
	p.up(m)
	b, err = m.Encode()
	require.NoError(p.t, err)
	return b
}

func (p *proof) tamperDown(b []byte) []byte {
	if p.down == nil {
		return b
	}
	m, err := remoteca.ParseDown(b)
	require.NoError(p.t, err)
	p.down(m)
	b, err = m.Encode()
	require.NoError(p.t, err)
	return b
}

// TestRemoteChipAuthentication: the service reads the groups over a channel of
// its own, on cards of every kind of key agreement, and what reaches the chip on
// it is protected READ BINARY and nothing else.
func TestRemoteChipAuthentication(t *testing.T) {
	who := persona.All()[0]
	for _, kind := range []string{"", "/ca-only", "/ca-3des", "/aa-after-ca"} {
		t.Run("genuine"+kind, func(t *testing.T) {
			p := newProof(t, lds.DG1, lds.DG13)
			result, err := p.run(who.Name + kind)
			require.NoError(t, err)
			require.True(t, result.Accepted(), "%s %+v", result.Code, result.Report)
			assert.Equal(t, verdict.Passed, result.Report.Get(verdict.ChipAuth).Status)
			assert.Equal(t, verdict.Skipped, result.Report.Get(verdict.ActiveAuth).Status)
			assert.Equal(t, verdict.Passed, result.Report.Get(verdict.Consistency).Status)
			require.NotNil(t, result.DG13)
			assert.Equal(t, who.FullName, result.DG13.FullName)
			assert.True(t, p.relay.Served())
			require.NotEmpty(t, p.heard)
			for _, cmd := range p.heard {
				assert.Equal(t, [2]byte{0x0C, 0xB0}, [2]byte{cmd.CLA, cmd.INS})
			}
			assert.Equal(t, byte(0x81), p.heard[0].P1)
		})
	}
	t.Run("no group: DG14 once more is the proof", func(t *testing.T) {
		p := newProof(t)
		result, err := p.run(who.Name + "/ca-only")
		require.NoError(t, err)
		require.True(t, result.Accepted(), "%s %+v", result.Code, result.Report)
		assert.Nil(t, result.MRZ)
		assert.Equal(t, byte(0x8E), p.heard[0].P1)
	})
	t.Run("the portrait", func(t *testing.T) {
		result, err := newProof(t, lds.DG1, lds.DG2).run(who.Name)
		require.NoError(t, err)
		require.True(t, result.Accepted(), "%s %+v", result.Code, result.Report)
		assert.Greater(t, len(result.Files[lds.DG2]), 1000)
	})
}

// TestRemoteCardsThatAreNotGenuine: of cards whose data no State signed the
// service shows no key at all; chips without the key of DG14 give wrong answers.
func TestRemoteCardsThatAreNotGenuine(t *testing.T) {
	who := persona.All()[0].Name
	for card, want := range map[string]struct {
		code    remoteca.Code
		outcome verdict.Outcome
		reached bool // the service's key came to the agent
	}{
		"signer-unknown": {remoteca.CodeCard, verdict.Unproven, false},
		"signer-forged":  {remoteca.CodeCard, verdict.Failure, false},
		"signer-foreign": {remoteca.CodeCard, verdict.Unproven, false},
		"signer-revoked": {remoteca.CodeCard, verdict.Failure, false},
		"ca-missing":     {remoteca.CodeChip, verdict.Failure, true},
		"ca-key-refused": {remoteca.CodeChip, verdict.Failure, true},
		"ca-wrong-key":   {remoteca.CodeAnswer, verdict.Failure, true},
		"ca-bluff":       {remoteca.CodeAnswer, verdict.Failure, true},
		"aa-only":        {remoteca.CodeNoKey, verdict.Unproven, false},
		"dg13-changed":   {"", verdict.Failure, true},
	} {
		t.Run(card, func(t *testing.T) {
			p := newProof(t, lds.DG1, lds.DG13)
			reached := false
			p.down = func(d *remoteca.Down) { reached = reached || d.Order != nil }
			result, err := p.run(who + "/" + card)
			require.NoError(t, err)
			assert.False(t, result.Accepted())
			assert.Equal(t, want.code, result.Code)
			assert.Equal(t, want.outcome, result.Report.Outcome, "%+v", result.Report)
			assert.Equal(t, want.reached, reached)
		})
	}
}

// TestAgentThatInventsAnswers: the agent has opened the genuine card, knows every
// byte of it and of the conversation, and answers for the chip.
func TestAgentThatInventsAnswers(t *testing.T) {
	for name, invent := range map[string]func(n int, real apdu.Response) apdu.Response{
		"data of its own": func(_ int, real apdu.Response) apdu.Response {
			return apdu.Response{Data: []byte(strings.Repeat("\x61", len(real.Data))), SW: 0x9000}
		},
		"plain data":     func(int, apdu.Response) apdu.Response { return apdu.Response{Data: []byte{0x61, 0x00}, SW: 0x9000} },
		"a bare refusal": func(int, apdu.Response) apdu.Response { return apdu.Response{SW: apdu.SWFileNotFound} },
		"one bit of chip's": func(_ int, real apdu.Response) apdu.Response {
			real.Data = slices.Clone(real.Data)
			real.Data[len(real.Data)/2] ^= 1
			return real
		},
		"nothing": func(int, apdu.Response) apdu.Response { return apdu.Response{SW: 0x9000} },
	} {
		for _, at := range []int{1, 2} {
			t.Run(name, func(t *testing.T) {
				p := newProof(t, lds.DG1, lds.DG13)
				p.chip = func(c apdu.Card) apdu.Card { return &liar{Card: c, at: at, invent: invent} }
				result, err := p.run(persona.All()[0].Name)
				require.NoError(t, err)
				assert.False(t, result.Accepted())
				assert.Equal(t, remoteca.CodeAnswer, result.Code)
				assert.Equal(t, verdict.WrongAnswer, result.Report.Get(verdict.ChipAuth).Reason)
				assert.Equal(t, verdict.Failure, result.Report.Outcome)
			})
		}
	}
	t.Run("an answer heard before", func(t *testing.T) {
		p := newProof(t, lds.DG1, lds.DG13)
		p.chip = func(c apdu.Card) apdu.Card { return &liar{Card: c, at: 2, replay: true} }
		result, err := p.run(persona.All()[0].Name)
		require.NoError(t, err)
		assert.Equal(t, remoteca.CodeAnswer, result.Code)
	})
	t.Run("EF.SOD and DG14 of a genuine card, and no chip", func(t *testing.T) {
		p := newProof(t, lds.DG1)
		p.chip = func(apdu.Card) apdu.Card { return nobody{} }
		result, err := p.run(persona.All()[0].Name)
		require.NoError(t, err)
		assert.Equal(t, remoteca.CodeAnswer, result.Code)
		assert.False(t, result.Accepted())
	})
}

// liar answers for the chip from its at-th answer on.
type liar struct {
	apdu.Card
	n, at  int
	invent func(int, apdu.Response) apdu.Response
	replay bool
	before apdu.Response
}

func (l *liar) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	resp, err := l.Card.Transmit(ctx, cmd)
	if err != nil {
		return resp, err
	}
	if l.n++; l.n < l.at {
		l.before = resp
		return resp, nil
	}
	if l.replay {
		return l.before, nil
	}
	return l.invent(l.n, resp), nil
}

// nobody is an agent that has nothing but what it once read.
type nobody struct{}

func (nobody) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{Data: make([]byte, 64), SW: 0x9000}, nil
}

// TestRemoteTamperTable: what a page can do to the messages, and to its own
// request, is refused by the agent before the chip hears of it, or by the service.
func TestRemoteTamperTable(t *testing.T) {
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(*proof)
		code   remoteca.Code
	}{
		"the server's ephemeral key is swapped": {func(p *proof) {
			p.down = func(d *remoteca.Down) {
				if d.Order != nil {
					d.Order.Key = slices.Concat(d.Order.Key[:len(d.Order.Key)-1], []byte{d.Order.Key[len(d.Order.Key)-1] ^ 1})
				}
			}
		}, remoteca.CodeUnsigned},
		"the key is swapped and signed by the page": {func(p *proof) {
			p.down = func(d *remoteca.Down) {
				if d.Order != nil {
					d.Order.Key = []byte{4, 1, 2}
					require.NoError(t, d.Order.Sign(stranger))
				}
			}
		}, remoteca.CodeUnsigned},
		"another key in the command than in the order": {func(p *proof) {
			p.down = func(d *remoteca.Down) {
				if len(d.Command) > 60 && d.Command[1] == apdu.InsGeneralAuth {
					d.Command[len(d.Command)-5] ^= 1
				}
			}
		}, remoteca.CodeKey},
		"the order of another service": {func(p *proof) { p.service.Key = stranger }, remoteca.CodeUnsigned},
		"no key is pinned":             {func(p *proof) { p.terms.Keys = nil }, remoteca.CodeUnsigned},
		"the order is taken away": {func(p *proof) {
			p.down = func(d *remoteca.Down) { d.Order = nil }
		}, remoteca.CodeCommand},
		"a site that passes another site's request on": {func(p *proof) {
			p.terms.Request.Origin = "https://motcua.example.evil"
		}, remoteca.CodeOrigin},
		"the signed origin is changed": {func(p *proof) {
			p.down = func(d *remoteca.Down) {
				if d.Order != nil {
					d.Order.Origin = "https://other.example.vn"
				}
			}
		}, remoteca.CodeUnsigned},
		"another purpose than the officer saw": {func(p *proof) { p.terms.Request.Purpose = "CT02" }, remoteca.CodeRequest},
		"another nonce":                        {func(p *proof) { p.terms.Request.Nonce = make([]byte, 32) }, remoteca.CodeRequest},
		"more groups than the page asked for":  {func(p *proof) { p.terms.Request.Groups = []lds.Group{lds.DG1} }, remoteca.CodeRequest},
		"an order that has ended": {func(p *proof) {
			p.terms.Now = func() time.Time { return time.Now().Add(3 * time.Minute) }
		}, remoteca.CodeExpired},
		"an order for years": {func(p *proof) {
			p.terms.Now = func() time.Time { return time.Now().Add(-24 * time.Hour) }
		}, remoteca.CodeExpired},
		"a SELECT on the server's channel": {onChannel(func(c *apdu.Command) { c.INS, c.P1, c.P2 = apdu.InsSelect, 0x02, 0x0C }), remoteca.CodeCommand},
		"READ BINARY with INS B1":          {onChannel(func(c *apdu.Command) { c.INS = apdu.InsReadBinaryOdd }), remoteca.CodeCommand},
		"a file that is not granted":       {onChannel(func(c *apdu.Command) { c.P1 = 0x80 | lds.DG2.ShortID() }), remoteca.CodeCommand},
		"EF.SOD":                           {onChannel(func(c *apdu.Command) { c.P1 = 0x80 | lds.ShortSOD }), remoteca.CodeCommand},
		"an offset before a file":          {onChannel(func(c *apdu.Command) { c.P1, c.P2 = 0, 4 }), remoteca.CodeCommand},
		"a file's middle":                  {onChannel(func(c *apdu.Command) { c.P2 = 4 }), remoteca.CodeCommand},
		"UPDATE BINARY":                    {onChannel(func(c *apdu.Command) { c.INS = 0xD6 }), remoteca.CodeCommand},
		"MSE:Set AT on the server's channel": {onChannel(func(c *apdu.Command) {
			c.INS, c.P1, c.P2 = apdu.InsMSE, 0x41, 0xA4
		}), remoteca.CodeCommand},
		"a command in plain": {onChannel(func(c *apdu.Command) { c.CLA = 0 }), remoteca.CodeCommand},
		"a chained command":  {onChannel(func(c *apdu.Command) { c.CLA = 0x1C }), remoteca.CodeCommand},
		"data in READ BINARY": {onChannel(func(c *apdu.Command) {
			c.Data = slices.Concat([]byte{0x87, 0x01, 0x01}, c.Data)
		}), remoteca.CodeCommand},
		"extended length": {onChannel(func(c *apdu.Command) { c.Extended = true }), remoteca.CodeCommand},
		"a message twice": {func(p *proof) {
			p.down = func(d *remoteca.Down) { d.Seq = 1 }
		}, remoteca.CodeSequence},
		"DG14 with the page's own key": {func(p *proof) {
			p.up = func(u *remoteca.Up) {
				if u.Seq == 0 {
					u.DG14 = slices.Clone(u.DG14)
					u.DG14[len(u.DG14)-4] ^= 1
				}
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProof(t, lds.DG1, lds.DG13)
			p.t = t
			c.change(p)
			result, err := p.run(persona.All()[0].Name)
			assert.False(t, result.Accepted())
			assert.Equal(t, c.code, remoteca.CodeOf(err), "%v", err)
			if c.code == "" {
				assert.Equal(t, remoteca.CodeCard, result.Code)
			} else {
				assert.Equal(t, remoteca.CodeEnded, result.Code)
			}
			assert.Empty(t, p.heard, "nothing of it reached the chip")
		})
	}
}

// onChannel changes the first command on the service's channel.
func onChannel(change func(*apdu.Command)) func(*proof) {
	return func(p *proof) {
		p.down = func(d *remoteca.Down) {
			cmd, err := apdu.ParseCommand(d.Command)
			if err != nil || !cmd.Secured() {
				return
			}
			change(&cmd)
			d.Command, _ = cmd.Bytes()
		}
	}
}

// TestRelayEndsWithItsFirstRefusal: nothing passes afterwards, however right it is.
func TestRelayEndsWithItsFirstRefusal(t *testing.T) {
	p := newProof(t, lds.DG1)
	opened := p.open(persona.All()[0].Name)
	relay := remoteca.NewRelay(p.terms, opened.Channel(), opened.Link())
	_, _, err := relay.Handle(t.Context(), []byte("?"))
	require.Equal(t, remoteca.CodeMessage, remoteca.CodeOf(err))
	end, err := remoteca.Down{Seq: 1, End: true}.Encode()
	require.NoError(t, err)
	_, _, again := relay.Handle(t.Context(), end)
	assert.Equal(t, remoteca.CodeMessage, remoteca.CodeOf(again))
}

// TestSessionTakesOneAnswerOnce: the same answer again gets the same message,
// another one is refused and changes nothing.
func TestSessionTakesOneAnswerOnce(t *testing.T) {
	p := newProof(t, lds.DG1)
	opened := p.open(persona.All()[0].Name)
	reader := files.NewReader(opened.Channel(), false)
	sod, err := reader.Read(t.Context(), files.SOD, nil, nil)
	require.NoError(t, err)
	dg14, err := reader.Read(t.Context(), files.Group(lds.DG14), nil, nil)
	require.NoError(t, err)
	relay := remoteca.NewRelay(p.terms, opened.Channel(), opened.Link())
	first, err := remoteca.First(sod, dg14)
	require.NoError(t, err)
	session, down, err := remoteca.Begin(p.service, first)
	require.NoError(t, err)
	defer session.Close()
	again, err := session.Step(first)
	require.NoError(t, err)
	assert.Equal(t, down, again, "a repeated message")
	for _, seq := range []uint32{2, 99} {
		wrong, err := remoteca.Up{Seq: seq, Response: []byte{0x90, 0}}.Encode()
		require.NoError(t, err)
		_, err = session.Step(wrong)
		assert.Equal(t, remoteca.CodeSequence, remoteca.CodeOf(err))
	}
	_, err = session.Step([]byte{0xFF})
	assert.Equal(t, remoteca.CodeMessage, remoteca.CodeOf(err))
	for ended := false; !ended; {
		var answer []byte
		answer, ended, err = relay.Handle(t.Context(), down)
		require.NoError(t, err)
		if !ended {
			down, err = session.Step(answer)
			require.NoError(t, err)
		}
	}
	assert.True(t, session.Result().Accepted())
	_, err = session.Step([]byte{0xFF})
	assert.Error(t, err)
}

// TestSessionEndsByTimeAndByClose: a session that nobody answers is over, with
// its keys.
func TestSessionEndsByTimeAndByClose(t *testing.T) {
	for name, end := range map[string]func(*remoteca.Session){
		"time":  func(s *remoteca.Session) { <-s.Done() },
		"close": func(s *remoteca.Session) { s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newProof(t, lds.DG1)
			opened := p.open(persona.All()[0].Name)
			reader := files.NewReader(opened.Channel(), false)
			sod, err := reader.Read(t.Context(), files.SOD, nil, nil)
			require.NoError(t, err)
			dg14, err := reader.Read(t.Context(), files.Group(lds.DG14), nil, nil)
			require.NoError(t, err)
			first, err := remoteca.First(sod, dg14)
			require.NoError(t, err)
			if name == "time" {
				p.service.Until = time.Now().Add(300 * time.Millisecond)
			}
			session, _, err := remoteca.Begin(p.service, first)
			require.NoError(t, err)
			end(session)
			result := session.Result()
			assert.Equal(t, remoteca.CodeEnded, result.Code)
			assert.False(t, result.Accepted())
			late, err := remoteca.Up{Seq: 1, Response: []byte{0x90, 0}}.Encode()
			require.NoError(t, err)
			_, err = session.Step(late)
			assert.Equal(t, remoteca.CodeEnded, remoteca.CodeOf(err))
		})
	}
}

// TestBeginRefuses what is no session.
func TestBeginRefuses(t *testing.T) {
	p := newProof(t, lds.DG1)
	good, err := remoteca.First([]byte{0x77, 0}, []byte{0x6E, 0})
	require.NoError(t, err)
	for name, change := range map[string]func(*remoteca.Service){
		"no nonce":    func(s *remoteca.Service) { s.Request.Nonce = nil },
		"no key":      func(s *remoteca.Service) { s.Key = nil },
		"over":        func(s *remoteca.Service) { s.Until = time.Now().Add(-time.Second) },
		"without end": func(s *remoteca.Service) { s.Until = time.Now().Add(time.Hour) },
	} {
		s := p.service
		change(&s)
		_, _, err := remoteca.Begin(s, good)
		assert.True(t, errors.Is(err, evidence.ErrRequest), "%s: %v", name, err)
	}
	session, down, err := remoteca.Begin(p.service, good)
	require.NoError(t, err)
	end, err := remoteca.ParseDown(down)
	require.NoError(t, err)
	assert.True(t, end.End)
	assert.Equal(t, remoteca.CodeCard, session.Result().Code)
	assert.ElementsMatch(t, []lds.Group{lds.DG14}, slices.Collect(maps.Keys(session.Result().Files)))
}

// TestRemoteAnchorsWithinTheirScope: how far the operator trusts an anchor counts
// before a key is sent, also while DG1 is not there to compare document types.
func TestRemoteAnchorsWithinTheirScope(t *testing.T) {
	anchors, err := testIssuer.Anchors()
	require.NoError(t, err)
	for name, c := range map[string]struct {
		note     trust.Note
		groups   []lds.Group
		accepted bool
		code     remoteca.Code
	}{
		"no limit":                      {trust.Note{}, nil, true, ""},
		"for master lists":              {trust.Note{Use: trust.ForLists}, []lds.Group{lds.DG1}, false, remoteca.CodeCard},
		"for identity cards":            {trust.Note{Types: []string{"I"}}, []lds.Group{lds.DG1}, true, ""},
		"for identity cards, no DG1":    {trust.Note{Types: []string{"I"}}, nil, false, remoteca.CodeCard},
		"for passports, with DG1":       {trust.Note{Types: []string{"P"}}, []lds.Group{lds.DG1}, false, ""},
		"for passports, DG1 not asked":  {trust.Note{Types: []string{"P"}}, nil, false, remoteca.CodeCard},
		"for documents of every kind":   {trust.Note{Use: trust.ForDocuments}, nil, true, ""},
		"for documents, and DG13 alone": {trust.Note{Use: trust.ForDocuments}, []lds.Group{lds.DG13}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProof(t, c.groups...)
			p.service.Store = &trust.Store{}
			for _, a := range anchors {
				require.Empty(t, p.service.Store.Add(a.File, c.note.PEM("CERTIFICATE", a.DER)))
			}
			result, err := p.run(persona.All()[0].Name)
			require.NoError(t, err)
			assert.Equal(t, c.accepted, result.Accepted(), "%+v", result.Report)
			assert.Equal(t, c.code, result.Code)
		})
	}
}
