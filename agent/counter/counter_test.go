package counter

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/readers"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lines is an audit in memory, which can fail.
type lines struct {
	mu       sync.Mutex
	all      []audit.Entry
	fail     error
	nameless error // why there is no pseudonym
}

func (l *lines) Append(e audit.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail == nil {
		l.all = append(l.all, e)
	}
	return l.fail
}

func (l *lines) Pseudonym(e *audit.Entry, digest []byte) error {
	if l.nameless != nil {
		return l.nameless
	}
	e.Pseudonym = hex.EncodeToString(digest)
	return nil
}

func (l *lines) events() (all []audit.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.all {
		all = append(all, e.Event)
	}
	return all
}

// book is a set of permissions by caller.
type book struct {
	mu  sync.Mutex
	all map[string]consent.Permission
}

func (b *book) Permission(c consent.Caller) (consent.Permission, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.all[c.String()]
	return p, ok
}

func (b *book) Spend(c consent.Caller) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, c.String())
	return nil
}

// officer answers as it was told, after saying that it was asked.
type officer struct {
	asked   chan consent.Question
	answers chan bool
}

func (o *officer) Ask(ctx context.Context, q consent.Question) (consent.Decision, error) {
	o.asked <- q
	select {
	case yes := <-o.answers:
		return consent.Decision{Granted: yes}, nil
	case <-ctx.Done():
		return consent.Decision{}, ctx.Err()
	}
}

// stage is a counter over mock readers.
type stage struct {
	*Counter
	t       *testing.T
	source  *inproc.Source
	audit   *lines
	book    *book
	officer *officer
}

const (
	pageA = "https://a.example"
	pageB = "https://b.example"
)

func open(t *testing.T, cards ...string) *stage {
	t.Helper()
	source, err := inproc.New(cards...)
	require.NoError(t, err)
	return openOver(t, source)
}

func openOver(t *testing.T, source *inproc.Source) *stage {
	t.Helper()
	desk := reading.New(reading.Config{Source: source, Flicker: 100 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx) }()
	fields := []string{"fullName", "personalNumber"}
	s := &stage{t: t, source: source, audit: &lines{}, officer: &officer{asked: make(chan consent.Question, 9), answers: make(chan bool, 9)},
		book: &book{all: map[string]consent.Permission{
			pageA: {Fields: fields, Mock: true, StateBody: true}, pageB: {Fields: append(fields, "portrait", "mrz"), Mock: true}}}}
	s.Counter = New(Config{Desk: desk, Book: s.book, Audit: s.audit, Prompter: s.officer})
	t.Cleanup(func() {
		s.Close()
		cancel()
		require.NoError(t, <-done)
	})
	return s
}

// Read is that of the counter, with a copy of the key: the counter overwrites its own.
func (s *stage) Read(ctx context.Context, r Request) (*Result, error) {
	r.Key.Text = bytes.Clone(r.Key.Text)
	return s.Counter.Read(ctx, r)
}

// Prove is that of the counter, with a copy of the key.
func (s *stage) Prove(ctx context.Context, r ProofRequest) (*Proof, []byte, error) {
	r.Key.Text = bytes.Clone(r.Key.Text)
	return s.Counter.Prove(ctx, r)
}

func caller(t *testing.T, text string) consent.Caller {
	t.Helper()
	o, err := consent.ParseOrigin(text)
	require.NoError(t, err)
	return consent.Caller{Origin: o}
}

// ask is a request of a page for the persona's card.
func (s *stage) ask(page, name string, fields ...string) Request {
	s.t.Helper()
	wanted, err := answer.Want(fields...)
	require.NoError(s.t, err)
	p, err := persona.ByName(name)
	require.NoError(s.t, err)
	return Request{Caller: caller(s.t, page), Wanted: wanted, Key: child.NewKey(answer.KeyID, p.Number), Purpose: "thử", CitizenConsent: true}
}

// answered is the answer of a result.
func answered(t *testing.T, r *Result) (a answer.Whole) {
	t.Helper()
	require.NoError(t, json.Unmarshal(r.Answer, &a))
	return a
}

// take reads and takes the result.
func (s *stage) take(r Request) error {
	s.t.Helper()
	result, err := s.Read(s.t.Context(), r)
	if err == nil {
		result.Settle(true)
	}
	return err
}

