package prompt

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/consent"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pairing is the question of a page that wants two sensitive fields.
func pairQuestion(t *testing.T) consent.Question {
	t.Helper()
	o, err := consent.ParseOrigin("https://motcua.example.vn")
	require.NoError(t, err)
	return consent.Question{Kind: consent.AskPair, Caller: consent.Caller{Origin: o}, Name: "Một cửa xã Thử Nghiệm", Purpose: "CT01: thay đổi thông tin cư trú",
		Fields: []string{"fullName", "dateOfBirth", "religion", "portrait"}, Presence: true, TriesLeft: 3}
}

func TestTheFormSaysWhoAsksForWhat(t *testing.T) {
	q := pairQuestion(t)
	q.Name = "Ngân hàng\u202e<b>\n"
	f := formOf(q, "vi")
	assert.Equal(t, "https://motcua.example.vn", f.site)
	assert.Contains(t, f.lines, "Tự xưng là: «Ngân hàng<b>»", "nothing that turns words around")
	assert.Contains(t, f.lines, "Sẽ được đọc: Họ, chữ đệm và tên; Ngày, tháng, năm sinh")
	assert.Equal(t, []box{{"religion", "Tôn giáo"}, {"portrait", "Ảnh chân dung"}}, f.sensitive)
	assert.NotEmpty(t, f.presence)
	q.Presence = false
	assert.Empty(t, formOf(q, "en").presence)
	again := formOf(consent.Question{Kind: consent.AskAgain, Caller: q.Caller, Fields: q.Fields, Reader: "ACME 00"}, "en")
	assert.Empty(t, again.code)
	assert.Empty(t, again.terms)
	assert.Contains(t, again.lines, "It will read: Full name; Date of birth; Religion; Portrait")
	assert.Contains(t, again.lines, "Reader: ACME 00")
}

func TestOnlyWhatWasTickedIsGranted(t *testing.T) {
	q := pairQuestion(t)
	assert.Equal(t, consent.Decision{}, decisionOf(q, reply{}))
	d := decisionOf(q, reply{granted: true, term: "day", code: "0123456"})
	assert.Equal(t, consent.Decision{Granted: true, Code: "0123456", For: consent.ForDay, Fields: []string{"fullName", "dateOfBirth"}}, d)
	d = decisionOf(q, reply{granted: true, term: "once", ticked: []string{"portrait", "spouse"}, presence: true})
	assert.Equal(t, []string{"fullName", "dateOfBirth", "portrait"}, d.Fields, "what was not asked for is not granted")
	assert.True(t, d.Presence)
	q.Presence = false
	assert.False(t, decisionOf(q, reply{granted: true, presence: true}).Presence)
	assert.Equal(t, consent.Decision{Granted: true}, decisionOf(consent.Question{Kind: consent.AskAgain, Fields: q.Fields}, reply{granted: true}))
}

// window is one that the test answers.
type window struct {
	shown chan form
	reply chan reply
	err   error
	gone  chan error
}

func (w *window) show(ctx context.Context, f form) (reply, error) {
	w.shown <- f
	if w.err != nil {
		return reply{}, w.err
	}
	select {
	case r := <-w.reply:
		return r, nil
	case <-ctx.Done():
		w.gone <- ctx.Err()
		return reply{}, ctx.Err()
	}
}

