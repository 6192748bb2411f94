package pairing

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// officer answers questions as a function says.
type officer func(consent.Question) (consent.Decision, error)

func (o officer) Ask(ctx context.Context, q consent.Question) (consent.Decision, error) {
	if o == nil {
		<-ctx.Done()
		return consent.Decision{}, ctx.Err()
	}
	return o(q)
}

func room(t *testing.T, o officer) *Room {
	t.Helper()
	identity, err := OpenIdentity(t.TempDir())
	require.NoError(t, err)
	return NewRoom(identity, o)
}

func caller(t *testing.T, text string) consent.Caller {
	t.Helper()
	o, err := consent.ParseOrigin(text)
	require.NoError(t, err)
	return consent.Caller{Origin: o}
}

// page is the page's side, written apart from the agent's.
type page struct {
	caller consent.Caller
	nonce  []byte
}

func newPage(t *testing.T) *page {
	t.Helper()
	p := &page{caller: caller(t, "https://motcua.example.vn"), nonce: make([]byte, 32)}
	_, _ = rand.Read(p.nonce)
	return p
}

func sum(parts ...string) []byte {
	h := sha256.New()
	for _, part := range parts {
		n := len(part)
		h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

func (p *page) ask() Ask {
	c := sum("chipid pairing commitment page", string(p.nonce))
	return Ask{Caller: p.caller, Name: "Một cửa", Purpose: "CT01", Fields: []string{"fullName", "portrait"}, Commitment: base64.RawURLEncoding.EncodeToString(c)}
}

func (p *page) code(t *testing.T, opened Opened, agentNonce string) string {
	t.Helper()
	nonce, err := base64.RawURLEncoding.DecodeString(agentNonce)
	require.NoError(t, err)
	assert.Equal(t, opened.Commitment, base64.RawURLEncoding.EncodeToString(sum("chipid pairing commitment agent", string(nonce))))
	key, err := base64.RawURLEncoding.DecodeString(opened.Key)
	require.NoError(t, err)
	n := new(big.Int).SetBytes(sum("chipid pairing code", string(p.nonce), string(nonce), string(key), p.caller.Origin.String())[:8])
	digits := n.Mod(n, big.NewInt(10_000_000)).String()
	for len(digits) < 7 {
		digits = "0" + digits
	}
	return digits
}

// start goes as far as both nonces are shown.
func (p *page) start(t *testing.T, r *Room) (opened Opened, code string) {
	t.Helper()
	opened, err := r.Request(p.ask())
	require.NoError(t, err)
	nonce, err := r.Reveal(p.caller, opened.ID, base64.RawURLEncoding.EncodeToString(p.nonce))
	require.NoError(t, err)
	return opened, p.code(t, opened, nonce)
}

func TestPairing(t *testing.T) {
	var code string
	r := room(t, func(q consent.Question) (consent.Decision, error) {
		assert.Equal(t, "https://motcua.example.vn", q.Caller.String())
		assert.Equal(t, []string{"fullName", "portrait"}, q.Fields)
		return consent.Decision{Granted: true, Code: code[:3] + " " + code[3:], Fields: []string{"fullName", "religion"}, Presence: true, For: consent.ForDay}, nil
	})
	p := newPage(t)
	_, err := r.Request(p.ask())
	assert.ErrorIs(t, err, ErrClosed)
	assert.False(t, r.IsOpen())
	r.Open(time.Minute)
	assert.True(t, r.IsOpen())
	var opened Opened
	opened, code = p.start(t, r)
	_, err = r.Request(newPage(t).ask())
	assert.ErrorIs(t, err, ErrBusy, "one in the whole agent")
	d, asked, err := r.Finish(t.Context(), p.caller, opened.ID)
	require.NoError(t, err)
	assert.Equal(t, []string{"fullName"}, d.Fields, "nothing that was not asked for")
	assert.Equal(t, p.ask(), asked, "what the officer saw is what is granted, whichever connection waits for it")
	assert.False(t, d.Presence, "it was not asked for")
	_, _, err = r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrUnknown, "once")
	_, err = r.Request(newPage(t).ask())
	assert.NoError(t, err, "and the next one may ask")
}

func TestWrongCodes(t *testing.T) {
	tries := 0
	r := room(t, func(q consent.Question) (consent.Decision, error) {
		tries++
		assert.Equal(t, 4-tries, q.TriesLeft)
		return consent.Decision{Granted: true, Code: "12"}, nil
	})
	r.Open(time.Minute)
	p := newPage(t)
	opened, _ := p.start(t, r)
	_, _, err := r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrCode)
	assert.Equal(t, 3, tries)
	_, err = r.Request(p.ask())
	assert.ErrorIs(t, err, ErrCode, "three tries, and not three more")
}

