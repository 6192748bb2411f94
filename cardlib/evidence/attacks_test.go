package evidence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/internal/evidencetest"
)

// Cards that are not genuine answer the request as well as they can.
func TestCardsOfAttackers(t *testing.T) {
	tm := newTampering(t)
	for name, want := range map[string]why{
		"mau/aa-wrong":       {verdict.ActiveAuth, verdict.WrongAnswer},
		"mau/aa-replayed":    {verdict.ActiveAuth, verdict.WrongAnswer},
		"mau/dg15-replaced":  {verdict.Hashes, verdict.HashMismatch},
		"mau/dg13-changed":   {verdict.Hashes, verdict.HashMismatch},
		"mau/two-persons":    {verdict.Consistency, verdict.DG1DG13Mismatch},
		"mau/signer-forged":  {verdict.Anchor, verdict.AnchorSignature},
		"mau/signer-revoked": {verdict.Revocation, verdict.Revoked},
	} {
		t.Run(name, func(t *testing.T) {
			result := tm.verify(evidencetest.NewCard(t, name).Answer(t, tm.request))
			assert.False(t, result.Accepted())
			check := result.Report.Get(want.id)
			assert.Equal(t, verdict.Failed, check.Status)
			assert.Equal(t, want.reason, check.Reason)
		})
	}
}

// A card that signs nothing gives no bundle that would be accepted, and chip
// authentication has no place in one: whoever holds a transcript could have made it.
func TestWithoutAnAnswerThereIsNoProof(t *testing.T) {
	tm := newTampering(t)
	b := *tm.good
	b.Files = map[lds.Group][]byte{lds.DG1: b.Files[lds.DG1], lds.DG13: b.Files[lds.DG13], lds.DG14: b.Files[lds.DG14]}
	b.Signature, b.AgentKey, b.AgentSignature = nil, nil, nil
	result := tm.verify(&b)
	assert.False(t, result.Accepted())
	assert.Equal(t, verdict.Unproven, result.Report.Outcome)
	for _, genuine := range []*evidence.Bundle{tm.good, tm.another} {
		assert.Equal(t, verdict.Skipped, tm.verify(genuine).Report.Get(verdict.ChipAuth).Status)
	}
}

// The counter's clock decides nothing: a bundle that says another time is judged
// by the verifier's.
func TestTheCountersClockDecidesNothing(t *testing.T) {
	tm := newTampering(t)
	for _, at := range []int64{0, 1, time.Now().AddDate(50, 0, 0).Unix()} {
		b := *tm.good
		b.AgentKey, b.AgentSignature, b.Time = nil, nil, at
		data, err := b.CBOR()
		require.NoError(t, err)
		parsed, err := evidence.Parse(data)
		require.NoError(t, err)
		assert.True(t, tm.verify(parsed).Accepted())
	}
}

// An answer that was collected for one request serves no other, whatever is said
// of it: of the same nonce there is one challenge.
func TestCollectedAnswers(t *testing.T) {
	tm := newTampering(t)
	for name, change := range map[string]func(*evidence.Request){
		"another purpose": func(r *evidence.Request) { r.Purpose = "CT07" },
		"other groups":    func(r *evidence.Request) { r.Groups = nil },
		"another site":    func(r *evidence.Request) { r.Origin = "https://evil.example" },
		"another nonce":   func(r *evidence.Request) { r.Nonce = append([]byte{1}, r.Nonce[1:]...) },
	} {
		t.Run(name, func(t *testing.T) {
			collected := tm.request
			change(&collected)
			b := *evidencetest.NewCard(t, "mau").Answer(t, collected)
			b.Nonce, b.Purpose, b.Groups, b.Origin, b.Files = tm.good.Nonce, tm.good.Purpose, tm.good.Groups, tm.good.Origin, tm.good.Files
			result := tm.verify(&b)
			assert.False(t, result.Accepted())
			assert.Equal(t, verdict.WrongAnswer, result.Report.Get(verdict.ActiveAuth).Reason)
		})
	}
}
