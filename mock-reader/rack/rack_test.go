package rack

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var testDeck = scenario.NewDeck(issuer.New(issuer.PublishedSeed))

// one makes a rack of one reader.
func one(t *testing.T, c Config) (*Rack, *Slot) {
	t.Helper()
	if c.Name == "" {
		c.Name = "mock:one"
	}
	r := New(testDeck)
	s, err := r.Add(c)
	require.NoError(t, err)
	return r, s
}

// read reads the card that is in as a good reader does.
func read(t *testing.T, s *Slot) (*cardlib.Result, error) {
	t.Helper()
	card, err := s.Card()
	require.NoError(t, err)
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	keys, err := cccd.KeysFromMRZ(who.MRZ())
	require.NoError(t, err)
	return cardlib.Read(t.Context(), card, keys, cardlib.Plan{})
}

func kinds(r *Rack) []trace.Kind {
	var all []trace.Kind
	lines, _ := r.Tape().Since(0)
	for _, l := range lines {
		all = append(all, l.Kind)
	}
	return all
}

func TestAReadStandsOnTheTape(t *testing.T) {
	r, s := one(t, Config{Card: "mau", Link: "424"})
	_, err := read(t, s)
	require.NoError(t, err)
	lines, _ := r.Tape().Since(0)
	require.Greater(t, len(lines), 20)
	assert.Equal(t, trace.Insert, lines[0].Kind)
	files := map[string]bool{}
	var total int64
	for _, l := range lines[1:] {
		if l.Kind == trace.Reset {
			continue
		}
		require.Equal(t, trace.APDU, l.Kind, l.Name)
		assert.Equal(t, "mock:one", l.Reader)
		assert.Equal(t, "mau", l.Card)
		assert.NotEmpty(t, l.Meaning.Vi)
		assert.NotEmpty(t, l.Meaning.En)
		assert.NotEmpty(t, l.Clause)
		assert.Empty(t, l.Broken, "a good reader breaks no rule")
		if l.File != "" {
			assert.Contains(t, l.Name, l.File, "the tape and the chip agree")
		}
		files[l.File] = true
		total += l.Micros
	}
	for _, f := range []string{"EF.CardAccess", "EF.SOD", "EF.DG1", "EF.DG2", "EF.DG13", "EF.DG14", "EF.DG15"} {
		assert.True(t, files[f], f)
	}
	assert.Greater(t, total, int64(300_000), "modelled, not slept")
	name := trace.Filter{Text: "Nguyễn Thị Mẫu"}.Choose(lines)
	assert.NotEmpty(t, name, "the plain text under secure messaging")
}

// A reset leaves the application: what the same command means changes with it.
func TestResetIsToldAndFollowed(t *testing.T) {
	for _, card := range []string{"mau", scenario.ForeignToken} {
		r, s := one(t, Config{Card: card})
		c, err := s.Card()
		require.NoError(t, err)
		for range 2 {
			_, err = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: chip.DefaultAID})
			require.NoError(t, err)
		}
		require.NoError(t, c.Reset(t.Context()))
		c.Exchange([]byte{0, 0xA4, 2, 0x0C, 2, 0x01, 0x1C})
		assert.Equal(t, []trace.Kind{trace.Insert, trace.APDU, trace.APDU, trace.Reset, trace.APDU}, kinds(r))
		lines, _ := r.Tape().Since(4)
		assert.Equal(t, "EF.CardAccess", lines[0].File)
	}
}

