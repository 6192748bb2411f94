package scenario_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// evidenceOf reads a card for a request and makes a bundle of it.
func evidenceOf(t testing.TB, name string, request evidence.Request, key ed25519.PrivateKey) *evidence.Bundle {
	t.Helper()
	challenge := request.Challenge()
	card := insert(t, name)
	who := persona.All()[0]
	result, err := cardlib.Read(t.Context(), card, keysOf(t, who, false), cardlib.Plan{Challenge: &challenge})
	require.NoError(t, err)
	require.NotNil(t, result.Document.ActiveAuth)
	b, err := evidence.Collect(request, false, evidence.Read{
		SOD: result.Document.SOD, Files: result.Document.Groups, Signature: result.Document.ActiveAuth.Signature,
	}, "test", time.Now())
	require.NoError(t, err)
	require.NoError(t, b.Sign(key))
	return b
}

func evidenceRequest(nonce byte, groups ...lds.Group) evidence.Request {
	n := make([]byte, 32)
	n[0] = nonce
	return evidence.Request{Nonce: n, Origin: "https://motcua.example.vn", Purpose: "CT01", Groups: groups}
}

// The tamper table: every field of a bundle changed, removed or taken from
// another genuine bundle is refused with its reason; the untouched one is not.
func TestEvidenceTamperTable(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidenceRequest(1, lds.DG1, lds.DG13)
	name := persona.All()[0].Name
	good := evidenceOf(t, name, request, key)
	later := evidenceOf(t, name, evidenceRequest(2, lds.DG1, lds.DG13), key)
	stranger := evidenceOf(t, name+"/two-persons", request, key)
	expected := func() evidence.Expected {
		return evidence.Expected{
			Request: request, Nonce: evidence.NonceOpen, Store: mockTrust(t, testIssuer), Now: time.Now(),
			Agent: func(k ed25519.PublicKey) evidence.AgentState {
				if k.Equal(key.Public()) {
					return evidence.AgentEnrolled
				}
				return evidence.AgentUnknown
			},
		}
	}
	untouched := evidence.Verify(good, expected())
	require.True(t, untouched.Accepted(), "%+v", untouched.Report)
	require.Equal(t, verdict.Passed, untouched.Report.Get(verdict.Agent).Status)
	require.NotNil(t, untouched.DG13)

	type row struct {
		change func(b *evidence.Bundle, w *evidence.Expected)
		id     verdict.ID
		reason verdict.Reason
	}
	flip := func(b []byte) []byte {
		c := append([]byte(nil), b...)
		c[len(c)/2] ^= 1
		return c
	}
	file := func(g lds.Group, change func([]byte) []byte) func(*evidence.Bundle, *evidence.Expected) {
		return func(b *evidence.Bundle, _ *evidence.Expected) {
			b.Files = maps.Clone(b.Files)
			if b.Files[g] = change(b.Files[g]); b.Files[g] == nil {
				delete(b.Files, g)
			}
		}
	}
	flipLast := func(b []byte) []byte {
		c := append([]byte(nil), b...)
		c[len(c)-1] ^= 1
		return c
	}
	drop := func([]byte) []byte { return nil }
	for name, r := range map[string]row{
		"version":                 {func(b *evidence.Bundle, _ *evidence.Expected) { b.Version = 2 }, verdict.Freshness, verdict.VersionUnknown},
		"nonce":                   {func(b *evidence.Bundle, _ *evidence.Expected) { b.Nonce = flip(b.Nonce) }, verdict.Freshness, verdict.NonceMismatch},
		"nonce of another":        {func(b *evidence.Bundle, _ *evidence.Expected) { *b = *later }, verdict.Freshness, verdict.NonceMismatch},
		"answer of another":       {func(b *evidence.Bundle, _ *evidence.Expected) { b.Signature = later.Signature }, verdict.ActiveAuth, verdict.WrongAnswer},
		"answer changed":          {func(b *evidence.Bundle, _ *evidence.Expected) { b.Signature = flip(b.Signature) }, verdict.ActiveAuth, verdict.WrongAnswer},
		"answer removed":          {func(b *evidence.Bundle, _ *evidence.Expected) { b.Signature = nil }, verdict.ActiveAuth, verdict.WrongAnswer},
		"origin":                  {func(b *evidence.Bundle, _ *evidence.Expected) { b.Origin = "https://motcua.example.vn.evil.example" }, verdict.Origin, verdict.OriginMismatch},
		"origin by hand":          {func(b *evidence.Bundle, _ *evidence.Expected) { b.Manual = true }, verdict.Origin, verdict.OriginManual},
		"purpose":                 {func(b *evidence.Bundle, _ *evidence.Expected) { b.Purpose = "CT02" }, verdict.Freshness, verdict.PurposeMismatch},
		"groups":                  {func(b *evidence.Bundle, _ *evidence.Expected) { b.Groups = []lds.Group{lds.DG1} }, verdict.Freshness, verdict.GroupsMismatch},
		"SOD's signature changed": {func(b *evidence.Bundle, _ *evidence.Expected) { b.SOD = flipLast(b.SOD) }, verdict.Signature, verdict.SignatureInvalid},
		"SOD removed":             {func(b *evidence.Bundle, _ *evidence.Expected) { b.SOD = nil }, verdict.Hashes, verdict.SODMissing},
		"SOD of another":          {func(b *evidence.Bundle, _ *evidence.Expected) { b.SOD = stranger.SOD }, verdict.Hashes, verdict.HashMismatch},
		"DG1 changed":             {file(lds.DG1, flip), verdict.Hashes, verdict.HashMismatch},
		"DG1 removed":             {file(lds.DG1, drop), verdict.Freshness, verdict.GroupsMismatch},
		"DG13 changed":            {file(lds.DG13, flip), verdict.Hashes, verdict.HashMismatch},
		"DG13 removed":            {file(lds.DG13, drop), verdict.Freshness, verdict.GroupsMismatch},
		"DG13 of another":         {file(lds.DG13, func([]byte) []byte { return stranger.Files[lds.DG13] }), verdict.Hashes, verdict.HashMismatch},
		"DG14 changed":            {file(lds.DG14, flip), verdict.Hashes, verdict.HashMismatch},
		"DG15 changed":            {file(lds.DG15, flip), verdict.Hashes, verdict.HashMismatch},
		"a group nobody asked":    {file(lds.DG2, func([]byte) []byte { return []byte{0x75, 0} }), verdict.Freshness, verdict.GroupsMismatch},
		"a second list of groups": {func(_ *evidence.Bundle, w *evidence.Expected) { w.Request.Groups = []lds.Group{lds.DG1} }, verdict.ActiveAuth, verdict.WrongAnswer},
		"nonce used":              {func(_ *evidence.Bundle, w *evidence.Expected) { w.Nonce = evidence.NonceUsed }, verdict.Freshness, verdict.NonceUsed},
		"nonce expired":           {func(_ *evidence.Bundle, w *evidence.Expected) { w.Nonce = evidence.NonceExpired }, verdict.Freshness, verdict.NonceExpired},
		"nonce never issued":      {func(_ *evidence.Bundle, w *evidence.Expected) { w.Nonce = evidence.NonceUnknown }, verdict.Freshness, verdict.NonceUnknown},
		"another site's request":  {func(_ *evidence.Bundle, w *evidence.Expected) { w.Request.Origin = "https://other.example.vn" }, verdict.Origin, verdict.OriginMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			b, want := *good, expected()
			r.change(&b, &want)
			result := evidence.Verify(&b, want)
			assert.False(t, result.Accepted())
			check := result.Report.Get(r.id)
			assert.Equal(t, verdict.Failed, check.Status)
			assert.Equal(t, r.reason, check.Reason)
		})
	}
}