func (s *stage) refused(want catalogue.Code, err error) {
	s.t.Helper()
	var e *reading.Error
	require.ErrorAs(s.t, err, &e)
	assert.Equal(s.t, want, e.Code)
}

// put waits until the card that is put in is known.
func (s *stage) put(reader, card string) {
	s.t.Helper()
	require.NoError(s.t, s.source.Insert(reader, card))
	all := s.source.List(s.t.Context()).Readers
	i := slices.IndexFunc(all, func(r readers.Reader) bool { return r.Name == reader })
	require.GreaterOrEqual(s.t, i, 0)
	require.Eventually(s.t, func() bool {
		now, _ := s.State()
		r, ok := now.Find(reader)
		return ok && r.Insertion == all[i].Insertion && r.Card == reading.CardCitizen
	}, 20*time.Second, 5*time.Millisecond)
}

// pull takes a card away and waits until that is known.
func (s *stage) pull(reader string) {
	s.t.Helper()
	require.NoError(s.t, s.source.Remove(reader))
	require.Eventually(s.t, func() bool {
		now, _ := s.State()
		r, ok := now.Find(reader)
		return ok && r.Card == reading.CardNone
	}, 20*time.Second, time.Millisecond)
}

func TestOneDeliveredResultForAnInsertion(t *testing.T) {
	s := open(t, "mau")
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")))
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageA, "mau", "fullName")))
	q := <-s.officer.asked
	assert.Equal(t, consent.AskAgain, q.Kind)
	assert.Equal(t, pageA, q.Caller.String())
	assert.Equal(t, []string{"fullName"}, q.Fields)
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName")))
	<-s.officer.asked
	s.officer.answers <- true
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "the officer agreed")
	<-s.officer.asked
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageA, "mau", "fullName")))
	<-s.officer.asked
	s.put("mock:mau", "mau")
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "another insertion")
	assert.Empty(t, s.officer.asked)
}

// TestTheOfficersWordIsForWhatWasAsked: another read that the officer allowed is for the
// purpose and the fields of the question, also when its first try has failed.
func TestTheOfficersWordIsForWhatWasAsked(t *testing.T) {
	s := open(t, "mau")
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")))
	s.officer.answers <- true
	s.refused(catalogue.Code(cardlib.CodeAccessDenied), s.take(s.ask(pageB, "cao-tuoi", "fullName")))
	<-s.officer.asked
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName", "personalNumber")))
	assert.Equal(t, []string{"fullName", "personalNumber"}, (<-s.officer.asked).Fields, "more than the officer has seen")
	other := s.ask(pageB, "mau", "fullName")
	other.Purpose = "khác"
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(other))
	assert.Equal(t, "khác", (<-s.officer.asked).Purpose)
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")), "what was allowed, without a question")
	assert.Empty(t, s.officer.asked)
}

// TestAPageThatWaitsForReadersThatThereAreNot: each request that has a turn costs a
// process, so that one page has few of them, and leaves some to others.
func TestAPageThatWaitsForReadersThatThereAreNot(t *testing.T) {
	s := open(t, "mau")
	ctx, cancel := context.WithCancel(t.Context())
	var waits sync.WaitGroup
	wait := func(page, reader string) {
		r := s.ask(page, "mau", "fullName")
		r.Reader, r.Wait = reader, true
		waits.Go(func() {
			_, err := s.Read(ctx, r)
			s.refused(catalogue.Cancelled, err)
		})
		require.Eventually(t, func() bool {
			b, _ := s.Board()
			return slices.ContainsFunc(b.Reads, func(each Read) bool { return each.Reader == reader })
		}, 20*time.Second, time.Millisecond)
	}
	for i := range maxTurnsOf {
		wait(pageB, fmt.Sprint(i))
	}
	more := s.ask(pageB, "mau", "fullName")
	more.Reader = "mock:mau"
	s.refused(catalogue.Busy, s.take(more))
	more.Caller = caller(t, pageA)
	require.NoError(t, s.take(more))
	cancel()
	waits.Wait()
}

