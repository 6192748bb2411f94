package evidence_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/internal/evidencetest"
)

// tampering is a stored request, its untouched bundle, and other genuine ones: of
// the same card for another request, of another card for the same request.
type tampering struct {
	request                     evidence.Request
	good, otherRequest, another *evidence.Bundle
	store                       *trust.Store
	agent                       ed25519.PublicKey
}

func newTampering(t testing.TB) tampering {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	_, otherKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidence.Request{Nonce: []byte(strings.Repeat("n", 32)), Origin: "https://motcua.example.vn", Purpose: "CT01", Groups: []lds.Group{lds.DG1, lds.DG13}}
	other := evidence.Request{Nonce: []byte(strings.Repeat("o", 32)), Origin: "https://khac.example.vn", Purpose: "CT07", Groups: []lds.Group{lds.DG1}}
	card, stranger := evidencetest.NewCard(t, "mau"), evidencetest.NewCard(t, "cao-tuoi")
	tm := tampering{request: request, store: evidencetest.Trust(t), agent: public}
	tm.good, tm.otherRequest, tm.another = card.Answer(t, request), card.Answer(t, other), stranger.Answer(t, request)
	tm.otherRequest.Time, tm.otherRequest.Software = tm.good.Time-60, "another"
	tm.another.Manual = true
	for b, k := range map[*evidence.Bundle]ed25519.PrivateKey{tm.good: key, tm.otherRequest: key, tm.another: otherKey} {
		require.NoError(t, b.Sign(k))
	}
	return tm
}

func (tm tampering) verify(b *evidence.Bundle) evidence.Result {
	return evidence.Verify(b, evidence.Expected{Request: tm.request, Nonce: evidence.NonceOpen, Store: tm.store, Now: time.Now(),
		Agent: func(k ed25519.PublicKey) evidence.AgentState {
			if tm.agent.Equal(k) {
				return evidence.AgentEnrolled
			}
			return evidence.AgentUnknown
		}})
}

// why is the check that must fail, with its reason.
type why struct {
	id     verdict.ID
	reason verdict.Reason
}

// The whole table: each field of a bundle changed, removed, and taken from
// another genuine bundle. A field without its rows fails the test.
func TestEveryFieldOfABundle(t *testing.T) {
	tm := newTampering(t)
	require.True(t, tm.verify(tm.good).Accepted(), "the untouched one")
	require.Equal(t, verdict.Passed, tm.verify(tm.good).Report.Get(verdict.Agent).Status)

	fresh := func(r verdict.Reason) why { return why{verdict.Freshness, r} }
	agent := why{verdict.Agent, verdict.SignatureInvalid}
	wrong := why{verdict.ActiveAuth, verdict.WrongAnswer}
	// changed, removed, swapped; the bundle that the swap takes from.
	rows := map[string]struct {
		changed, removed, swapped why
		from                      *evidence.Bundle
	}{
		"Version":        {fresh(verdict.VersionUnknown), fresh(verdict.VersionUnknown), agent, nil},
		"Nonce":          {fresh(verdict.NonceMismatch), fresh(verdict.NonceMismatch), fresh(verdict.NonceMismatch), tm.otherRequest},
		"Origin":         {why{verdict.Origin, verdict.OriginMismatch}, why{verdict.Origin, verdict.OriginMismatch}, why{verdict.Origin, verdict.OriginMismatch}, tm.otherRequest},
		"Manual":         {why{verdict.Origin, verdict.OriginManual}, agent, why{verdict.Origin, verdict.OriginManual}, tm.another},
		"Purpose":        {fresh(verdict.PurposeMismatch), fresh(verdict.PurposeMismatch), fresh(verdict.PurposeMismatch), tm.otherRequest},
		"Groups":         {fresh(verdict.GroupsMismatch), fresh(verdict.GroupsMismatch), fresh(verdict.GroupsMismatch), tm.otherRequest},
		"Time":           {agent, agent, agent, tm.otherRequest},
		"SOD":            {why{verdict.Signature, verdict.SignatureInvalid}, why{verdict.Hashes, verdict.SODMissing}, why{verdict.Hashes, verdict.HashMismatch}, tm.another},
		"Files":          {why{verdict.Hashes, verdict.HashMismatch}, fresh(verdict.GroupsMismatch), why{verdict.Hashes, verdict.HashMismatch}, tm.another},
		"Signature":      {wrong, wrong, wrong, tm.otherRequest},
		"Software":       {agent, agent, agent, tm.otherRequest},
		"AgentKey":       {agent, agent, agent, tm.another},
		"AgentSignature": {agent, agent, agent, tm.otherRequest},
	}
	kind := reflect.TypeFor[evidence.Bundle]()
	assert.Len(t, rows, kind.NumField())
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		row, there := rows[name]
		require.True(t, there, "no row for %s", name)
		for how, tc := range map[string]struct {
			to   reflect.Value
			want why
		}{
			"changed": {changed(reflect.ValueOf(*tm.good).Field(i)), row.changed},
			"removed": {reflect.Zero(kind.Field(i).Type), row.removed},
			"swapped": {swapped(tm, row.from, i), row.swapped},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				b := *tm.good
				same := reflect.DeepEqual(tc.to.Interface(), reflect.ValueOf(b).Field(i).Interface())
				reflect.ValueOf(&b).Elem().Field(i).Set(tc.to)
				result := tm.verify(&b)
				if same { // nothing was changed: false for false, the one version for itself
					assert.True(t, result.Accepted())
					return
				}
				assert.False(t, result.Accepted())
				check := result.Report.Get(tc.want.id)
				assert.Equal(t, verdict.Failed, check.Status)
				assert.Equal(t, tc.want.reason, check.Reason)
			})
		}
	}
}

