package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
)

const (
	onlyReader = "mock:1"
	// pageOnce has a grant for one result, now and then.
	pageOnce = "https://once.example"
)

// office is one reader, three pages and two persons whose cards have the same card
// access number: each page's key opens each person's card, so that nothing but the
// counter's own rules keeps one person's data out of the other's form. It keeps its own
// record of what lay in the reader, and judges every result by that.
type office struct {
	*stage
	random *rand.Rand
	people []persona.Persona

	hands sync.Mutex // whoever moves a card holds it
	// who says whose card an insertion was; in is the number of the one that is in, 0 for none.
	who map[uint64]string
	in  uint64
	// tail is every person who was in the reader, in order.
	tail []string

	mu sync.Mutex
	// results counts what each insertion gave, yes what the officer allowed beside the
	// first; once counts what pageOnce got, grants what it was given.
	results, yes map[uint64]int
	once, grants int
	codes        map[catalogue.Code]int
	running      sync.WaitGroup
	visitors     []*visitor
}

// visitor is one request of a page.
type visitor struct {
	page, token string
	from        int // where in the tail it began: whoever lay there, or came first after
	cancel      context.CancelFunc
	gone        chan struct{}
	leave       func()
	// begun is closed when the request has a card or is over, done when it is over.
	begun, done chan struct{}
	begin       func()

	mu     sync.Mutex
	upto   int  // where in the tail it had begun
	first  bool // it waited while no card was in: the first to come is its card
	shown  bool
	result *Result
}

// openOffice gives everybody a card access number of the same six digits.
func openOffice(t *testing.T, seed uint64) *office {
	t.Helper()
	first, err := persona.ByName("mau")
	require.NoError(t, err)
	twin := first
	twin.Name, twin.FullName, twin.Number, twin.Birth.Year = "trung-can", "Trần Thị Trùng", "000191000018", 1991
	require.Equal(t, first.CAN(), twin.CAN())
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed), twin))
	_, err = r.Add(rack.Config{Name: onlyReader, Card: first.Name, Way: "in process"})
	require.NoError(t, err)
	o := &office{stage: openOver(t, inproc.Over(r)), random: rand.New(rand.NewPCG(seed, 4)), people: []persona.Persona{first, twin},
		who: map[uint64]string{}, results: map[uint64]int{}, yes: map[uint64]int{}, codes: map[catalogue.Code]int{}}
	o.config.Prompter = o
	o.config.Wait = func() time.Duration { return 5 * time.Second }
	o.remove()
	return o
}

// Ask is the officer, who says yes or no at once, each as often.
func (o *office) Ask(_ context.Context, q consent.Question) (consent.Decision, error) {
	o.hands.Lock()
	defer o.hands.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	yes := o.random.IntN(2) == 0
	if yes {
		o.yes[o.in]++
	}
	return consent.Decision{Granted: yes}, nil
}

func (o *office) insert(p persona.Persona) {
	o.hands.Lock()
	defer o.hands.Unlock()
	assert.NoError(o.t, o.source.Insert(onlyReader, p.Name))
	state := o.source.List(o.t.Context())
	o.in = state.Readers[0].Insertion
	o.who[o.in] = p.FullName
	o.tail = append(o.tail, p.FullName)
}

func (o *office) remove() {
	o.hands.Lock()
	defer o.hands.Unlock()
	assert.NoError(o.t, o.source.Remove(onlyReader))
	o.in = 0
}

// noticed waits until the agent has heard of the card: a hand is slower than it.
func (o *office) noticed() {
	for {
		state, changed := o.State()
		o.hands.Lock()
		in := o.in
		o.hands.Unlock()
		if r, ok := state.Find(onlyReader); in == 0 || ok && r.Insertion >= in {
			return
		}
		<-changed
	}
}

// roll is a number below n; hooks of reads roll, too.
func (o *office) roll(n int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.random.IntN(n)
}

// now is where in the tail a request that is made now begins.
func (o *office) now() int {
	o.hands.Lock()
	defer o.hands.Unlock()
	if o.in != 0 {
		return len(o.tail) - 1
	}
	return len(o.tail)
}

// stillEmpty tells whether no card has come since the tail was that long.
func (o *office) stillEmpty(length int) bool {
	o.hands.Lock()
	defer o.hands.Unlock()
	return o.in == 0 && len(o.tail) == length
}