// TestAPageThatAsksInVain: requests that come to nothing are let on at a bounded rate,
// since each costs a process; another page's are its own.
func TestAPageThatAsksInVain(t *testing.T) {
	s := open(t, "mau")
	now := time.Now()
	s.now = func() time.Time { return now }
	nowhere := s.ask(pageB, "mau", "fullName")
	nowhere.Reader = "no such reader"
	for range vainBurst {
		s.refused(catalogue.ReaderNotFound, s.take(nowhere))
	}
	s.refused(catalogue.TooManyRequests, s.take(s.ask(pageB, "mau", "fullName")))
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")))
	s.put("mock:mau", "mau")
	now = now.Add(time.Second)
	for range 3 * vainRate {
		require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")), "what comes to something costs nothing")
		s.put("mock:mau", "mau")
	}
	now = now.Add(time.Hour)
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")))
	assert.Empty(t, s.vain, "and is forgotten")
}

// TestAPageThatGoesOnAsking: the officer is not asked without end about one insertion,
// whether they refuse or the page calls its questions off.
func TestAPageThatGoesOnAsking(t *testing.T) {
	s := open(t, "mau")
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")))
	calledOff, cancel := context.WithCancel(t.Context())
	go func() { <-s.officer.asked; cancel() }()
	_, err := s.Read(calledOff, s.ask(pageB, "mau", "fullName"))
	s.refused(catalogue.Cancelled, err)
	for range maxAsked - 1 {
		s.officer.answers <- false
		s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName")))
		<-s.officer.asked
	}
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName")))
	assert.Empty(t, s.officer.asked, "not asked any more")
	s.officer.answers <- true
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "another page's questions are its own")
	<-s.officer.asked
	s.put("mock:mau", "mau")
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")))
	s.officer.answers <- true
	require.NoError(t, s.take(s.ask(pageB, "mau", "fullName")), "another insertion, another question")
}

func TestFailedTriesSpendNothing(t *testing.T) {
	s := open(t, "mau")
	p := s.book.all[pageA]
	p.Once = true
	s.book.all[pageA] = p
	wrong := s.ask(pageA, "cao-tuoi", "fullName")
	s.refused(catalogue.Code(cardlib.CodeAccessDenied), s.take(wrong))
	result, err := s.Read(t.Context(), s.ask(pageA, "mau", "fullName"))
	require.NoError(t, err)
	result.Settle(false)
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "what was not delivered spends nothing, and the officer is not asked")
	s.refused(catalogue.GrantEnded, s.take(s.ask(pageA, "mau", "fullName")))
	assert.Equal(t, []audit.Event{audit.Denied, audit.Read, audit.Dropped, audit.Read, audit.Spent, audit.Denied}, s.audit.events())
	assert.Empty(t, s.officer.asked)
}

func TestOnlyGrantedFields(t *testing.T) {
	s := open(t, "mau")
	result, err := s.Read(t.Context(), s.ask(pageA, "mau", "fullName", "portrait", "religion"))
	require.NoError(t, err)
	said := answered(t, result)
	assert.Equal(t, []string{"portrait", "religion"}, said.Withheld)
	assert.Equal(t, answer.Wanted{"fullName": true}, result.Wanted)
	assert.NotContains(t, said.Document.Groups, "DG2", "not read from the chip")
	assert.NotContains(t, said.Citizen, cccd.FieldReligion)
	result.Settle(true)
	s.refused(catalogue.FieldsNotGranted, s.take(s.ask(pageA, "mau", "religion")))
	s.put("mock:mau", "mau")
	result, err = s.Read(t.Context(), s.ask(pageB, "mau", "mrz"))
	require.NoError(t, err)
	assert.NotContains(t, answered(t, result).Document.Groups, "DG13", "no field of it was asked for")
	assert.Len(t, result.Number, 32, "the pseudonym is made of DG1's")
	result.Settle(true)
	e := s.audit.all[0]
	assert.Equal(t, []string{"fullName"}, e.Fields)
	assert.Len(t, e.Pseudonym, 64)
	assert.Equal(t, e.Pseudonym, s.audit.all[len(s.audit.all)-1].Pseudonym, "whichever fields were asked for")
	assert.Equal(t, "passed", e.Checks["hashes"])
	assert.True(t, e.Synthetic)
}

func TestTheCitizensConsentIsStated(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageB, "mau", "fullName")
	r.CitizenConsent = false
	s.refused(catalogue.ConsentMissing, s.take(r))
	r.CitizenConsent = true
	r.Operator, r.Case = "cb-7", "HS-1"
	require.NoError(t, s.take(r))
	last := s.audit.all[len(s.audit.all)-1]
	assert.True(t, last.CitizenConsent)
	assert.Equal(t, "cb-7", last.Operator)
	assert.Equal(t, "HS-1", last.Case)
	body := s.ask(pageA, "mau", "fullName")
	body.CitizenConsent = false
	s.put("mock:mau", "mau")
	require.NoError(t, s.take(body), "a state body need not state it")
}