// changed is another value of the kind: a bit in the last byte, a further letter.
func changed(v reflect.Value) reflect.Value {
	switch x := v.Interface().(type) {
	case int:
		return reflect.ValueOf(x + 1)
	case int64:
		return reflect.ValueOf(x + 1)
	case bool:
		return reflect.ValueOf(!x)
	case string:
		return reflect.ValueOf(x + "x")
	case []byte:
		return reflect.ValueOf(flipped(x))
	case []lds.Group:
		return reflect.ValueOf(append(x[:len(x):len(x)], lds.DG16))
	case map[lds.Group][]byte:
		files := maps.Clone(x)
		files[lds.DG13] = flipped(files[lds.DG13])
		return reflect.ValueOf(files)
	}
	panic("a kind of field without a change: " + v.Type().String())
}

func flipped(b []byte) []byte {
	c := append([]byte(nil), b...)
	c[len(c)-1] ^= 1
	return c
}

func swapped(tm tampering, from *evidence.Bundle, field int) reflect.Value {
	if from == nil {
		from = tm.good
	}
	return reflect.ValueOf(*from).Field(field)
}

// Each file of a bundle for itself: changed, removed, of another card.
func TestEveryFileOfABundle(t *testing.T) {
	tm := newTampering(t)
	for g := range tm.good.Files {
		for how, tc := range map[string]struct {
			to   []byte
			want why
		}{
			"changed": {flipped(tm.good.Files[g]), why{verdict.Hashes, verdict.HashMismatch}},
			"swapped": {tm.another.Files[g], why{verdict.Hashes, verdict.HashMismatch}},
			"removed": {nil, map[lds.Group]why{
				lds.DG1: {verdict.Freshness, verdict.GroupsMismatch}, lds.DG13: {verdict.Freshness, verdict.GroupsMismatch},
				lds.DG14: {verdict.Agent, verdict.SignatureInvalid}, lds.DG15: {verdict.Agent, verdict.SignatureInvalid}}[g]},
		} {
			t.Run(g.String()+" "+how, func(t *testing.T) {
				b := *tm.good
				b.Files = maps.Clone(b.Files)
				if b.Files[g] = tc.to; tc.to == nil {
					delete(b.Files, g)
				}
				result := tm.verify(&b)
				assert.False(t, result.Accepted())
				assert.Equal(t, verdict.Failed, result.Report.Get(tc.want.id).Status)
				assert.Equal(t, tc.want.reason, result.Report.Get(tc.want.id).Reason)
			})
		}
	}
}

// No byte of an encoded bundle can be changed: it is no bundle any more, or it is
// not accepted. Every eleventh is tried, or all with CHIPID_EVERY_BYTE set.
func TestEveryByteOfABundle(t *testing.T) {
	tm := newTampering(t)
	data, err := tm.good.CBOR()
	require.NoError(t, err)
	step := 11
	if os.Getenv("CHIPID_EVERY_BYTE") != "" {
		step = 1
	}
	for i := 0; i < len(data); i += step {
		b := append([]byte(nil), data...)
		b[i] ^= 1 << (i % 8)
		bundle, err := evidence.Parse(b)
		if err != nil {
			require.ErrorIs(t, err, evidence.ErrBundle)
			continue
		}
		require.False(t, tm.verify(bundle).Accepted(), "byte %d", i)
	}
}
