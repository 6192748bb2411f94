package service

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/internal/evidencetest"
	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

// world is a service over a database, with a tenant and a card.
type world struct {
	*Service
	t      *testing.T
	store  *store.Store
	tenant store.Tenant
	card   *evidencetest.Card
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	db, err := store.Open("sqlite:" + filepath.Join(t.TempDir(), "verifier.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	anchors := evidencetest.Trust(t)
	config := Config{Store: db, Anchors: func() *trust.Store { return anchors }}
	if change != nil {
		change(&config)
	}
	w := &world{Service: New(config), t: t, store: db, card: evidencetest.NewCard(t, "mau")}
	w.tenant = w.addTenant("một cửa")
	return w
}

func (w *world) addTenant(name string) store.Tenant {
	w.t.Helper()
	tn, err := tenant.New(name, []string{"https://motcua.example.vn"}, []string{"CT01"}, 1000, 1000, time.Hour)
	require.NoError(w.t, err)
	_, hash := tenant.NewKey()
	require.NoError(w.t, w.store.AddTenant(w.t.Context(), tn, hash))
	return tn
}

func ask() Ask {
	return Ask{Origin: "https://motcua.example.vn", Purpose: "CT01", Groups: []lds.Group{lds.DG1}, Session: "phiên 1"}
}

func (w *world) issue() store.Request {
	w.t.Helper()
	r, err := w.Issue(w.t.Context(), w.tenant, ask())
	require.NoError(w.t, err)
	return r
}

func (w *world) submission(r store.Request, change ...func(*evidence.Bundle)) Submission {
	w.t.Helper()
	b := w.card.Answer(w.t, r.Request)
	for _, c := range change {
		c(b)
	}
	data, err := b.CBOR()
	require.NoError(w.t, err)
	return Submission{Request: r.ID, Session: "phiên 1", Bundle: data}
}

func refused(t *testing.T, want Code, err error) {
	t.Helper()
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, want, r.Code)
}

// audit is what the record says of the request, the newest first.
func (w *world) audit(id string) (what []string) {
	w.t.Helper()
	lines, err := w.store.Audit(w.t.Context(), "", 100)
	require.NoError(w.t, err)
	for _, line := range lines {
		if line.Request == id {
			what = append(what, line.What)
		}
	}
	return what
}

func TestAGenuineCardIsAcceptedOnce(t *testing.T) {
	w := newWorld(t, nil)
	r := w.issue()
	in := w.submission(r)
	got, err := w.Judge(t.Context(), w.tenant, in)
	require.NoError(t, err)
	assert.True(t, got.Request.Outcome.Accepted)
	assert.Equal(t, store.StateAccepted, got.Request.State)
	require.NotNil(t, got.Citizen)
	assert.Equal(t, w.card.Persona.Number, got.Citizen.PersonalNumber)
	assert.NotContains(t, got.Request.Outcome.Report, w.card.Persona.Number, "what is kept has no personal data")
	assert.Nil(t, got.Request.Outcome.Bundle)

	_, err = w.Judge(t.Context(), w.tenant, in)
	refused(t, NonceUsed, err)
	assert.Equal(t, []string{"NONCE_USED", "accepted"}, w.audit(r.ID))
}

func TestARefusedBundleUsesTheNonceUp(t *testing.T) {
	w := newWorld(t, nil)
	r := w.issue()
	bad := w.submission(r, func(b *evidence.Bundle) { b.Signature[0] ^= 1 })
	got, err := w.Judge(t.Context(), w.tenant, bad)
	require.NoError(t, err)
	assert.False(t, got.Request.Outcome.Accepted)
	assert.Nil(t, got.Citizen)
	_, err = w.Judge(t.Context(), w.tenant, w.submission(r))
	refused(t, NonceUsed, err)
	assert.Equal(t, []string{"NONCE_USED", "refused activeAuth:WRONG_ANSWER"}, w.audit(r.ID))
}

func TestWhatIsNotJudgedStandsInTheAudit(t *testing.T) {
	w := newWorld(t, nil)
	other := w.addTenant("đơn vị khác")
	r := w.issue()
	in := w.submission(r)
	_, err := w.Judge(t.Context(), other, in)
	refused(t, RequestUnknown, err)
	wrong := in
	wrong.Session = "phiên 2"
	_, err = w.Judge(t.Context(), w.tenant, wrong)
	refused(t, SessionMismatch, err)
	assert.Equal(t, []string{"SESSION_MISMATCH", "REQUEST_FOREIGN"}, w.audit(r.ID))
	wrong = in
	wrong.Request = "nobody's"
	_, err = w.Judge(t.Context(), w.tenant, wrong)
	refused(t, RequestUnknown, err)
	assert.Equal(t, []string{"REQUEST_UNKNOWN"}, w.audit("nobody's"))
	wrong.Bundle = []byte("not a bundle")
	_, err = w.Judge(t.Context(), w.tenant, wrong)
	refused(t, EvidenceMalformed, err)

	got, err := w.Judge(t.Context(), w.tenant, in)
	require.NoError(t, err)
	assert.True(t, got.Request.Outcome.Accepted, "none of that used the nonce up")

	r = w.issue()
	in = w.submission(r, func(b *evidence.Bundle) { b.Origin = "https://motcua.example.vn.evil.example" })
	_, err = w.Judge(t.Context(), w.tenant, in)
	require.NoError(t, err)
	assert.Equal(t, []string{"refused origin:ORIGIN_MISMATCH"}, w.audit(r.ID))
}

func TestIssueRefuses(t *testing.T) {
	w := newWorld(t, nil)
	for name, tc := range map[string]struct {
		change func(*Ask)
		want   Code
	}{
		"another site":     {func(a *Ask) { a.Origin = "https://evil.example" }, OriginNotAllowed},
		"another purpose":  {func(a *Ask) { a.Purpose = "CT07" }, PurposeNotAllowed},
		"no session":       {func(a *Ask) { a.Session = "" }, RequestMalformed},
		"too long":         {func(a *Ask) { a.Life = MaxLife + 1 }, RequestMalformed},
		"too short":        {func(a *Ask) { a.Life = -1 }, RequestMalformed},
		"groups unordered": {func(a *Ask) { a.Groups = []lds.Group{lds.DG13, lds.DG1} }, RequestMalformed},
		"a key's group":    {func(a *Ask) { a.Groups = []lds.Group{lds.DG15} }, RequestMalformed},
		"another way":      {func(a *Ask) { a.Kind = "telepathy" }, KindUnknown},
	} {
		a := ask()
		tc.change(&a)
		_, err := w.Issue(t.Context(), w.tenant, a)
		refused(t, tc.want, err)
		_ = name
	}
	a, b := w.issue(), w.issue()
	assert.NotEqual(t, a.Nonce, b.Nonce)
	assert.Len(t, a.Nonce, 32)
	assert.Equal(t, DefaultLife, a.Expires.Sub(a.Issued))
}

func TestIssuingIsRateLimited(t *testing.T) {
	w := newWorld(t, nil)
	tn, err := tenant.New("chậm", []string{"https://motcua.example.vn"}, nil, 0.001, 2, time.Hour)
	require.NoError(t, err)
	_, hash := tenant.NewKey()
	require.NoError(t, w.store.AddTenant(t.Context(), tn, hash))
	for range 2 {
		_, err := w.Issue(t.Context(), tn, ask())
		require.NoError(t, err)
	}
	_, err = w.Issue(t.Context(), tn, ask())
	refused(t, RateLimited, err)
	w.issue() // another tenant has its own
}

func TestTheAgentsKeyIsTheTenants(t *testing.T) {
	w := newWorld(t, nil)
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signed := func(accepted bool) string {
		r := w.issue()
		got, err := w.Judge(t.Context(), w.tenant, w.submission(r, func(b *evidence.Bundle) { require.NoError(t, b.Sign(key)) }))
		require.NoError(t, err)
		assert.Equal(t, accepted, got.Request.Outcome.Accepted)
		assert.Contains(t, got.Request.Outcome.Report, `"genuine":true`, "whoever carried it")
		return got.Request.Outcome.Report
	}
	assert.Contains(t, signed(true), `"id":"agent","status":"unavailable","reason":"AGENT_UNKNOWN"`)
	require.NoError(t, w.store.SetAgent(t.Context(), w.tenant.ID, store.Agent{Key: public}))
	assert.Contains(t, signed(true), `"id":"agent","status":"passed"`)
	require.NoError(t, w.store.SetAgent(t.Context(), w.tenant.ID, store.Agent{Key: public, Revoked: true}))
	assert.Contains(t, signed(false), `"id":"agent","status":"failed","reason":"AGENT_REVOKED"`)
}

func TestTheSameSubmissionHearsTheSameOutcome(t *testing.T) {
	w := newWorld(t, nil)
	r := w.issue()
	in := w.submission(r)
	in.Key = "lần 1"
	first, err := w.Judge(t.Context(), w.tenant, in)
	require.NoError(t, err)
	assert.False(t, first.Replayed)
	again, err := w.Judge(t.Context(), w.tenant, in)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.Request, again.Request)
	assert.Equal(t, first.Citizen, again.Citizen)
	other := w.submission(r)
	other.Key = in.Key
	_, err = w.Judge(t.Context(), w.tenant, other)
	refused(t, IdempotencyMismatch, err)
	other.Key = "lần 2"
	_, err = w.Judge(t.Context(), w.tenant, other)
	refused(t, NonceUsed, err)
}