func TestAdministratorsOriginsRefuseMockCards(t *testing.T) {
	s := open(t, "mau")
	s.book.all[pageA] = consent.Permission{All: true, StateBody: true, By: consent.ByAdmin}
	s.refused(catalogue.SyntheticReader, s.take(s.ask(pageA, "mau", "fullName")))
}

func TestNothingGoesOutWithoutItsLine(t *testing.T) {
	s := open(t, "mau")
	s.audit.fail = errors.New("disk full")
	s.refused(catalogue.AuditUnwritable, s.take(s.ask(pageA, "mau", "fullName")))
	s.audit.fail = nil
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")), "and nothing was spent")
}

func TestSecondPageHearsBusyAndTheOfficerChooses(t *testing.T) {
	s := open(t, "mau")
	s.pull("mock:mau")
	waiting := s.ask(pageA, "mau", "fullName")
	waiting.Wait = true
	ended := make(chan error, 1)
	go func() { ended <- s.take(waiting) }()
	require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.turns) == 1 }, 5*time.Second, time.Millisecond)
	second := s.ask(pageB, "mau", "fullName")
	s.refused(catalogue.Busy, s.take(second))
	assert.Equal(t, []consent.Caller{second.Caller}, s.Askers())
	s.Choose(second.Caller)
	s.refused(catalogue.AnotherChosen, <-ended)
	s.refused(catalogue.Busy, s.take(s.ask(pageA, "mau", "fullName")))
	s.put("mock:mau", "mau")
	require.NoError(t, s.take(second), "the chosen one")
}

func TestWaits(t *testing.T) {
	wait := func(s *stage, r Request) chan error {
		r.Wait = true
		ended := make(chan error, 1)
		go func() { ended <- s.take(r) }()
		require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.turns) == 1 }, 5*time.Second, time.Millisecond)
		time.Sleep(20 * time.Millisecond) // it waits now
		return ended
	}
	t.Run("until a card comes", func(t *testing.T) {
		s := open(t, "mau")
		s.pull("mock:mau")
		ended := wait(s, s.ask(pageA, "mau", "fullName"))
		s.put("mock:mau", "mau")
		require.NoError(t, <-ended)
	})
	t.Run("a minute at most", func(t *testing.T) {
		s := open(t, "mau")
		s.config.Wait = func() time.Duration { return 50 * time.Millisecond }
		s.pull("mock:mau")
		s.refused(catalogue.NoCard, <-wait(s, s.ask(pageA, "mau", "fullName")))
		s.config.Wait = func() time.Duration { return time.Hour }
		assert.Equal(t, WaitLimit, s.wait())
	})
	t.Run("until the page goes", func(t *testing.T) {
		s := open(t, "mau")
		s.pull("mock:mau")
		gone := make(chan struct{})
		r := s.ask(pageA, "mau", "fullName")
		r.Gone = gone
		ended := wait(s, r)
		close(gone)
		s.refused(catalogue.Cancelled, <-ended)
	})
}

// TestAWaitNeverCrossesARemoval: a page asks for one person, whose card is
// another kind of busy; the card is changed for another person's.
func TestAWaitNeverCrossesARemoval(t *testing.T) {
	states := make(chan reading.State, 9)
	desk := &told{states: states, changed: make(chan struct{})}
	s := open(t, "mau")
	s.config.Desk = desk
	r := s.ask(pageA, "mau", "fullName")
	r.Wait = true
	at := func(card reading.Card, insertion uint64) reading.State {
		return reading.State{Readers: []reading.Reader{{Name: "R", Card: card, Insertion: insertion}}}
	}
	desk.tell(at(reading.CardMute, 1))
	ended := make(chan error, 1)
	go func() { ended <- s.take(r) }()
	time.Sleep(20 * time.Millisecond)
	desk.tell(at(reading.CardCitizen, 2))
	s.refused(catalogue.CardRemoved, <-ended)
	assert.Zero(t, desk.reads, "the next person's card was not touched")
}

// told is a desk whose state a test tells.
type told struct {
	states  chan reading.State
	mu      sync.Mutex
	now     reading.State
	changed chan struct{}
	reads   int
}

func (d *told) tell(s reading.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = s
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *told) State() (reading.State, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now, d.changed
}

