package counter

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
)

// everythingIn are the fields of DG1 and DG13.
func everythingIn(groups ...lds.Group) (names []string) {
	for _, g := range groups {
		for id := range Holds(g) {
			names = append(names, string(id))
		}
	}
	return names
}

func mockTrust(t *testing.T) *trust.Store {
	t.Helper()
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	s := &trust.Store{}
	for _, a := range anchors {
		require.Empty(t, s.Add(a.File, a.DER))
	}
	return s
}

func (s *stage) wishes(page string, groups ...lds.Group) (Request, evidence.Request) {
	s.t.Helper()
	r := s.ask(page, "mau", "fullName")
	r.Wish = &Wish{Nonce: bytes.Repeat([]byte{7}, 32), Groups: groups}
	return r, evidence.Request{Nonce: r.Wish.Nonce, Origin: page, Purpose: r.Purpose, Groups: groups}
}

// What the agent hands over convinces a back end that has stored the request,
// and no other: not that of another site, nor of another purpose.
func TestEvidenceOfARead(t *testing.T) {
	s := open(t, "mau")
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	s.config.Evidence = Evidence{Key: key, Software: "chipid-agent test"}
	s.mayHaveAllOf(pageA, lds.DG1, lds.DG13)
	asked, stored := s.wishes(pageA, lds.DG1, lds.DG13)
	result, err := s.Read(t.Context(), asked)
	require.NoError(t, err)
	var said struct{ Evidence struct{ Bundle []byte } }
	require.NoError(t, json.Unmarshal(result.Answer, &said))
	data := said.Evidence.Bundle
	result.Settle(true)

	expected := evidence.Expected{Request: stored, Nonce: evidence.NonceOpen, Store: mockTrust(t), Now: time.Now(),
		Agent: func(k ed25519.PublicKey) evidence.AgentState {
			if public.Equal(k) {
				return evidence.AgentEnrolled
			}
			return evidence.AgentUnknown
		}}
	bundle, err := evidence.Parse(data)
	require.NoError(t, err)
	verdicts := evidence.Verify(bundle, expected)
	assert.True(t, verdicts.Accepted(), "%+v", verdicts.Report)
	assert.Equal(t, verdict.Passed, verdicts.Report.Get(verdict.Agent).Status)
	assert.NotNil(t, verdicts.DG13)
	assert.False(t, bundle.Manual)
	assert.Equal(t, "chipid-agent test", bundle.Software)

	expected.Request.Origin = pageB
	assert.Equal(t, verdict.WrongAnswer, evidence.Verify(bundle, expected).Report.Get(verdict.ActiveAuth).Reason)
	line := s.audit.all[0]
	assert.Subset(t, line.Fields, []string{"religion", "ethnicity", "father", "mother", "mrz"}, "what a raw group discloses is in the record")
}

// mayHaveAllOf gives a page all that the groups can hold.
func (s *stage) mayHaveAllOf(page string, groups ...lds.Group) {
	p := s.book.all[page]
	p.Fields = everythingIn(groups...)
	s.book.all[page] = p
}

// TestARawGroupNeedsAGrantForAllThatItCanHold. EF.SOD, which always comes along, has
// the hash of DG1: who has it finds DG1 by trying.
func TestARawGroupNeedsAGrantForAllThatItCanHold(t *testing.T) {
	s := open(t, "mau")
	for _, groups := range [][]lds.Group{{}, {lds.DG1}, {lds.DG13}} {
		all := slices.Compact(slices.Sorted(slices.Values(everythingIn(append([]lds.Group{lds.DG1}, groups...)...))))
		require.Greater(t, len(all), 5)
		for i, lacks := range all {
			p := s.book.all[pageA]
			p.Fields = slices.Delete(slices.Clone(all), i, i+1)
			s.book.all[pageA] = p
			asked, _ := s.wishes(pageA, groups...)
			asked.Wanted = answer.Wanted{cccd.FieldID(p.Fields[0]): true}
			s.refused(catalogue.GroupNotGranted, s.take(asked))
			require.NotContains(t, p.Fields, lacks)
		}
	}
	p := s.book.all[pageA]
	p.All = true
	s.book.all[pageA] = p
	for _, g := range []lds.Group{lds.DG3, lds.DG11, lds.DG16} {
		asked, _ := s.wishes(pageA, g)
		s.refused(catalogue.GroupNotGranted, s.take(asked))
	}
	asked, _ := s.wishes(pageA, lds.DG1, lds.DG2, lds.DG13)
	require.NoError(t, s.take(asked), "everything is granted")
}

func TestTheOfficerIsAskedAboutAllOfARawGroup(t *testing.T) {
	s := open(t, "mau")
	s.mayHaveAllOf(pageA, lds.DG1, lds.DG13)
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")))
	s.officer.answers <- true
	asked, _ := s.wishes(pageA, lds.DG13)
	require.NoError(t, s.take(asked))
	q := <-s.officer.asked
	assert.ElementsMatch(t, everythingIn(lds.DG13), q.Fields)
	assert.Contains(t, q.Fields, "religion")
}

func TestEvidenceThatCannotBe(t *testing.T) {
	s := open(t, "mau")
	s.mayHaveAllOf(pageA, lds.DG1, lds.DG13)
	asked, _ := s.wishes(pageA)
	asked.Wish.Nonce = asked.Wish.Nonce[1:]
	s.refused(catalogue.EvidenceRequest, s.take(asked))
	asked, _ = s.wishes(pageA, lds.DG13, lds.DG1)
	s.refused(catalogue.EvidenceRequest, s.take(asked))

	client, err := consent.ParseClient("tool")
	require.NoError(t, err)
	s.book.all[client.String()] = consent.Permission{All: true, Mock: true, StateBody: true}
	asked, _ = s.wishes(pageA)
	asked.Caller = client
	s.refused(catalogue.EvidenceWithoutOrigin, s.take(asked))
}

// A chip without a key for active authentication is read as ever, and its report
// says why there is no evidence.
func TestAChipThatSignsNothing(t *testing.T) {
	s := open(t, "mau/no-keys")
	s.mayHaveAllOf(pageA, lds.DG1)
	asked, _ := s.wishes(pageA)
	asked.Reader = ""
	result, err := s.Read(t.Context(), asked)
	require.NoError(t, err)
	assert.JSONEq(t, "null", string(answered(t, result).Evidence))
	assert.Equal(t, verdict.NoKey, result.Report.Get(verdict.ActiveAuth).Reason)
	result.Settle(true)
}

// TestOnlyTheOrderedBundleIsSigned: a child that wants anything else signed by the
// agent's key does not get it.
func TestOnlyTheOrderedBundleIsSigned(t *testing.T) {
	s := open(t, "mau")
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	s.config.Evidence = Evidence{Key: key}
	_, wanted := s.wishes(pageA)
	v := &visit{Counter: s.Counter, evidence: &wanted}
	for _, message := range []string{"", "chipid identity 1\nhttps://a.example\n9590\nx\n", "chipid evidence agent v1\x00"} {
		_, err := v.sign([]byte(message))
		assert.ErrorIs(t, err, errNotABundle)
	}
	v.evidence = nil
	_, err = v.sign(nil)
	assert.ErrorIs(t, err, errNotABundle, "none was ordered")
}