// mine tells whether a person's data may reach the visitor: whose card lay in the reader
// when it asked, or was the first to come after. While another's read had the turn, cards
// may have changed before it began.
func (o *office) mine(v *visitor, name string) bool {
	o.hands.Lock()
	defer o.hands.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	last := v.upto
	if v.first {
		last = v.from
	}
	return slices.Contains(o.tail[min(v.from, len(o.tail)):min(last+1, len(o.tail))], name)
}

// ask lets a page ask, and returns when its request has begun or is over.
func (o *office) ask(page string) {
	key := child.NewKey(answer.KeyCAN, o.people[0].CAN())
	ctx, cancel := context.WithCancel(context.Background())
	v := &visitor{page: page, cancel: cancel, gone: make(chan struct{}), begun: make(chan struct{}), done: make(chan struct{}), from: o.now()}
	v.leave = sync.OnceFunc(func() { close(v.gone) })
	v.begin = sync.OnceFunc(func() {
		at := o.now()
		v.mu.Lock()
		v.upto = at
		v.mu.Unlock()
		close(v.begun)
	})
	r := Request{Caller: caller(o.t, page), Wanted: answer.Wanted{"fullName": true, "religion": true}, Key: key, Reader: onlyReader, Purpose: "thử",
		CitizenConsent: true, Wait: o.roll(2) == 0, Gone: v.gone, Started: func(reading.Reader) { v.begin() }}
	if o.roll(2) == 0 {
		v.token = fmt.Sprintf("%s %d", page, len(o.visitors))
		r.Resume = v.token
	}
	swap := o.trick()
	r.Progress = func(p cardlib.Progress) { swap(p.Stage) }
	r.Text = func(citizen []byte) {
		var said map[cccd.FieldID]string
		assert.NoError(o.t, json.Unmarshal(citizen, &said))
		assert.True(o.t, o.mine(v, said[cccd.FieldFullName]), "%s saw the text of %s", page, said[cccd.FieldFullName])
		assert.NotContains(o.t, said, cccd.FieldReligion)
		v.mu.Lock()
		defer v.mu.Unlock()
		v.shown = true
	}
	o.visitors = append(o.visitors, v)
	o.running.Go(func() {
		defer close(v.done)
		result, err := o.Read(ctx, r)
		if err == nil {
			o.judge(v, result)
			v.mu.Lock()
			v.result = result
			v.mu.Unlock()
		}
		o.ended(err)
		v.begin()
	})
	for waiting := true; waiting; {
		board, changed := o.Board()
		for _, read := range board.Reads {
			if read.Caller == r.Caller && read.Waiting && o.stillEmpty(v.from) {
				waiting = false // for a card that is to come
				v.mu.Lock()
				v.first = true
				v.mu.Unlock()
			}
		}
		if !waiting {
			break
		}
		select {
		case <-v.begun:
			waiting = false
		case <-changed:
		case <-time.After(5 * time.Millisecond):
			o.settleAll() // it may wait for the word about a result
		}
	}
}

// ended counts how requests end.
func (o *office) ended(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var e *reading.Error
	if errors.As(err, &e) {
		o.codes[e.Code]++
	}
}

// trick is what the hand does in the middle of a read, at a stage: mostly nothing.
func (o *office) trick() func(cardlib.Stage) {
	stages := []cardlib.Stage{cardlib.StageAccess, cardlib.StageSOD, cardlib.StageDG1, cardlib.StageDG13}
	at, kind, who := stages[o.roll(len(stages))], o.roll(8), o.people[o.roll(2)]
	done := false
	return func(stage cardlib.Stage) {
		if stage != at || done {
			return
		}
		done = true
		switch kind {
		case 0:
			o.remove()
		case 1, 2, 3: // the card slips out; itself or the other one comes back
			o.remove()
			o.insert(who)
		}
	}
}

// judge looks at a result as the page would get it.
func (o *office) judge(v *visitor, r *Result) {
	name, _ := answered(o.t, r).Citizen[cccd.FieldFullName].(string)
	assert.Equal(o.t, o.whose(r.Reader.Insertion), name, "the person whose card the insertion was")
	assert.True(o.t, o.mine(v, name), "%s got the data of %s", v.page, name)
	assert.Equal(o.t, answer.Wanted{"fullName": true}, r.Wanted, "what was granted")
	assert.Equal(o.t, v.page, r.visit.Caller.String())
}

func (o *office) whose(insertion uint64) string {
	o.hands.Lock()
	defer o.hands.Unlock()
	return o.who[insertion]
}