// DG15 left out leaves nothing that proves the chip; an unknown anchor nothing
// that proves the State. Neither is an alarm, and neither is accepted.
func TestEvidenceThatProvesTooLittle(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidenceRequest(1, lds.DG1)
	good := evidenceOf(t, persona.All()[0].Name, request, key)
	want := evidence.Expected{Request: request, Nonce: evidence.NonceOpen, Store: mockTrust(t, testIssuer), Now: time.Now()}

	b := *good
	b.Files = map[lds.Group][]byte{lds.DG1: good.Files[lds.DG1]}
	result := evidence.Verify(&b, want)
	assert.False(t, result.Accepted())
	assert.Equal(t, verdict.Unproven, result.Report.Outcome)
	assert.Equal(t, verdict.GroupUnread, result.Report.Get(verdict.ActiveAuth).Reason)

	want.Store = nil
	result = evidence.Verify(good, want)
	assert.False(t, result.Accepted())
	assert.Equal(t, verdict.Unproven, result.Report.Outcome)
}

// TestEvidenceOfOddCards: what the files of two cards say, put together by whoever holds both.
func TestEvidenceOfOddCards(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidenceRequest(1, lds.DG1, lds.DG13)
	name := persona.All()[0].Name
	want := evidence.Expected{Request: request, Nonce: evidence.NonceOpen, Store: mockTrust(t, testIssuer), Now: time.Now()}

	two := evidence.Verify(evidenceOf(t, name+"/two-persons", request, key), want)
	assert.False(t, two.Accepted())
	assert.Equal(t, verdict.Fail(verdict.Consistency, verdict.DG1DG13Mismatch, "DG1", "DG13"), two.Report.Get(verdict.Consistency))

	keyless := *evidenceOf(t, name, request, key)
	profile := insert(t, name+"/ca-only").(interface{ Profile() chip.Profile }).Profile()
	keyless.SOD = profile.LDS[chip.FileSOD]
	result := evidence.Verify(&keyless, want)
	assert.False(t, result.Accepted())
	assert.Equal(t, verdict.NoVerdict(verdict.ActiveAuth, verdict.NoKey), result.Report.Get(verdict.ActiveAuth))
}