func (d *told) Begin(ctx context.Context, key child.Key) (*child.Child, error) {
	return child.Begin(ctx, child.Goroutine{}, child.Trust{}, key)
}

func (d *told) Hold(context.Context, reading.Request, child.Terms, func(context.Context, reading.Held) error) error {
	return reading.Refuse(catalogue.NoCard)
}

func (d *told) Read(context.Context, reading.Request) (*reading.Outcome, error) {
	d.reads++
	return nil, reading.Refuse(catalogue.NoCard)
}

// swapped is a desk whose card was changed for another one between the wait and the read.
type swapped struct {
	told
	admitted error
}

func (d *swapped) Read(ctx context.Context, r reading.Request) (*reading.Outcome, error) {
	d.admitted = r.Admit(ctx, reading.Reader{Name: "R", Card: reading.CardCitizen, Insertion: 2})
	return nil, d.admitted
}

// TestAWaitIsBoundToItsInsertion: between the end of a wait and the read of the card
// that ended it, another person's card does not take its place.
func TestAWaitIsBoundToItsInsertion(t *testing.T) {
	desk := &swapped{told: told{changed: make(chan struct{})}}
	desk.tell(reading.State{Readers: []reading.Reader{{Name: "R", Card: reading.CardCitizen, Insertion: 1}}})
	s := open(t, "mau")
	s.config.Desk = desk
	r := s.ask(pageA, "mau", "fullName")
	r.Wait = true
	s.refused(catalogue.CardRemoved, s.take(r))
	s.refused(catalogue.CardRemoved, desk.admitted)
}

// TestCardChangedWhileTheOfficerIsAsked: the question was about one insertion.
func TestCardChangedWhileTheOfficerIsAsked(t *testing.T) {
	s := open(t, "mau")
	require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")))
	ended := make(chan error, 1)
	go func() { ended <- s.take(s.ask(pageA, "mau", "fullName")) }()
	<-s.officer.asked
	s.put("mock:mau", "cao-tuoi")
	s.refused(catalogue.CardRemoved, <-ended)
}

func TestResume(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageB, "mau", "fullName", "portrait")
	r.Resume = "0123456789abcdef"
	result, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	result.Settle(false)
	for name, at := range map[string]place{"another origin": {caller(t, pageA), r.Resume}, "another token": {r.Caller, "x"}, "no token": {r.Caller, ""}} {
		_, err := s.Resume(t.Context(), at.caller, at.token)
		s.refused(catalogue.ResumeUnknown, err)
		_ = name
	}
	again, err := s.Resume(t.Context(), r.Caller, r.Resume)
	require.NoError(t, err)
	assert.NotNil(t, answered(t, again).Citizen[cccd.FieldPortrait], "whole, without a second read")
	again.Settle(false)
	again, err = s.Resume(t.Context(), r.Caller, r.Resume)
	require.NoError(t, err, "it came back a second time")
	photo := again.Answer
	again.Settle(true)
	for _, b := range photo {
		require.Zero(t, b, "wiped")
	}
	_, err = s.Resume(t.Context(), r.Caller, r.Resume)
	s.refused(catalogue.ResumeUnknown, err)
	assert.Equal(t, []audit.Event{audit.Read}, s.audit.events())
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageA, "mau", "fullName")))
}

func TestAnUndeliveredResultIsNotKeptForLong(t *testing.T) {
	s := open(t, "mau")
	s.keep = 50 * time.Millisecond
	r := s.ask(pageB, "mau", "portrait")
	r.Resume = "0123456789abcdef"
	result, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	photo := result.Answer
	result.Settle(false)
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.kept) == 0
	}, 5*time.Second, 5*time.Millisecond)
	require.Eventually(t, func() bool { return len(s.audit.events()) == 2 }, 5*time.Second, 5*time.Millisecond)
	assert.Equal(t, []audit.Event{audit.Read, audit.Dropped}, s.audit.events())
	time.Sleep(20 * time.Millisecond)
	for _, b := range photo {
		require.Zero(t, b, "wiped")
	}
}