func TestBundlesAreKeptOnlyWhereThatWasSaid(t *testing.T) {
	w := newWorld(t, nil)
	tn, err := tenant.New("lưu", []string{"https://motcua.example.vn"}, nil, 10, 10, time.Hour)
	require.NoError(t, err)
	tn.KeepBundles = true
	_, hash := tenant.NewKey()
	require.NoError(t, w.store.AddTenant(t.Context(), tn, hash))
	w.tenant = tn
	r := w.issue()
	in := w.submission(r)
	got, err := w.Judge(t.Context(), tn, in)
	require.NoError(t, err)
	assert.Equal(t, in.Bundle, got.Request.Outcome.Bundle)
}

func TestManualOriginsOnlyInTrials(t *testing.T) {
	manual := func(b *evidence.Bundle) { b.Manual = true }
	w := newWorld(t, nil)
	got, err := w.Judge(t.Context(), w.tenant, w.submission(w.issue(), manual))
	require.NoError(t, err)
	assert.False(t, got.Request.Outcome.Accepted)
	w = newWorld(t, func(c *Config) { c.AcceptManualOrigin = true })
	got, err = w.Judge(t.Context(), w.tenant, w.submission(w.issue(), manual))
	require.NoError(t, err)
	assert.True(t, got.Request.Outcome.Accepted)
}

