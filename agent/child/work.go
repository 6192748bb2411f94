package child

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/portrait"
	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
)

// Surroundings are what a child has of its own. The zero ones trust nothing and
// show JPEG and PNG alone.
type Surroundings struct {
	// Trust returns what the cards of a reader are judged against. It is called as
	// soon as there is an order, and again for a try, from two goroutines.
	Trust     func(t Trust, reader string) *trust.Store
	Portraits *portrait.Renderer
	// BuildDate is handed to every plan (cardlib.Plan).
	BuildDate time.Time
	// Keys are those of KindGiven.
	Keys access.Keys
	// Wrap, if not nil, gets the card and the plan of each try and returns those to
	// use instead: that is how a read is recorded.
	Wrap func(apdu.Card, cardlib.Plan) (apdu.Card, cardlib.Plan)
	// Read stands for cardlib.Read in tests.
	Read func(context.Context, apdu.Card, access.Keys, cardlib.Plan) (*cardlib.Result, error)
}

// errOtherCard: the card that came back has another EF.SOD.
var errOtherCard = errors.New("child: another card")

// work is one read from the child's side.
type work struct {
	Surroundings
	wire    *wire
	anchors Trust
	order   Order
	keys    access.Keys
	warmed  chan struct{}
	// sod is EF.SOD as it was first read: the card that comes back must have the
	// same, byte for byte, over a channel of its own.
	sod    []byte
	result *cardlib.Result
	reader string
	// the chip that a service speaks to
	chip  *cardlib.Opened
	relay *remoteca.Relay
}