func TestResumeWaitsForAReadThatGoesOn(t *testing.T) {
	s := open(t, "mau")
	began, goOn := make(chan struct{}), make(chan struct{})
	r := s.ask(pageA, "mau", "fullName")
	r.Resume = "0123456789abcdef"
	var once sync.Once
	r.Progress = func(cardlib.Progress) { once.Do(func() { close(began); <-goOn }) }
	go func() {
		result, err := s.Read(context.Background(), r)
		if assert.NoError(t, err) {
			result.Settle(false) // the page has gone
		}
	}()
	<-began
	got := make(chan *Result, 1)
	go func() {
		result, err := s.Resume(context.Background(), r.Caller, r.Resume)
		assert.NoError(t, err)
		got <- result
	}()
	close(goOn)
	result := <-got
	require.NotNil(t, result)
	result.Settle(true)
}

func TestAPageThatSeesTheTextAndCancelsHasHadItsResult(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageB, "mau", "fullName", "portrait")
	ctx, cancel := context.WithCancel(t.Context())
	r.Text = func([]byte) { cancel() }
	_, err := s.Read(ctx, r)
	s.refused(catalogue.Cancelled, err)
	s.officer.answers <- false
	s.refused(catalogue.OfficerRefused, s.take(s.ask(pageB, "mau", "fullName")))
	assert.Equal(t, "text fields were shown", s.audit.all[0].Detail)
	assert.NotEmpty(t, s.audit.all[0].Pseudonym, "and whose they were")
}

// TestTextThatWasShownIsAlwaysInTheAudit, also where refusals are too many to be
// written; and text that the audit could not tell of is not shown.
func TestTextThatWasShownIsAlwaysInTheAudit(t *testing.T) {
	s := open(t, "mau")
	for range quietBurst + 5 {
		s.refused(catalogue.FieldsNotGranted, s.take(s.ask(pageA, "mau", "religion")))
	}
	before := len(s.audit.events())
	r := s.ask(pageB, "mau", "fullName", "portrait")
	ctx, cancel := context.WithCancel(t.Context())
	r.Text = func([]byte) { cancel() }
	_, err := s.Read(ctx, r)
	s.refused(catalogue.Cancelled, err)
	require.Len(t, s.audit.events(), before+1)
	assert.NotEmpty(t, s.audit.all[before].Pseudonym)

	s = open(t, "mau")
	s.audit.nameless = audit.ErrUnwritable
	r = s.ask(pageB, "mau", "fullName", "portrait")
	r.Text = func([]byte) { assert.Fail(t, "nobody could say whose it was") }
	s.refused(catalogue.AuditUnwritable, s.take(r))
}

func TestRefusalsDoNotFillTheDisk(t *testing.T) {
	s := open(t, "mau")
	for range 200 {
		s.refused(catalogue.FieldsNotGranted, s.take(s.ask(pageA, "mau", "religion")))
	}
	assert.LessOrEqual(t, len(s.audit.events()), quietBurst+2)
	s.Denied(audit.Entry{Event: audit.Denied, Code: "PAIRING_DENIED"}, true)
	assert.Equal(t, "PAIRING_DENIED", s.audit.all[len(s.audit.all)-1].Code, "what the officer decided is always written")
	s.now = func() time.Time { return time.Now().Add(time.Minute) }
	s.refused(catalogue.FieldsNotGranted, s.take(s.ask(pageA, "mau", "religion")))
	assert.Contains(t, s.audit.all[len(s.audit.all)-1].Detail, "refusals before this one are not written")
}

func TestTheBoardShowsReadsAndHowTheyEnded(t *testing.T) {
	s := open(t, "mau")
	before, changed := s.Board()
	assert.Empty(t, before.Reads)
	assert.Empty(t, before.Verdicts)
	var seen []Read
	r := s.ask(pageA, "mau", "fullName")
	r.Progress = func(cardlib.Progress) {
		b, _ := s.Board()
		seen = append(seen, b.Reads...)
	}
	require.NoError(t, s.take(r))
	<-changed
	require.NotEmpty(t, seen)
	assert.Equal(t, pageA, seen[0].Caller.String())
	assert.NotEmpty(t, seen[len(seen)-1].Stage)
	assert.Equal(t, 100, seen[len(seen)-1].Percent)
	after, _ := s.Board()
	assert.Empty(t, after.Reads)
	require.Len(t, after.Verdicts, 1)
	assert.Equal(t, "mock:mau", after.Verdicts[0].Reader)
	assert.NotEmpty(t, after.Verdicts[0].Outcome)
	s.refused(catalogue.FieldsNotGranted, s.take(s.ask(pageA, "mau", "religion")))
	after, _ = s.Board()
	assert.Len(t, after.Verdicts, 1, "a refusal that never had the turn is not on the board")
	for range 2 * maxVerdicts {
		s.book.all[pageA] = consent.Permission{Fields: []string{"fullName"}, Mock: true, StateBody: true, Again: true}
		require.NoError(t, s.take(s.ask(pageA, "mau", "fullName")))
	}
	after, _ = s.Board()
	assert.Len(t, after.Verdicts, maxVerdicts)
	for range 2 * maxVerdicts {
		nowhere := s.ask(pageA, "mau", "fullName")
		nowhere.Reader = "no such reader"
		s.refused(catalogue.ReaderNotFound, s.take(nowhere))
	}
	after, _ = s.Board()
	assert.Len(t, after.Verdicts, maxVerdicts)
	assert.NotEmpty(t, after.Verdicts[maxFailures].Outcome, "a page that asks in a loop leaves verdicts on the board")
}