// genuine does not depend on who carried the evidence.
func TestTheAgentsSignatureIsSaidBeside(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	request := evidenceRequest(1, lds.DG1)
	good := evidenceOf(t, persona.All()[0].Name, request, key)
	for name, tc := range map[string]struct {
		change func(*evidence.Bundle)
		state  evidence.AgentState
		want   verdict.Check
	}{
		"enrolled": {func(*evidence.Bundle) {}, evidence.AgentEnrolled, verdict.Pass(verdict.Agent)},
		"unknown":  {func(*evidence.Bundle) {}, evidence.AgentUnknown, verdict.NoVerdict(verdict.Agent, verdict.AgentUnknown)},
		"revoked":  {func(*evidence.Bundle) {}, evidence.AgentRevoked, verdict.Fail(verdict.Agent, verdict.AgentRevoked)},
		"changed":  {func(b *evidence.Bundle) { b.Software = "other" }, evidence.AgentEnrolled, verdict.Fail(verdict.Agent, verdict.SignatureInvalid)},
		"time":     {func(b *evidence.Bundle) { b.Time++ }, evidence.AgentEnrolled, verdict.Fail(verdict.Agent, verdict.SignatureInvalid)},
		"unsigned": {func(b *evidence.Bundle) { b.AgentKey, b.AgentSignature = nil, nil }, evidence.AgentEnrolled, verdict.NoVerdict(verdict.Agent, verdict.AgentUnsigned)},
	} {
		t.Run(name, func(t *testing.T) {
			b := *good
			tc.change(&b)
			result := evidence.Verify(&b, evidence.Expected{
				Request: request, Nonce: evidence.NonceOpen, Store: mockTrust(t, testIssuer), Now: time.Now(),
				Agent: func(ed25519.PublicKey) evidence.AgentState { return tc.state },
			})
			assert.Equal(t, tc.want, result.Report.Get(verdict.Agent))
			assert.True(t, result.Report.Genuine, "said beside")
			assert.Equal(t, tc.want.Status != verdict.Failed, result.Accepted())
		})
	}
}

func BenchmarkVerifyEvidence(b *testing.B) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(b, err)
	request := evidenceRequest(1, lds.DG1, lds.DG13)
	bundle := evidenceOf(b, persona.All()[0].Name, request, key)
	want := evidence.Expected{Request: request, Nonce: evidence.NonceOpen, Store: mockTrust(b, testIssuer), Now: time.Now()}
	b.ReportAllocs()
	for b.Loop() {
		if !evidence.Verify(bundle, want).Accepted() {
			b.Fatal("refused")
		}
	}
}