// faulty is a database whose n-th answer is lost after it was carried out.
type faulty struct {
	*store.Store
	decide func(done bool) error
}

func (f *faulty) Decide(ctx context.Context, tn, id string, o store.Outcome, keep time.Duration) (store.Request, error) {
	if err := f.decide(false); err != nil {
		return store.Request{}, err
	}
	r, err := f.Store.Decide(ctx, tn, id, o, keep)
	if lost := f.decide(true); lost != nil {
		return store.Request{}, lost
	}
	return r, err
}

// The connection breaks before the commit, or after it and before its answer:
// the caller is told neither yes nor no, and the same submission comes to one outcome.
func TestAnAnswerThatWasLost(t *testing.T) {
	for name, when := range map[string]bool{"before the commit": false, "after it": true} {
		t.Run(name, func(t *testing.T) {
			var broken atomic.Bool
			f := &faulty{decide: func(done bool) error {
				if broken.Load() && done == when {
					return errors.Join(store.ErrUnavailable, errors.New("connection reset"))
				}
				return nil
			}}
			w := newWorld(t, func(c *Config) { f.Store = c.Store.(*store.Store); c.Store = f })
			r := w.issue()
			in := w.submission(r)
			in.Key = "lần 1"
			broken.Store(true)
			_, err := w.Judge(t.Context(), w.tenant, in)
			refused(t, Unavailable, err)
			broken.Store(false)
			got, err := w.Judge(t.Context(), w.tenant, in)
			require.NoError(t, err)
			assert.True(t, got.Request.Outcome.Accepted)
			assert.Equal(t, when, got.Replayed)
			other := in
			other.Key = ""
			_, err = w.Judge(t.Context(), w.tenant, other)
			refused(t, NonceUsed, err)
		})
	}
}

// The same bundle from many at once, without a key: one is accepted.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	in := w.submission(w.issue())
	var accepted, used atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			got, err := w.Judge(context.Background(), w.tenant, in)
			var r *Refusal
			switch {
			case err == nil && got.Request.Outcome.Accepted:
				accepted.Add(1)
			case errors.As(err, &r) && r.Code == NonceUsed:
				used.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, accepted.Load())
	assert.EqualValues(t, 15, used.Load())
}
