package child

import (
	"context"
	"errors"
	"slices"
	"time"

	"chipid/agent/answer"
	"chipid/cardlib"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/portrait"
)

// showPortrait puts a photo that browsers show in place of the chip's own. One
// that cannot be shown is taken away and named among the broken files: it costs
// the photo, never the read. It returns why there is none.
func (w *work) showPortrait() portrait.Reason {
	doc := &w.result.Document
	if doc.Portrait == nil {
		return ""
	}
	shown, err := w.Portraits.Render(context.Background(), doc.Portrait.Data)
	if err == nil {
		doc.Portrait = &cardlib.Portrait{MIME: shown.MIME, Data: shown.Data, Width: shown.Width, Height: shown.Height}
		return ""
	}
	doc.Portrait = nil
	if name := lds.DG2.String(); !slices.Contains(doc.Broken, name) {
		doc.Broken = append(doc.Broken, name)
		slices.Sort(doc.Broken)
	}
	var why *portrait.Error
	if errors.As(err, &why) {
		return why.Reason
	}
	return portrait.DecoderFailed
}

// evidence makes the bundle of what was read and has it signed; null if the chip
// gave too little, of which the report tells the reason.
func (w *work) evidence() ([]byte, error) {
	o, doc := w.order.Evidence, &w.result.Document
	read := evidence.Read{SOD: doc.SOD, Files: doc.Groups}
	if doc.ActiveAuth != nil {
		read.Signature = doc.ActiveAuth.Signature
	}
	bundle, err := evidence.Collect(o.Request, o.Manual, read, o.Software, time.Now())
	if err != nil {
		return answer.NewBundle(nil, o.JSON) // incomplete: the page is told by null
	}
	if len(o.Key) > 0 {
		if err := bundle.SignBy(o.Key, w.sign); err != nil {
			return nil, err
		}
	}
	return answer.NewBundle(bundle, o.JSON)
}

// sign has the agent sign.
func (w *work) sign(message []byte) ([]byte, error) {
	f, err := w.wire.ask(newFrame(kindSign, nil, message), kindSigned)
	if err != nil {
		return nil, err
	}
	if len(f.body) == 0 {
		return nil, errFrame
	}
	return f.body, nil
}
