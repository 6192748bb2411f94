package reading

import (
	"context"
	"errors"
	"slices"

	"chipid/cardlib"
	"chipid/cardlib/lds"
	"chipid/cardlib/portrait"
)

// showPortrait puts a photo that browsers show in place of the chip's own. One
// that cannot be shown is taken away and named among the broken files: it costs
// the photo, never the read.
func (d *Desk) showPortrait(ctx context.Context, doc *cardlib.Document) {
	if doc.Portrait == nil {
		return
	}
	shown, err := d.config.Portraits.Render(ctx, doc.Portrait.Data)
	if err == nil {
		doc.Portrait = &cardlib.Portrait{MIME: shown.MIME, Data: shown.Data, Width: shown.Width, Height: shown.Height}
		return
	}
	doc.Portrait = nil
	if name := lds.DG2.String(); !slices.Contains(doc.Broken, name) {
		doc.Broken = append(doc.Broken, name)
		slices.Sort(doc.Broken)
	}
	var why *portrait.Error
	if errors.As(err, &why) {
		d.log.Info("photo unavailable", "reason", string(why.Reason))
	}
}
