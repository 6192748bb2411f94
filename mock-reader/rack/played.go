package rack

import (
	"context"
	"sync"
	"sync/atomic"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

// Played is a card in a reader: over the reader's link, on the tape, and torn away
// where it was asked for. It is safe for concurrent use as far as its chip is.
type Played struct {
	scenario.Card
	slot      *Slot
	name      string
	insertion uint64

	mu      sync.Mutex // guards decoder
	decoder trace.Decoder
	sizes   map[uint16]int // of the files of the application
	tearing atomic.Bool    // the answer under way does not arrive

	once sync.Once
	gone chan struct{} // closed when the card is taken out
}

// play makes the chip of an insertion.
func (s *Slot) play(now State) (*Played, error) {
	p := &Played{slot: s, name: now.Card, insertion: now.Insertion, gone: make(chan struct{})}
	hooks := scenario.Hooks{Log: p.log, Removed: func() { p.leave(); s.torn(now.Insertion) }}
	card, err := s.rack.deck.Open(now.Card, hooks)
	if err != nil {
		return nil, err
	}
	if made, ok := card.(*chip.Chip); ok {
		profile := made.Profile()
		p.sizes = map[uint16]int{}
		for id, content := range profile.LDS {
			p.sizes[id] = len(content)
		}
		if card, err = onContacts(made, s.setting.Load(), hooks); err != nil {
			return nil, err
		}
	}
	p.Card = card
	return p, nil
}

// onContacts makes the chip speak T=0 or T=1 if the link has contacts: such a
// chip takes what its protocol carries, so that timing alone would not do.
func onContacts(made *chip.Chip, setting *linkmodel.Setting, hooks scenario.Hooks) (scenario.Card, error) {
	if !setting.Contact {
		return made, nil
	}
	profile := made.Profile()
	profile.Protocol = setting.Model.Medium.Protocol()
	profile.Extended = profile.Protocol == apdu.ProtocolT1 && profile.Extended
	profile.ATR = contactATR(setting, made.ATR())
	return chip.New(profile, chip.WithLog(hooks.Log), chip.WithRemoved(hooks.Removed))
}

// contactATR is the answer to reset over contacts of a card that otherwise has atr.
func contactATR(setting *linkmodel.Setting, atr []byte) []byte {
	protocol := setting.Model.Medium.Protocol()
	return chip.DefaultATR(protocol, protocol == apdu.ProtocolT1 && apdu.ExtendedAnnounced(atr))
}

// log puts an exchange on the tape. It is called by the chip before the answer
// leaves it, one exchange at a time, and must not call the chip.
func (p *Played) log(e chip.Entry) {
	if len(e.Command) == 0 {
		return // a card that logs its own reset; Reset tells of all
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	line := p.decoder.Decode(e)
	line.Reader, line.Card = p.slot.name, p.name
	if x := line.Exchange; x != nil {
		x.Micros = p.took(e.Command, len(e.Response)).Microseconds()
		if t := p.slot.tear.Load(); t != nil && t.strikes(x, p.sizes) && p.slot.tear.CompareAndSwap(t, nil) {
			p.tearing.Store(true)
			x.Lose("tear")
		}
	}
	p.slot.rack.tape.Add(line)
}

// Transmit implements apdu.Card.
func (p *Played) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	resp, err := p.Card.Transmit(ctx, cmd)
	if p.tornNow() {
		return apdu.Response{}, apdu.ErrRemoved
	}
	if err != nil {
		return resp, err
	}
	raw, err := cmd.Bytes()
	if err != nil {
		return resp, err
	}
	if err := p.wait(ctx, raw, len(resp.Data)+2); err != nil {
		return apdu.Response{}, err
	}
	return resp, nil
}

// Exchange implements scenario.Card.
func (p *Played) Exchange(raw []byte) []byte {
	out := p.Card.Exchange(raw)
	if p.tornNow() {
		return nil
	}
	if out != nil && p.wait(context.Background(), raw, len(out)) != nil {
		return nil
	}
	return out
}

// Reset implements apdu.Resetter.
func (p *Played) Reset(ctx context.Context) error {
	if err := p.Card.Reset(ctx); err != nil {
		return err
	}
	p.slot.tell(trace.Reset, p.name)
	p.forget()
	return nil
}

// PowerOff implements scenario.Card.
func (p *Played) PowerOff() {
	p.Card.PowerOff()
	p.forget()
}

// forget has the tape forget what was selected, as the chip has.
func (p *Played) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decoder = trace.Decoder{}
}

// Insert implements scenario.Card. A card that was taken out stays out: the
// rack makes a fresh one.
func (p *Played) Insert() {}

// Remove implements scenario.Card.
func (p *Played) Remove() {
	p.leave()
	p.Card.Remove()
}

func (p *Played) leave() { p.once.Do(func() { close(p.gone) }) }

// tornNow carries out a tear that the exchange just met.
func (p *Played) tornNow() bool {
	if !p.tearing.Swap(false) {
		return false
	}
	p.Remove()
	p.slot.torn(p.insertion)
	return true
}