// Serve is the child's loop: it does what the frames of in ask for until in ends,
// which is no error. It is for one read.
func Serve(in io.Reader, out io.Writer, s Surroundings) error {
	if s.Read == nil {
		s.Read = cardlib.Read
	}
	w := &work{Surroundings: s, wire: &wire{in: in, out: out}}
	defer w.end()
	for {
		f, err := readFrame(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := w.step(f); err != nil {
			return err
		}
		if w.wire.err != nil {
			return w.wire.err
		}
	}
}

// step carries one frame out. A frame that comes out of turn ends the child.
func (w *work) step(f frame) error {
	begun := w.warmed != nil
	switch {
	case f.kind == kindBegin && !begun:
		return w.begin(f)
	case f.kind == kindTry && begun && w.chip == nil && w.result == nil:
		return w.try(f)
	case f.kind == kindFinish && w.result != nil:
		return w.finish(f)
	case f.kind == kindOpen && begun && w.chip == nil && w.result == nil:
		return w.open(f)
	case f.kind == kindRelay && w.relay != nil:
		return w.carry(f)
	}
	return errFrame
}

func (w *work) end() {
	if w.chip != nil {
		w.chip.Close()
	}
	if w.warmed != nil {
		<-w.warmed
	}
	if w.result != nil {
		w.result.Wipe()
	}
}

// begin takes the order and judges the key, before a card is touched.
func (w *work) begin(f frame) error {
	var head beginHead
	if err := f.into(&head); err != nil {
		return err
	}
	w.anchors, w.warmed = head.Trust, make(chan struct{})
	go func() {
		defer close(w.warmed)
		w.trust("")
	}()
	var said readyHead
	if head.Kind == KindGiven {
		w.keys = w.Keys
	} else {
		var text string
		if err := json.Unmarshal(f.body, &text); err != nil {
			return err
		}
		w.keys, said.Code = answer.Keys(head.Kind, text)
	}
	if said.Code == "" && w.keys.Empty() {
		said.Code = catalogue.KeyMissing
	}
	return w.wire.send(newFrame(kindReady, said, nil))
}

func (w *work) trust(reader string) *trust.Store {
	if w.Trust == nil {
		return nil
	}
	return w.Trust(w.anchors, reader)
}

// try reads the card once.
func (w *work) try(f frame) error {
	var head tryHead
	if err := f.into(&head); err != nil {
		return err
	}
	w.order = head.Order
	card, plan := apdu.Card(&remote{w.wire, head.Link}), cardlib.Plan{
		Groups: w.order.groups(), Trust: w.trust(head.Reader), MaxTries: head.Tries, BuildDate: w.BuildDate,
		Progress: func(p cardlib.Progress) { _ = w.wire.send(newFrame(kindProgress, p, nil)) }, OnText: w.text, OnSOD: w.same,
	}
	if w.order.Evidence != nil {
		challenge := w.order.Evidence.Request.Challenge()
		plan.Challenge = &challenge
	}
	if w.Wrap != nil {
		card, plan = w.Wrap(card, plan)
	}
	result, err := w.Read(context.Background(), card, w.keys, plan)
	if w.wire.err != nil {
		return w.wire.err
	}
	said := readHead{Signed: w.sod != nil}
	if err != nil {
		said.Fault = newFault(err)
	} else {
		result.Report.Synthetic = result.Report.Synthetic || head.Synthetic
		w.result, w.reader = result, head.Reader
	}
	return w.wire.send(newFrame(kindRead, said, nil))
}

// same keeps the first EF.SOD and compares every later one with it.
func (w *work) same(raw []byte) error {
	switch {
	case w.sod == nil:
		w.sod = bytes.Clone(raw)
	case !bytes.Equal(w.sod, raw):
		return errOtherCard
	}
	return nil
}

// text hands over the text fields before the portrait has come, if they are what
// the card's issuer signed.
func (w *work) text(doc *cardlib.Document, checked bool) {
	if !w.order.Text || !checked {
		return
	}
	f, err := w.wire.ask(newFrame(kindChecked, nil, nil), kindFields)
	if err != nil {
		return
	}
	var head fieldsHead
	if w.wire.err = f.into(&head); w.wire.err != nil {
		return
	}
	fields := answer.Citizen(doc, setOf(head.Fields).Text())
	if len(fields) == 0 {
		return
	}
	if b, err := answer.Encode(fields); err == nil {
		digest := digestOf(doc.Citizen.PersonalNumber)
		_ = w.wire.send(newFrame(kindText, textHead{len(digest) > 0}, append(digest, b...)))
	}
}

// numberDomain keeps the digest of a number apart from every other.
const numberDomain = "chipid citizen's number 1\x00"

// digestOf stands for a citizen's number in the audit; nil for none.
func digestOf(number string) []byte {
	if number == "" {
		return nil
	}
	digest := sha256.Sum256([]byte(numberDomain + number))
	return digest[:]
}

// finish makes the answer of what was read.
func (w *work) finish(f frame) error {
	var head Said
	if err := f.into(&head); err != nil {
		return err
	}
	said := doneHead{Report: w.result.Report, Photo: w.showPortrait()}
	whole := answer.Whole{Answer: answer.New(w.result, w.reader, setOf(head.Fields)), Withheld: head.Withheld}
	var err error
	if w.order.Evidence != nil {
		whole.Evidence, err = w.evidence()
	}
	body := digestOf(w.result.Document.Citizen.PersonalNumber)
	said.Number = len(body) > 0
	if err == nil {
		var b []byte
		b, err = answer.Encode(whole)
		body = append(body, b...)
	}
	if err != nil {
		said.Fault = &faultHead{Code: catalogue.Internal}
		body = nil
	}
	return w.wire.send(newFrame(kindDone, said, body))
}

// newFault makes the words for the agent of what ended a step.
func newFault(err error) *faultHead {
	var known *answer.Error
	var card *cardlib.Error
	switch {
	case errors.Is(err, errOtherCard):
		return &faultHead{Code: catalogue.OtherCard}
	case errors.Is(err, ErrTriesSpent):
		return &faultHead{Code: catalogue.TriesSpent}
	case errors.As(err, &known):
		return &faultHead{Code: known.Code, SW: known.SW, Tried: known.Tried}
	}
	f := &faultHead{Code: catalogue.Code(cardlib.CodeOf(err))}
	if errors.As(err, &card) {
		f.SW, f.Tried = card.SW, card.Tried
	}
	return f
}
