package child

import (
	"context"
	"crypto/ed25519"
	"errors"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/remoteca"
)

// open opens the chip for a service and reads what that needs to judge the card.
func (w *work) open(f frame) error {
	var head openHead
	if err := f.into(&head); err != nil {
		return err
	}
	terms := remoteca.Terms{Request: head.Terms.Request}
	for _, k := range head.Terms.Keys {
		if len(k) != ed25519.PublicKeySize {
			return errFrame
		}
		terms.Keys = append(terms.Keys, k)
	}
	first, err := w.first(&remote{w.wire, head.Link}, head.Tries)
	if w.wire.err != nil {
		return w.wire.err
	}
	var said openedHead
	if err != nil {
		said.Fault, first = newFault(err), nil
	} else {
		w.relay = remoteca.NewRelay(terms, w.chip.Channel(), w.chip.Link())
	}
	return w.wire.send(newFrame(kindOpened, said, first))
}

func (w *work) first(card *remote, tries int) ([]byte, error) {
	ctx := context.Background()
	chip, err := cardlib.Open(ctx, card, w.keys, cardlib.Plan{MaxTries: tries})
	if err != nil {
		return nil, err
	}
	w.chip = chip
	reader := files.NewReader(chip.Channel(), false)
	sod, err := reader.Read(ctx, files.SOD, nil, nil)
	if err != nil {
		return nil, err
	}
	dg14, err := reader.Read(ctx, files.Group(lds.DG14), nil, nil)
	if err != nil {
		return nil, err
	}
	return remoteca.First(sod, dg14)
}

// carry hands one message of the service to the chip, as far as the gate lets it.
func (w *work) carry(f frame) error {
	reply, ended, err := w.relay.Handle(context.Background(), f.body)
	if w.wire.err != nil {
		return w.wire.err
	}
	said := relayedHead{Ended: ended, Served: w.relay.Served()}
	if err != nil {
		said.Fault, reply = refusal(err), nil
	}
	return w.wire.send(newFrame(kindRelayed, said, reply))
}

// refusal names what the gate refused; a fault of the link stays what it is. What
// was refused is told to the reviewer of the audit.
func refusal(err error) *faultHead {
	code := remoteca.CodeOf(err)
	if code == "" {
		return newFault(err)
	}
	f := &faultHead{Code: catalogue.Code(code)}
	var r *remoteca.Refusal
	if errors.As(err, &r) && r.Err != nil && code == remoteca.CodeCommand {
		f.Detail = r.Err.Error() // the header of a command, and no word of the page's
	}
	return f
}
