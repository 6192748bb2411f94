package child

import (
	"bytes"
	"context"
	"io"
	"testing"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
)

// canned is a child that says what it says, whatever it is told.
type canned struct{ io.Reader }

func (canned) Write(b []byte) (int, error) { return len(b), nil }

func (canned) Kill() {}

func (canned) End() {}

// said are frames in one piece.
func said(frames ...frame) []byte {
	var b bytes.Buffer
	for _, f := range frames {
		_ = f.write(&b)
	}
	return b.Bytes()
}

// FuzzChildFrames: whatever a child says, its parent neither panics nor takes what
// is none of the words that there are.
func FuzzChildFrames(f *testing.F) {
	f.Add(said(newFrame(kindReady, readyHead{}, nil), newFrame(kindCommand, nil, []byte{0, 0xA4, 4, 12}), newFrame(kindRead, readHead{Signed: true}, nil),
		newFrame(kindDone, doneHead{Number: true}, append(make([]byte, 32), `{}`...))))
	f.Add(said(newFrame(kindReady, readyHead{Code: "NUMBER_INVALID"}, nil)))
	f.Add(said(newFrame(kindReady, readyHead{}, nil), newFrame(kindReset, nil, nil), newFrame(kindRead, readHead{Fault: &faultHead{Code: "x", Tried: []string{"BAC"}}}, nil)))
	f.Add([]byte{byte(kindReady), 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &Child{link: canned{bytes.NewReader(b)}, grace: grace}
		defer c.End()
		var ready readyHead
		if _, err := c.ask(t.Context(), newFrame(kindBegin, beginHead{}, nil), kindReady, &ready); err != nil {
			return
		}
		if _, err := c.Try(t.Context(), mute{}, Try{Tries: access.MaxTries}, Order{Text: true}, Hear{Text: func([]byte, []byte) {}}); err != nil {
			return
		}
		r, err := c.Finish(t.Context(), Said{}, Hear{})
		if err == nil && (!saneReport(r.Report) || !oneObject(r.Answer)) {
			t.Fatal("took what is no result")
		}
	})
}

// FuzzParentFrames: whatever its parent says, a child ends with an error or with
// the input; that of an ordinary one is the first of the seeds.
func FuzzParentFrames(f *testing.F) {
	begin := newFrame(kindBegin, beginHead{Kind: "id"}, []byte(`"000190000018"`))
	try := newFrame(kindTry, tryHead{Try: Try{Tries: 3}}, nil)
	refused := newFrame(kindAnswer, answerHead{SW: 0x6A82}, nil)
	f.Add(said(begin, try, refused, refused, refused, newFrame(kindFinish, Said{}, nil)))
	f.Add(said(begin, newFrame(kindOpen, openHead{Terms: Terms{Keys: [][]byte{make([]byte, 32)}}}, nil), refused))
	f.Add(said(newFrame(kindRelay, nil, []byte{1})))
	f.Add(said(begin, begin))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = Serve(bytes.NewReader(b), io.Discard, Surroundings{})
	})
}

// mute is a card that refuses everything.
type mute struct{}

func (mute) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{SW: apdu.SWFileNotFound}, nil
}