func TestTheOfficerEndsARead(t *testing.T) {
	s := open(t, "mau")
	assert.False(t, s.End("1"), "there is no read")
	s.pull("mock:mau")
	r := s.ask(pageA, "mau", "fullName")
	r.Wait = true
	got := make(chan error, 1)
	go func() { got <- s.take(r) }()
	var waiting Board
	require.Eventually(t, func() bool {
		waiting, _ = s.Board()
		return len(waiting.Reads) == 1 && waiting.Reads[0].Waiting
	}, 20*time.Second, 5*time.Millisecond)
	assert.True(t, s.End(waiting.Reads[0].ID))
	s.refused(catalogue.OfficerRefused, <-got)
	after, _ := s.Board()
	assert.Empty(t, after.Reads)
	assert.Equal(t, catalogue.OfficerRefused, after.Verdicts[0].Code)
}

// TestAGrantThatChangesWhileACardIsRead: what counts is the grant as it is when the
// result goes out, not as it was when the page asked.
func TestAGrantThatChangesWhileACardIsRead(t *testing.T) {
	whole := consent.Permission{Fields: []string{"fullName", "portrait"}, Mock: true}
	during := func(s *stage, stage cardlib.Stage, p *consent.Permission) Request {
		s.book.all[pageB] = whole
		r := s.ask(pageB, "mau", "fullName", "portrait")
		r.Progress = func(at cardlib.Progress) {
			if at.Stage != stage {
				return
			}
			s.book.mu.Lock()
			defer s.book.mu.Unlock()
			if delete(s.book.all, pageB); p != nil {
				s.book.all[pageB] = *p
			}
		}
		return r
	}
	t.Run("narrowed", func(t *testing.T) {
		s := open(t, "mau")
		r := during(s, cardlib.StageDG13, &consent.Permission{Fields: []string{"portrait"}, Mock: true})
		r.Text = func(citizen []byte) { assert.Fail(t, "nor is the text shown before the end", "%s", citizen) }
		result, err := s.Read(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, answer.Wanted{"portrait": true}, result.Wanted)
		said := answered(t, result)
		assert.Equal(t, []string{"fullName"}, said.Withheld)
		assert.NotContains(t, said.Citizen, cccd.FieldFullName)
		assert.Equal(t, []string{"portrait"}, s.audit.all[0].Fields, "the record says what was given")
		result.Settle(true)
	})
	t.Run("widened", func(t *testing.T) {
		s := open(t, "mau")
		s.book.all[pageB] = whole
		r := during(s, cardlib.StageDG13, &consent.Permission{All: true, Mock: true})
		r.Wanted["religion"] = true
		result, err := s.Read(t.Context(), r)
		require.NoError(t, err)
		assert.NotContains(t, result.Wanted, cccd.FieldReligion, "what is granted meanwhile is for the next request")
		assert.Equal(t, []string{"religion"}, answered(t, result).Withheld)
		assert.NotContains(t, answered(t, result).Citizen, cccd.FieldReligion)
		result.Settle(true)
	})
	for name, after := range map[string]*consent.Permission{"taken back": nil, "nothing is left": {Fields: []string{"sex"}, Mock: true}} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "mau")
			r := during(s, cardlib.StageSOD, after)
			r.Text = func([]byte) { assert.Fail(t, "text was shown") }
			want := catalogue.GrantEnded
			if after != nil {
				want = catalogue.FieldsNotGranted
			}
			s.refused(want, s.take(r))
			assert.Equal(t, []audit.Event{audit.Denied}, s.audit.events())
		})
	}
	t.Run("taken back once the text was shown", func(t *testing.T) {
		s := open(t, "mau")
		r := during(s, cardlib.StageDG2, nil)
		r.Text = func([]byte) {}
		s.refused(catalogue.GrantEnded, s.take(r))
		assert.Equal(t, "text fields were shown", s.audit.all[0].Detail)
		s.officer.answers <- false
		s.refused(catalogue.OfficerRefused, s.take(s.ask(pageA, "mau", "fullName"))) // the insertion has given its result
	})
	t.Run("narrowed while it waits for the card", func(t *testing.T) {
		s := open(t, "mau")
		s.book.all[pageB] = whole
		s.pull("mock:mau")
		r := s.ask(pageB, "mau", "fullName", "portrait")
		r.Wait = true
		ended := make(chan *Result, 1)
		go func() {
			result, err := s.Read(context.Background(), r)
			assert.NoError(t, err)
			ended <- result
		}()
		require.Eventually(t, func() bool { b, _ := s.Board(); return len(b.Reads) == 1 }, 20*time.Second, time.Millisecond)
		s.book.mu.Lock()
		s.book.all[pageB] = consent.Permission{Fields: []string{"fullName"}, Mock: true}
		s.book.mu.Unlock()
		s.put("mock:mau", "mau")
		result := <-ended
		require.NotNil(t, result)
		assert.NotContains(t, answered(t, result).Document.Groups, "DG2", "the photo is not even read")
		result.Settle(true)
	})
}