func TestTearInTheMiddleOfAFile(t *testing.T) {
	for name, c := range map[string]struct {
		tear Tear
		file string
	}{
		"percent": {Tear{File: "DG2", Percent: 40}, "EF.DG2"},
		"offset":  {Tear{File: "EF.DG13", Offset: 100}, "EF.DG13"},
		"start":   {Tear{File: "SOD"}, "EF.SOD"},
		"number":  {Tear{Command: 7}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, s := one(t, Config{Card: "mau/short-apdus"})
			require.NoError(t, s.SetTear(&c.tear))
			assert.Equal(t, &c.tear, s.State().Tear)
			_, err := read(t, s)
			require.ErrorIs(t, err, apdu.ErrRemoved)
			assert.Empty(t, s.State().Card, "the card is away")
			assert.Nil(t, s.State().Tear, "once")
			lines, _ := r.Tape().Since(0)
			last := lines[len(lines)-2]
			assert.Equal(t, trace.Torn, lines[len(lines)-1].Kind)
			assert.Equal(t, []string{"tear"}, last.Faults)
			assert.Empty(t, last.Response)
			switch {
			case c.file != "":
				assert.Equal(t, c.file, last.File)
			default:
				assert.Equal(t, 7, last.Number)
			}
			if c.tear.Percent > 0 {
				card, err := testDeck.Open("mau/short-apdus", scenario.Hooks{})
				require.NoError(t, err)
				size := len(card.(interface{ Profile() chip.Profile }).Profile().LDS[trace.FileID("DG2")])
				assert.InDelta(t, size*40/100, last.Offset+last.Length, 260)
			}
			require.NoError(t, s.Insert("mau"))
			_, err = read(t, s)
			assert.NoError(t, err, "put back, it reads")
		})
	}
}

func TestTearCanBeTakenBack(t *testing.T) {
	_, s := one(t, Config{Card: "mau"})
	require.NoError(t, s.SetTear(&Tear{File: "DG1"}))
	require.NoError(t, s.SetTear(nil))
	_, err := read(t, s)
	assert.NoError(t, err)
	for _, bad := range []Tear{{}, {File: "DG17"}, {File: "DG2", Command: 1}, {File: "DG2", Percent: 101}, {File: "DG2", Percent: 1, Offset: 1},
		{Command: -1}, {Command: 1, Offset: 2}} {
		assert.ErrorIs(t, s.SetTear(&bad), ErrTear, "%+v", bad)
	}
}

func TestParseTear(t *testing.T) {
	for text, want := range map[string]Tear{
		"DG2": {File: "DG2"}, "DG2 40%": {File: "DG2", Percent: 40}, "DG2 40 %": {File: "DG2", Percent: 40},
		"SOD byte 600": {File: "SOD", Offset: 600}, "command 12": {Command: 12},
	} {
		got, err := ParseTear(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		again, err := ParseTear(got.String())
		require.NoError(t, err)
		assert.Equal(t, want, again, "what it prints, it reads")
	}
	for _, text := range []string{"", "DG99", "DG2 40", "DG2 x%", "DG2 -1%", "DG2 101%", "command", "command x", "DG2 byte x", "a b c d"} {
		_, err := ParseTear(text)
		assert.ErrorIs(t, err, ErrTear, text)
	}
}

func TestLinkOverContacts(t *testing.T) {
	_, s := one(t, Config{Card: "mau", Link: "t0"})
	_, err := read(t, s)
	require.NoError(t, err)
	card, err := s.Card()
	require.NoError(t, err)
	assert.Equal(t, apdu.ProtocolT0, card.LinkInfo().Protocol)
	assert.Equal(t, card.ATR(), []byte(s.State().ATR))
	resp, err := card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1C}, Le: 256})
	require.NoError(t, err)
	assert.Equal(t, apdu.SWWrongLength, resp.SW, "a TPDU has no Le on case 4")

	before := s.State().Insertion
	require.NoError(t, s.SetLink("t1"))
	assert.Greater(t, s.State().Insertion, before, "the card was moved")
	_, err = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect})
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	card, err = s.Card()
	require.NoError(t, err)
	assert.Equal(t, apdu.ProtocolT1, card.LinkInfo().Protocol)
	assert.Equal(t, card.ATR(), []byte(s.State().ATR))

	require.NoError(t, s.SetLink("424"))
	before = s.State().Insertion
	require.NoError(t, s.SetLink("848"))
	assert.Equal(t, before, s.State().Insertion, "the same medium: the card stays")
	assert.ErrorIs(t, s.SetLink("fast"), linkmodel.ErrSetting)
}