func TestPairingsThatFail(t *testing.T) {
	p := newPage(t)
	r := room(t, func(consent.Question) (consent.Decision, error) { return consent.Decision{}, nil })
	r.Open(time.Minute)
	opened, _ := p.start(t, r)
	_, _, err := r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrDenied)
	_, err = r.Request(p.ask())
	assert.ErrorIs(t, err, ErrDenied, "the officer is not asked again until pairing is opened anew")
	r.Open(time.Minute)

	opened, err = r.Request(p.ask())
	require.NoError(t, err)
	_, _, err = r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrUnknown, "the nonces were not shown")
	_, err = r.Reveal(caller(t, "https://evil.example"), opened.ID, encode(p.nonce))
	assert.ErrorIs(t, err, ErrUnknown, "another origin's pairing")
	_, err = r.Reveal(p.caller, opened.ID, encode(make([]byte, 32)))
	assert.ErrorIs(t, err, ErrCommitment)
	_, err = r.Reveal(p.caller, opened.ID, encode(p.nonce))
	assert.ErrorIs(t, err, ErrUnknown, "there is no second guess")

	opened, _ = p.start(t, r)
	_, err = r.Reveal(p.caller, opened.ID, encode(p.nonce))
	assert.ErrorIs(t, err, ErrCommitment, "the nonce is shown once")

	opened, err = r.Request(p.ask())
	require.NoError(t, err)
	r.Drop(p.caller, opened.ID)
	_, err = r.Reveal(p.caller, opened.ID, encode(p.nonce))
	assert.ErrorIs(t, err, ErrUnknown, "the page has gone")
}

func TestWindowCloses(t *testing.T) {
	r := room(t, nil)
	now := time.Now()
	r.now = func() time.Time { return now }
	assert.Equal(t, now.Add(2*time.Minute), r.Open(time.Hour), "two minutes at most")
	p := newPage(t)
	opened, _ := p.start(t, r)
	now = now.Add(MaxWindow)
	_, _, err := r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrExpired)

	r = room(t, nil)
	r.Open(50 * time.Millisecond)
	opened, _ = p.start(t, r)
	_, _, err = r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrExpired, "no officer answered")
}

// TestAPairingThatStallsKeepsNobodyOut.
func TestAPairingThatStallsKeepsNobodyOut(t *testing.T) {
	r := room(t, nil)
	now := time.Now()
	r.now = func() time.Time { return now }
	r.Open(MaxWindow)
	slow, p := Ask{Caller: caller(t, "https://slow.example"), Fields: []string{"sex"}}, newPage(t)
	opened, err := r.Request(slow)
	require.NoError(t, err)
	_, err = r.Request(p.ask())
	assert.ErrorIs(t, err, ErrBusy)
	now = now.Add(stall + time.Second)
	p.start(t, r)
	_, err = r.Reveal(slow.Caller, opened.ID, encode(p.nonce))
	assert.ErrorIs(t, err, ErrUnknown)
	now = now.Add(stall + time.Second)
	_, err = r.Reveal(p.caller, r.pending.id, encode(p.nonce))
	assert.ErrorIs(t, err, ErrExpired, "nor may it go on late")
}

// TestAnotherConnectionThatGoes: while the officer is asked nobody else can ask, though a
// page lets one of its connections ask and another one begin and go.
func TestAnotherConnectionThatGoes(t *testing.T) {
	asked, answers := make(chan bool), make(chan consent.Decision)
	r := room(t, func(consent.Question) (consent.Decision, error) { asked <- true; return <-answers, nil })
	r.Open(MaxWindow)
	p := newPage(t)
	opened, _ := p.start(t, r)
	done := make(chan error, 1)
	go func() { _, _, err := r.Finish(t.Context(), p.caller, opened.ID); done <- err }()
	<-asked
	r.Drop(p.caller, opened.ID)
	_, err := r.Request(newPage(t).ask())
	assert.ErrorIs(t, err, ErrBusy)
	answers <- consent.Decision{}
	assert.ErrorIs(t, <-done, ErrDenied)
	assert.Nil(t, r.pending)
}

// TestAPageThatCallsItsQuestionsOff: windows do not come and go without end.
func TestAPageThatCallsItsQuestionsOff(t *testing.T) {
	r := room(t, func(consent.Question) (consent.Decision, error) { return consent.Decision{}, context.Canceled })
	r.Open(MaxWindow)
	p := newPage(t)
	for range MaxTries {
		opened, _ := p.start(t, r)
		_, _, err := r.Finish(t.Context(), p.caller, opened.ID)
		assert.ErrorIs(t, err, context.Canceled)
	}
	_, err := r.Request(p.ask())
	assert.ErrorIs(t, err, ErrExpired)
	r.Open(MaxWindow)
	p.start(t, r)
}

