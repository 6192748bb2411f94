package torture

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// Options say how to run.
type Options struct {
	// Seed chooses bits, numbers and, where fewer cases are wanted than there are, the cases.
	Seed uint64
	// Cases is how many to run; 0 runs each once.
	Cases int
	// Only runs the one case with this number in the plan; 0 runs all.
	Only int
	// First ends the run at the first case that goes wrong.
	First bool
	// Workers run at the same time; 0 is as many as there are processors.
	Workers int
	// Limit is how long one read may take, on the clock on the wall; 0 is 30 s. No
	// chip of ours waits, so that a read takes some milliseconds.
	Limit time.Duration
	// Progress hears now and then how far the run is; nil for none.
	Progress func(done, total int)
}

const (
	defaultLimit = 30 * time.Second
	grace        = 5 * time.Second // from the end of its time until a read must be back
	tellEvery    = 200             // cases
)

// Run tortures the reader. An error means that the run could not be made, or
// that ctx ended before it was over.
func Run(ctx context.Context, o Options) (*Report, error) {
	w, err := newWorld()
	if err != nil {
		return nil, err
	}
	for _, c := range w.classes {
		if err := c.survey(ctx, w); err != nil {
			return nil, err
		}
	}
	plan := w.plan(o.Cases, o.Seed)
	if o.Only > len(plan) {
		return nil, fmt.Errorf("torture: case %d of %d", o.Only, len(plan))
	}
	t := newTally(o.Seed)
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	r := &run{world: w, options: o, tally: t}
	if err := r.all(ctx, plan); err != nil {
		return nil, err
	}
	t.leaks()
	t.report.Seconds = time.Since(t.begun).Seconds()
	return &t.report, nil
}

// run is one run on its way.
type run struct {
	*world
	options Options
	tally   *tally
}

// all runs the cases of a plan, several at a time.
func (r *run) all(ctx context.Context, plan []*attempt) error {
	workers := r.options.Workers
	if workers <= 0 {
		workers = runtime.NumCPU()
	}
	numbers := make(chan int)
	var group sync.WaitGroup
	errs := make(chan error, workers)
	for range workers {
		group.Go(func() {
			for number := range numbers {
				if err := r.one(ctx, number, plan[number-1]); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	err := r.feed(ctx, numbers, len(plan), errs)
	close(numbers)
	group.Wait()
	return err
}

// feed hands out the numbers of the cases.
func (r *run) feed(ctx context.Context, numbers chan<- int, total int, errs <-chan error) error {
	for number := 1; number <= total; number++ {
		if r.options.Only > 0 && number != r.options.Only {
			continue
		}
		if r.options.First && r.tally.wrong() {
			return nil
		}
		select {
		case numbers <- number:
		case err := <-errs:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
		if r.options.Progress != nil && (number%tellEvery == 0 || number == total) {
			r.options.Progress(number, total)
		}
	}
	return nil
}

// one runs one case and counts it.
func (r *run) one(ctx context.Context, number int, a *attempt) error {
	random := rand.New(rand.NewPCG(r.options.Seed, uint64(number)))
	t := newTruth()
	card, err := a.card(random, t, r.stream(number, 1))
	if err != nil {
		return fmt.Errorf("%v: %w", a, err)
	}
	clock, stop := newClock(ctx)
	defer stop()
	l := &link{card: card, kind: a.kind, at: a.step, random: random, clock: clock, truth: t}
	o := r.read(clock, number, l, a)
	if !o.hang && o.panic == "" {
		o.findings = a.judge(t, o.result, o.err)
	}
	r.tally.add(number, a, o)
	return nil
}

// card makes the attempt's card.
func (a *attempt) card(random *rand.Rand, t *truth, stream io.Reader) (apdu.Card, error) {
	if a.chance != nil {
		return a.chance(random), nil
	}
	profile, err := a.make(random)
	if err != nil {
		return nil, err
	}
	options := []chip.Option{
		chip.WithLog(t.log), chip.WithRandom(stream),
		chip.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }),
	}
	if plainKinds[a.kind] {
		tw := &twist{kind: a.kind, at: a.step, random: random, truth: t}
		options = append(options, chip.WithTwist(tw.alter))
	}
	return chip.New(profile, options...)
}

// read reads the card and waits for the end, but not for ever.
func (r *run) read(clock *clock, number int, l *link, a *attempt) outcome {
	done := make(chan outcome, 1)
	labels := pprof.Labels(label, strconv.Itoa(number))
	go pprof.Do(clock, labels, func(context.Context) {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				o = outcome{panic: fmt.Sprintf("%v\n%s", p, debug.Stack())}
			}
			l.over.Store(true)
			done <- o
		}()
		o.result, o.err = cardlib.Read(clock, l, a.keys, cardlib.Plan{Trust: r.store, Random: r.stream(number, 2)})
	})
	limit := time.NewTimer(r.options.Limit)
	defer limit.Stop()
	select {
	case o := <-done:
		o.hang = l.endless
		return o
	case <-limit.C:
	}
	clock.expire()
	select {
	case <-done:
	case <-time.After(grace):
	}
	return outcome{hang: true}
}

// stream is the randomness of one side in one case.
func (r *run) stream(number int, side byte) io.Reader {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], r.options.Seed)
	binary.BigEndian.PutUint64(seed[8:], uint64(number))
	seed[16] = side
	return rand.NewChaCha8(seed)
}
