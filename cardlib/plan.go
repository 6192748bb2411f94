package cardlib

import (
	"io"
	"slices"
	"time"

	"chipid/cardlib/lds"
	"chipid/cardlib/terminalauth"
	"chipid/cardlib/trust"
)

// Plan says what of a card is wanted. The zero Plan reads the text and the
// portrait (DG1, DG2, DG13) and makes every check.
type Plan struct {
	// Groups are the data groups wanted; nil for DG1, DG2 and DG13. DG1 is always
	// read (no verdict stands without it), DG14 and DG15 unless their
	// authentication is skipped.
	Groups []lds.Group
	// SkipActiveAuth and SkipChipAuth leave out a proof that the chip is genuine.
	// Terminal authentication cannot do without chip authentication, which is run then.
	SkipActiveAuth, SkipChipAuth bool
	// Terminal opens DG3 and DG4 where they are wanted; nil if there is none: such a
	// group then stays closed on most cards (NEEDS_TERMINAL_AUTH in Document.States).
	Terminal *terminalauth.Terminal
	// AllowTerminalAuthOnRealCards lets Terminal be used with cards that are not
	// synthetic. A real chip keeps what it learns from certificates for good: the
	// newest date, and from a link certificate the key that it trusts.
	AllowTerminalAuthOnRealCards bool
	// Memory keeps what is learnt of kinds of chips across reads; nil for none.
	Memory Memory
	// Challenge is what active authentication signs; nil for a random one. A back
	// end that wants evidence derives it from its nonce (cardlib/evidence).
	Challenge *[8]byte
	// Trust holds the anchors; nil is an empty store: nothing is genuine then.
	Trust *trust.Store
	// MaxTries bounds the passwords tried; 0 is access.MaxTries, which it cannot exceed.
	MaxTries int
	// BuildDate is when this program was built: a clock before it is not believed.
	// Zero leaves the check out.
	BuildDate time.Time
	// Now is the clock, nil for time.Now.
	Now func() time.Time
	// Random is the source of nonces and ephemeral keys, nil for crypto/rand.
	Random io.Reader
	// Progress hears of each step; nil for none. It is called in order, from the
	// goroutine that called Read, and must return soon.
	Progress func(Progress)
	// OnText is called once DG13 (or, where it is not wanted, DG1) has arrived and
	// was compared with EF.SOD, while the rest is still being read. checked tells
	// whether the hash matched; the document must not be kept.
	OnText func(doc *Document, checked bool)
	// OnSOD is called with EF.SOD as it came over the channel, before anything else
	// is read. It must not be kept unless copied; an error ends the read with it.
	OnSOD func(raw []byte) error
	// Observe hears of every exchange above secure messaging, and of those in plain
	// before there is a channel, in order; nil for none. What it hears is personal.
	Observe func(Exchange)
}

// Stage is a step of a read.
type Stage string

// The stages, in the order in which they come.
const (
	StageConnect    Stage = "connect"
	StageAccess     Stage = "access"
	StageSOD        Stage = "sod"
	StageDG1        Stage = "dg1"
	StageDG13       Stage = "dg13"
	StageDG14       Stage = "dg14"
	StageDG15       Stage = "dg15"
	StageChipAuth   Stage = "chipAuth"
	StageActiveAuth Stage = "activeAuth"
	StageTerminal   Stage = "terminalAuth"
	StageCOM        Stage = "com"
	StageDG2        Stage = "dg2"
	StageGroup      Stage = "group" // any other data group
	StageVerify     Stage = "verify"
	StageDone       Stage = "done"
)

// Stages returns the stages in their order.
func Stages() []Stage {
	return []Stage{StageConnect, StageAccess, StageSOD, StageDG1, StageDG13, StageDG14, StageChipAuth, StageDG15,
		StageActiveAuth, StageTerminal, StageCOM, StageGroup, StageDG2, StageVerify, StageDone}
}

// Progress is how far a read has come.
type Progress struct {
	Stage Stage
	// Done and Total are bytes of the file being read; 0 where the stage has none.
	Done, Total int
	// Percent is that of the whole read, 0 to 100; it never falls.
	Percent int
}

func (p Plan) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// wanted tells which groups are to be read, DG1 and the keys' groups included.
func (p Plan) wanted() map[lds.Group]bool {
	groups := p.Groups
	if groups == nil {
		groups = []lds.Group{lds.DG1, lds.DG2, lds.DG13}
	}
	want := map[lds.Group]bool{lds.DG1: true}
	for _, g := range groups {
		if g.Valid() {
			want[g] = true
		}
	}
	if p.wantsChipAuth() {
		want[lds.DG14] = true
	}
	if !p.SkipActiveAuth {
		want[lds.DG15], want[lds.DG14] = true, true // DG14 names the hash of ECDSA answers
	}
	return want
}

func (p Plan) wantsChipAuth() bool { return !p.SkipChipAuth || p.wantsTerminal() }

// wantsTerminal tells whether terminal authentication may be needed.
func (p Plan) wantsTerminal() bool {
	return p.Terminal != nil && slices.ContainsFunc(protected, func(g lds.Group) bool { return slices.Contains(p.Groups, g) })
}

// progress turns stages into percentages.
type progress struct {
	tell    func(Progress)
	weight  map[Stage]int
	total   int
	before  int
	current Stage
	percent int
}

// weights are shares of the time of a read on a contactless link, roughly; the
// portrait is most of it.
var weights = map[Stage]int{StageConnect: 1, StageAccess: 12, StageSOD: 10, StageDG1: 2, StageDG13: 4, StageDG14: 3,
	StageDG15: 3, StageChipAuth: 5, StageActiveAuth: 6, StageTerminal: 5, StageCOM: 1, StageGroup: 5, StageDG2: 60, StageVerify: 2}

func newProgress(p Plan) *progress {
	want := p.wanted()
	pr := &progress{tell: p.Progress, weight: map[Stage]int{}}
	for stage, w := range weights {
		switch {
		case stage == StageDG2 && !want[lds.DG2], stage == StageDG13 && !want[lds.DG13],
			stage == StageChipAuth && !p.wantsChipAuth(), stage == StageActiveAuth && p.SkipActiveAuth,
			stage == StageTerminal && !p.wantsTerminal():
			continue
		}
		pr.weight[stage] = w
		pr.total += w
	}
	return pr
}

// enter begins a stage.
func (p *progress) enter(stage Stage) {
	if p.current != "" {
		p.before += p.weight[p.current]
		p.weight[p.current] = 0 // a stage entered twice counts once
	}
	p.current = stage
	p.bytes(0, 0)
}

// bytes reports within the stage.
func (p *progress) bytes(done, total int) {
	part := 0
	if total > 0 {
		part = p.weight[p.current] * done / total
	}
	percent := min(99, 100*(p.before+part)/max(1, p.total))
	if p.current == StageDone {
		percent = 100
	}
	p.percent = max(p.percent, percent)
	if p.tell != nil {
		p.tell(Progress{Stage: p.current, Done: done, Total: total, Percent: p.percent})
	}
}