// TestAPageThatKeepsAsking: one that holds the only place and never lets the officer
// decide does not get it again while others want it, by stalling or by asking anew.
func TestAPageThatKeepsAsking(t *testing.T) {
	for name, leave := range map[string]func(*Room, *time.Time, Ask, string){
		"it stalls":    func(_ *Room, now *time.Time, _ Ask, _ string) { *now = now.Add(stall + time.Second) },
		"it asks anew": func(r *Room, _ *time.Time, a Ask, id string) { r.Drop(a.Caller, id) },
	} {
		t.Run(name, func(t *testing.T) {
			r := room(t, nil)
			now := time.Now()
			r.now = func() time.Time { return now }
			r.Open(MaxWindow)
			hostile, p := Ask{Caller: caller(t, "https://hostile.example"), Fields: []string{"sex"}}, newPage(t)
			first, err := r.Request(hostile)
			require.NoError(t, err)
			leave(r, &now, hostile, first.ID)
			second, err := r.Request(hostile)
			require.NoError(t, err, "nobody else has asked")
			_, err = r.Request(p.ask())
			assert.ErrorIs(t, err, ErrBusy)
			leave(r, &now, hostile, second.ID)
			_, err = r.Request(hostile)
			assert.ErrorIs(t, err, ErrExpired)
			p.start(t, r)
			r.Open(MaxWindow)
			r.Drop(p.caller, r.pending.id)
			_, err = r.Request(hostile)
			assert.NoError(t, err, "pairing was opened anew")
		})
	}
}

// TestTheWindowAndASleepingComputer: a window that was open when the computer fell
// asleep is closed when it wakes, and what the officer decides then is too late.
func TestTheWindowAndASleepingComputer(t *testing.T) {
	p := newPage(t)
	var r *Room
	slept := time.Duration(0)
	code := ""
	r = room(t, func(consent.Question) (consent.Decision, error) {
		slept = MaxWindow
		return consent.Decision{Granted: true, Code: code, For: consent.Always, Fields: []string{"fullName"}}, nil
	})
	r.wall = func() time.Time { return time.Now().Round(0).Add(slept) }
	r.Open(MaxWindow)
	opened, said := p.start(t, r)
	code = said
	_, _, err := r.Finish(t.Context(), p.caller, opened.ID)
	assert.ErrorIs(t, err, ErrExpired)
	assert.False(t, r.IsOpen())
	_, err = r.Request(p.ask())
	assert.ErrorIs(t, err, ErrClosed)
}

func TestIdentity(t *testing.T) {
	state := t.TempDir()
	one, err := OpenIdentity(state)
	require.NoError(t, err)
	again, err := OpenIdentity(state)
	require.NoError(t, err)
	assert.Equal(t, one.Key(), again.Key())
	if runtime.GOOS != "windows" {
		info, err := os.Stat(filepath.Join(state, "keys", "identity.key"))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	key, err := base64.RawURLEncoding.DecodeString(one.Key())
	require.NoError(t, err)
	sig, err := base64.RawURLEncoding.DecodeString(one.Answer("abc", "https://a.example", 9590))
	require.NoError(t, err)
	assert.True(t, ed25519.Verify(key, []byte("chipid identity 1\nhttps://a.example\n9590\nabc\n"), sig))
	assert.False(t, ed25519.Verify(key, []byte("chipid identity 1\nhttps://a.example\n9591\nabc\n"), sig), "passed on from another port")
	require.NoError(t, os.WriteFile(filepath.Join(state, "keys", "identity.key"), []byte("short"), 0o600))
	_, err = OpenIdentity(state)
	assert.ErrorIs(t, err, ErrIdentity, "never silently another key")
}

func FuzzReveal(f *testing.F) {
	identity, err := OpenIdentity(f.TempDir())
	require.NoError(f, err)
	f.Add("", "")
	f.Add("AAAA", encode(make([]byte, 32)))
	f.Fuzz(func(t *testing.T, commitment, nonce string) {
		r := NewRoom(identity, officer(nil))
		r.Open(time.Minute)
		o, err := r.Request(Ask{Commitment: commitment})
		require.NoError(t, err)
		if _, err := r.Reveal(consent.Caller{}, o.ID, nonce); err == nil {
			b, ok := decode(nonce, nonceBytes)
			require.True(t, ok)
			require.Equal(t, Commitment("page", b), commitment)
		}
	})
}