// TestAKeptResultAndASleepingComputer: timers stand still while a computer sleeps.
func TestAKeptResultAndASleepingComputer(t *testing.T) {
	s := open(t, "mau")
	r := s.ask(pageA, "mau", "fullName")
	r.Resume = "0123456789abcdef"
	result, err := s.Read(t.Context(), r)
	require.NoError(t, err)
	result.Settle(false)
	s.now = func() time.Time { return time.Now().Add(KeepFor + time.Second) }
	_, err = s.Resume(t.Context(), r.Caller, r.Resume)
	s.refused(catalogue.ResumeUnknown, err)
}

// TestFilesThatNoGrantedFieldLiesInAreNotTouched looks at what went to the chip, as the
// chip's side has it, and not at what the agent says of it.
func TestFilesThatNoGrantedFieldLiesInAreNotTouched(t *testing.T) {
	for name, c := range map[string]struct {
		granted, asked []string
		without        []string
	}{
		"text, and no photo":    {[]string{"fullName"}, []string{"fullName", "portrait"}, []string{"EF.DG2"}},
		"a photo, and no text":  {[]string{"portrait"}, []string{"fullName", "religion", "portrait"}, []string{"EF.DG13"}},
		"the MRZ and no more":   {[]string{"mrz"}, []string{"mrz", "religion", "portrait"}, []string{"EF.DG2", "EF.DG13"}},
		"nothing that is asked": {[]string{"sex"}, []string{"religion"}, []string{"EF.SOD", "EF.DG1", "EF.DG2", "EF.DG13"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "mau")
			s.book.all[pageB] = consent.Permission{Fields: c.granted, Mock: true}
			err := s.take(s.ask(pageB, "mau", c.asked...))
			assert.Equal(t, name == "nothing that is asked", err != nil, "%v", err)
			lines, _ := s.source.Rack().Tape().Since(0)
			files := map[string]int{}
			for _, l := range lines {
				if l.Exchange != nil {
					files[l.File]++
				}
			}
			for _, file := range c.without {
				assert.Zero(t, files[file], file)
			}
			if err == nil {
				assert.NotZero(t, files["EF.SOD"], "the tape runs")
			}
		})
	}
}

// TestLimitsAreThoseOfTheProtocol: docs/protocol.md tells them.
func TestLimitsAreThoseOfTheProtocol(t *testing.T) {
	assert.Equal(t, 30*time.Second, KeepFor)
	assert.Equal(t, time.Minute, WaitLimit)
	assert.Equal(t, 4, maxKept)
	assert.Equal(t, []int{4, 8, 60, 2}, []int{maxTurnsOf, maxTurns, vainBurst, vainRate})
	assert.Equal(t, 20*time.Second, proofIdle)
	assert.Equal(t, time.Minute, reading.JobLimit)
	assert.Equal(t, 3*time.Second, reading.FlickerLimit)
}