// settle ends a result that is on its way.
func (o *office) settle(v *visitor) {
	v.mu.Lock()
	r := v.result
	v.result = nil
	v.mu.Unlock()
	if r == nil {
		return
	}
	delivered := o.roll(3) > 0
	insertion := r.Reader.Insertion
	if delivered {
		o.mu.Lock()
		o.results[insertion]++
		if v.page == pageOnce {
			o.once++
		}
		o.mu.Unlock()
	}
	r.Settle(delivered)
}

// resume takes a result that was not delivered, by its own page or by another one.
func (o *office) resume(v *visitor, page string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v.mu.Lock()
	waiting := v.result == nil
	v.mu.Unlock()
	if !waiting || v.token == "" {
		return
	}
	stop := context.AfterFunc(ctx, func() {})
	defer stop()
	time.AfterFunc(20*time.Millisecond, cancel) // its read may be waiting for a card
	r, err := o.Resume(ctx, caller(o.t, page), v.token)
	if err != nil {
		return
	}
	assert.Equal(o.t, v.page, page, "a token is good for its own page")
	o.judge(v, r)
	v.mu.Lock()
	v.result = r
	v.mu.Unlock()
	o.settle(v)
}

// rest lets the read under way come to its end, if there is a card for it.
func (o *office) rest() {
	for o.holds() {
		board, changed := o.Board()
		if len(board.Reads) == 0 {
			return
		}
		select {
		case <-changed:
		case <-time.After(5 * time.Millisecond):
			o.settleAll() // it may wait for the word about a result
		}
	}
}

// holds tells whether a card is in.
func (o *office) holds() bool {
	o.hands.Lock()
	defer o.hands.Unlock()
	return o.in != 0
}

// settleAll ends the results that are on their way.
func (o *office) settleAll() {
	for _, v := range o.visitors {
		o.settle(v)
	}
}

// step does one thing at random.
func (o *office) step() {
	pages := []string{pageA, pageB, pageOnce}
	page := pages[o.roll(len(pages))]
	var some *visitor
	if len(o.visitors) > 0 {
		some = o.visitors[len(o.visitors)-1-o.roll(min(4, len(o.visitors)))]
	}
	switch what := o.roll(20); {
	case what < 5:
		o.insert(o.people[o.roll(2)])
		o.noticed()
	case what < 7:
		o.remove()
	case what < 12:
		o.ask(page)
		if o.roll(3) > 0 {
			o.rest()
		}
	case what < 13:
		o.book.mu.Lock()
		if _, granted := o.book.all[pageOnce]; !granted {
			o.book.all[pageOnce] = consent.Permission{Fields: []string{"fullName"}, Mock: true, Once: true}
			o.mu.Lock()
			o.grants++
			o.mu.Unlock()
		}
		o.book.mu.Unlock()
	case what < 14:
		o.Choose(caller(o.t, page))
		o.ask(page)
		o.Counter.mu.Lock()
		o.chosen = asker{} // as if half a minute had passed
		o.Counter.mu.Unlock()
	case some == nil:
	case what < 15:
		some.cancel()
	case what < 16:
		some.leave()
	case what < 18:
		o.resume(some, page)
	default:
		o.settleAll()
	}
}

// TestNoOrderOfEventsMixesTwoPersons plays events at random (insertions, removals, cards
// that slip out and come back or are changed for the other person's, requests, waits,
// cancellations, lost connections, resumed results, the officer's yes and no and choice)
// and holds every result against what lay in the reader.
func TestNoOrderOfEventsMixesTwoPersons(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			o := openOffice(t, seed)
			for n := 0; n < 500 || n < 5000 && o.given() <= fewResults; n++ { // a slow computer reads few cards in so many steps
				o.step()
			}
			for _, v := range o.visitors {
				v.cancel()
				v.leave()
			}
			o.running.Wait()
			for _, v := range o.visitors {
				o.settle(v)
			}
			o.tally()
		})
	}
}

// fewResults are too few to say that the test tests something.
const fewResults = 10

// given is how many results were delivered.
func (o *office) given() (total int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range o.results {
		total += n
	}
	return total
}

// tally counts at the end: one result for an insertion, and one for each yes.
func (o *office) tally() {
	for insertion, n := range o.results {
		assert.LessOrEqual(o.t, n, 1+o.yes[insertion], "results of insertion %d", insertion)
	}
	total := o.given()
	assert.LessOrEqual(o.t, o.once, o.grants, "a grant for one result gave one")
	assert.Greater(o.t, total, fewResults, "the test tests something")
	o.t.Logf("%d cards, %d requests, %d results, %d grants for one; %v", len(o.tail), len(o.visitors), total, o.grants, o.codes)
}