// attended runs an attendant with that window.
func attended(t *testing.T, w *window, more func(*Config)) *consent.Queue {
	t.Helper()
	q := consent.NewQueue()
	c := Config{Queue: q, Language: func() string { return "vi" }, show: w.show}
	if more != nil {
		more(&c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); New(c).Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return q
}

func newWindow() *window {
	return &window{shown: make(chan form, 9), reply: make(chan reply), gone: make(chan error, 9)}
}

// ask asks and returns where the answer comes.
func ask(ctx context.Context, q *consent.Queue, question consent.Question) <-chan consent.Decision {
	got := make(chan consent.Decision, 1)
	go func() {
		if d, err := q.Ask(ctx, question); err == nil {
			got <- d
		}
		close(got)
	}()
	return got
}

func TestAWindowAnswersTheQuestion(t *testing.T) {
	w := newWindow()
	q := attended(t, w, nil)
	got := ask(t.Context(), q, pairQuestion(t))
	<-w.shown
	w.reply <- reply{granted: true, term: "day", code: "1"}
	assert.Equal(t, "1", (<-got).Code)
	got = ask(t.Context(), q, pairQuestion(t))
	<-w.shown
	w.reply <- reply{}
	assert.False(t, (<-got).Granted)
}

func TestAnAnswerFromElsewhereTakesTheWindowAway(t *testing.T) {
	w := newWindow()
	q := attended(t, w, nil)
	got := ask(t.Context(), q, pairQuestion(t))
	<-w.shown
	waiting, _ := q.List()
	require.NoError(t, q.Answer(waiting[0].ID, consent.Decision{Granted: true, Code: "page"}))
	assert.Equal(t, "page", (<-got).Code)
	assert.ErrorIs(t, <-w.gone, context.Canceled)

	ctx, leave := context.WithCancel(t.Context())
	ask(ctx, q, pairQuestion(t))
	<-w.shown
	leave()
	assert.ErrorIs(t, <-w.gone, context.Canceled, "who asked has gone")
}

func TestAClosedWindowDecidesNothing(t *testing.T) {
	w := newWindow()
	w.err = errClosed
	q := attended(t, w, nil)
	ctx, leave := context.WithCancel(t.Context())
	got := ask(ctx, q, pairQuestion(t))
	<-w.shown
	time.Sleep(50 * time.Millisecond)
	waiting, _ := q.List()
	assert.Len(t, waiting, 1, "it goes on waiting")
	assert.Empty(t, w.shown, "and is not shown again")
	leave()
	_, decided := <-got
	assert.False(t, decided)
}

func TestWithoutWindowsThePageIsOpened(t *testing.T) {
	w := newWindow()
	w.err = errNoWindow
	instead := make(chan struct{}, 9)
	q := attended(t, w, func(c *Config) { c.Instead = func() { instead <- struct{}{} } })
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	ask(ctx, q, pairQuestion(t))
	<-instead
}

func TestWindowsThatAreNotWanted(t *testing.T) {
	w := newWindow()
	q := attended(t, w, func(c *Config) { c.Enabled = func() bool { return false } })
	ctx, leave := context.WithCancel(t.Context())
	ask(ctx, q, pairQuestion(t))
	require.Eventually(t, func() bool { waiting, _ := q.List(); return len(waiting) == 1 }, 20*time.Second, time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	assert.Empty(t, w.shown)
	leave()
}

func TestWhatYadWrites(t *testing.T) {
	f := formOf(pairQuestion(t), "vi")
	r, err := yadReply(f, "'0123456'|''|FALSE|TRUE|FALSE|'Hôm nay'|\n")
	require.NoError(t, err)
	assert.Equal(t, reply{granted: true, code: "0123456", ticked: []string{"portrait"}, term: "day"}, r)
	for _, bad := range []string{"", "|", "'1'|''|TRUE|TRUE|TRUE|'Mãi mãi'|", "'1'|''|TRUE|TRUE|TRUE|'Hôm nay'|'more'|x|"} {
		_, err := yadReply(f, bad)
		assert.ErrorIs(t, err, errReply, "%q", bad)
	}
	again, err := yadReply(formOf(consent.Question{Kind: consent.AskAgain}, "vi"), "")
	require.NoError(t, err)
	assert.Equal(t, reply{granted: true}, again)
}

// TestNothingSensitiveIsTickedBeforehand, but for what the officer has ticked before a wrong code.
func TestNothingSensitiveIsTickedBeforehand(t *testing.T) {
	f := formOf(pairQuestion(t), "vi")
	require.NotEmpty(t, f.sensitive)
	ticks := func(had reply) (all []string) {
		args := yadArguments(f, had)
		for _, value := range args[slices.Index(args, "--")+1:] {
			if value == "TRUE" || value == "FALSE" {
				all = append(all, value)
			}
		}
		return all
	}
	boxes := len(f.sensitive) + 1 // and that of following cards
	assert.Equal(t, slices.Repeat([]string{"FALSE"}, boxes), ticks(reply{}))
	had := append([]string{"TRUE"}, slices.Repeat([]string{"FALSE"}, boxes-1)...)
	assert.Equal(t, had, ticks(reply{ticked: []string{f.sensitive[0].id}}))
}

func FuzzYadReply(f *testing.F) {
	f.Add("'0123456'|''|FALSE|TRUE|FALSE|'Hôm nay'|\n")
	f.Add("||||||")
	question := consent.Question{Kind: consent.AskPair, Fields: []string{"fullName", "portrait"}, Presence: true}
	f.Fuzz(func(t *testing.T, written string) {
		r, err := yadReply(formOf(question, "vi"), written)
		if err != nil {
			assert.Equal(t, reply{}, r)
			return
		}
		for _, id := range r.ticked {
			assert.Equal(t, "portrait", id)
		}
		assert.Contains(t, []string{"once", "day", "always"}, r.term)
	})
}
