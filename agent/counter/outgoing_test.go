package counter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/cardlib/lds"
)

// once gives a page a grant for one result.
func (s *stage) once(page string) {
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	p := s.book.all[page]
	p.Once = true
	s.book.all[page] = p
}

// later takes a result in the background.
func (s *stage) later(r Request) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- s.take(r) }()
	return ended
}

// stillWaits tells that nothing has come of a read, nor a question.
func (s *stage) stillWaits(ended <-chan error) {
	s.t.Helper()
	select {
	case err := <-ended:
		require.Fail(s.t, "it did not wait", "%v", err)
	case q := <-s.officer.asked:
		require.Fail(s.t, "the officer was asked", "%v", q)
	case <-time.After(100 * time.Millisecond):
	}
}

// TestAResultOnItsWayIsNotReadAgain: between the read and the word that its result
// was delivered, the same insertion is not free.
func TestAResultOnItsWayIsNotReadAgain(t *testing.T) {
	for _, page := range []string{pageA, pageB} {
		s := open(t, "mau")
		first, err := s.Read(t.Context(), s.ask(pageA, "mau", "fullName"))
		require.NoError(t, err)
		second := s.later(s.ask(page, "mau", "fullName"))
		s.stillWaits(second)
		s.officer.answers <- false
		first.Settle(true)
		s.refused(catalogue.OfficerRefused, <-second)
		assert.Equal(t, consent.AskAgain, (<-s.officer.asked).Kind)

		s.put("mock:mau", "mau")
		first, err = s.Read(t.Context(), s.ask(pageA, "mau", "fullName"))
		require.NoError(t, err)
		second = s.later(s.ask(page, "mau", "fullName"))
		s.stillWaits(second)
		first.Settle(false)
		require.NoError(t, <-second, "what was not delivered spends nothing")
		assert.Empty(t, s.officer.asked)
	}
}

func TestAnotherCardIsReadWhileAResultIsOnItsWay(t *testing.T) {
	s := open(t, "mau")
	first, err := s.Read(t.Context(), s.ask(pageA, "mau", "fullName"))
	require.NoError(t, err)
	s.put("mock:mau", "cao-tuoi")
	require.NoError(t, s.take(s.ask(pageA, "cao-tuoi", "fullName")))
	first.Settle(true)
	assert.Empty(t, s.officer.asked)
}

// TestAKeptResultOrAnotherReadAndNotBoth: a page that lost its connection may take
// its result or read anew; another page may not get one beside it unasked.
func TestAKeptResultOrAnotherReadAndNotBoth(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageA, "mau", "fullName")
	r.Resume = "0123456789abcdef"
	first, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	first.Settle(false)
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName")))
	<-s.officer.asked

	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "the page reads anew, the officer is not asked")
	_, err = s.Resume(t.Context(), r.Caller, r.Resume)
	s.refused(catalogue.ResumeUnknown, err)
}

func TestAResumedResultOnItsWay(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageA, "mau", "fullName")
	r.Resume = "0123456789abcdef"
	first, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	first.Settle(false)
	again, err := s.Resume(t.Context(), r.Caller, r.Resume)
	require.NoError(t, err)
	second := s.later(s.ask(pageA, "mau", "fullName"))
	s.stillWaits(second)
	s.officer.answers <- false
	again.Settle(true)
	s.refused(catalogue.OfficerRefused, <-second)
}

// TestAGrantForOneResultGivesOne with two readers, each with a card.
func TestAGrantForOneResultGivesOne(t *testing.T) {
	s := open(t, "mau", "cao-tuoi")
	s.once(pageA)
	one, other := s.ask(pageA, "mau", "fullName"), s.ask(pageA, "cao-tuoi", "fullName")
	one.Reader, other.Reader = "mock:mau", "mock:cao-tuoi"
	first, err := s.Read(t.Context(), one)
	require.NoError(t, err)
	second := s.later(other)
	s.stillWaits(second)
	first.Settle(true)
	s.refused(catalogue.GrantEnded, <-second)
}

func TestAGrantForOneResultIsUsedByOneReadAtATime(t *testing.T) {
	s := open(t, "mau", "cao-tuoi")
	s.once(pageA)
	s.pull("mock:mau")
	one, other := s.ask(pageA, "mau", "fullName"), s.ask(pageA, "cao-tuoi", "fullName")
	one.Reader, other.Reader, one.Wait = "mock:mau", "mock:cao-tuoi", true
	first := s.later(one)
	require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.turns) == 1 }, 20*time.Second, time.Millisecond)
	s.refused(catalogue.Busy, s.take(other))
	s.put("mock:mau", "mau")
	require.NoError(t, <-first)
}

// TestResumeGivesOnlyWhatIsStillGranted.
func TestResumeGivesOnlyWhatIsStillGranted(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageB, "mau", "fullName", "portrait")
	r.Resume = "0123456789abcdef"
	first, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	first.Settle(false)
	s.book.mu.Lock()
	s.book.all[pageB] = consent.Permission{Fields: []string{"fullName"}, Mock: true}
	s.book.mu.Unlock()
	_, err = s.Resume(t.Context(), r.Caller, r.Resume)
	s.refused(catalogue.GrantEnded, err)
}

// TestResumeGivesNoRawGroupThatIsNoLongerGranted: a field may be in the bundle for the
// back end alone.
func TestResumeGivesNoRawGroupThatIsNoLongerGranted(t *testing.T) {
	s := open(t, "mau")
	s.mayHaveAllOf(pageA, lds.DG1)
	r, _ := s.wishes(pageA, lds.DG1)
	r.Resume = "0123456789abcdef"
	first, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	first.Settle(false)
	s.book.mu.Lock()
	s.book.all[pageA] = consent.Permission{Fields: []string{"fullName"}, Mock: true, StateBody: true}
	s.book.mu.Unlock()
	_, err = s.Resume(t.Context(), r.Caller, r.Resume)
	s.refused(catalogue.GrantEnded, err)
}