// A slow link is really slept, and a card pulled meanwhile ends the wait.
func TestSleepingLink(t *testing.T) {
	_, s := one(t, Config{Card: scenario.ForeignToken, Link: "424,reader=10s,sleep"})
	card, err := s.Card()
	require.NoError(t, err)
	time.AfterFunc(20*time.Millisecond, func() { s.Remove() })
	begin := time.Now()
	_, err = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect})
	require.ErrorIs(t, err, apdu.ErrRemoved)
	assert.Less(t, time.Since(begin), 5*time.Second)

	require.NoError(t, s.SetLink("424,reader=30ms,sleep"))
	require.NoError(t, s.Insert(scenario.ForeignToken))
	card, err = s.Card()
	require.NoError(t, err)
	begin = time.Now()
	assert.NotNil(t, card.Exchange([]byte{0, 0xA4, 0, 0}))
	assert.GreaterOrEqual(t, time.Since(begin), 30*time.Millisecond)
}

// port notes what is put into it.
type port struct {
	mu   sync.Mutex
	card scenario.Card
	log  []string
}

func (p *port) Put(card scenario.Card) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.card, p.log = card, append(p.log, "put")
}

func (p *port) Pull() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.card, p.log = nil, append(p.log, "pull")
	return true
}

func TestPortIsGivenTheCards(t *testing.T) {
	p := &port{}
	r, s := one(t, Config{Card: scenario.ForeignToken, Port: p, Way: "somewhere"})
	require.NoError(t, s.Insert("tre-em/dies-early"))
	assert.Equal(t, []string{"put", "pull", "put"}, p.log)
	for _, raw := range [][]byte{{0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1}, {0, 0xA4, 2, 0x0C, 2, 1, 0x1D}} {
		p.card.Exchange(raw)
	}
	assert.Empty(t, s.State().Card, "a fault of the card took it away")
	assert.False(t, p.card.Present())
	assert.False(t, s.Remove(), "twice is no error")
	assert.Equal(t, []trace.Kind{trace.Insert, trace.Remove, trace.Insert, trace.APDU, trace.APDU, trace.Torn}, kinds(r))
	assert.Equal(t, "somewhere", s.State().Way)
}

func TestRackRefuses(t *testing.T) {
	r, s := one(t, Config{})
	_, err := s.Card()
	assert.ErrorIs(t, err, apdu.ErrNoCard)
	var unknown *scenario.ErrUnknown
	assert.ErrorAs(t, s.Insert("nobody"), &unknown)
	_, err = r.Add(Config{Name: "mock:one"})
	assert.ErrorIs(t, err, ErrDuplicate)
	_, err = r.Add(Config{Name: "mock:two", Card: "nobody"})
	assert.ErrorAs(t, err, &unknown)
	_, err = r.Add(Config{Name: "mock:two", Link: "x"})
	assert.ErrorIs(t, err, linkmodel.ErrSetting)
	_, err = r.Slot("mock:two")
	assert.ErrorIs(t, err, ErrReader)
	got, err := r.Slot("")
	require.NoError(t, err)
	assert.Same(t, s, got)
	_, err = r.Add(Config{Name: "mock:two"})
	require.NoError(t, err)
	_, err = r.Slot("")
	assert.ErrorIs(t, err, ErrReader, "which of the two?")
}

func TestStateTellsOfChanges(t *testing.T) {
	r, s := one(t, Config{})
	_, changed := r.State()
	require.NoError(t, s.Insert(scenario.ForeignToken))
	<-changed
	_, changed = r.State()
	require.NoError(t, s.SetLink("424"))
	<-changed
	_, changed = r.State()
	require.NoError(t, s.SetTear(&Tear{Command: 1}))
	<-changed
	_, changed = r.State()
	s.Remove()
	<-changed
	spare, err := r.Spare("mock:hidden", scenario.ForeignToken)
	require.NoError(t, err)
	assert.NotEmpty(t, spare.State().ATR)
	states, _ := r.State()
	assert.Len(t, states, 1)
}

func TestManyHands(t *testing.T) {
	_, s := one(t, Config{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 20 {
				if i%2 == 0 {
					assert.NoError(t, s.Insert(scenario.ForeignToken))
					if card, err := s.Card(); err == nil {
						_, _ = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect})
					}
				} else {
					s.Remove()
					_ = s.SetTear(&Tear{Command: 1})
				}
			}
		})
	}
	all.Wait()
}
