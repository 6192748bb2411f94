package pace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// Data objects of Doc 9303-11 §4.4.4 and table 4.
const (
	tagMechanism tlv.Tag = 0x80
	tagPassword  tlv.Tag = 0x83
	tagParameter tlv.Tag = 0x84

	tagDynamic        tlv.Tag = 0x7C
	tagNonce          tlv.Tag = 0x80
	tagMapIFD         tlv.Tag = 0x81
	tagMapIC          tlv.Tag = 0x82
	tagEphemeralIFD   tlv.Tag = 0x83
	tagEphemeralIC    tlv.Tag = 0x84
	tagTokenIFD       tlv.Tag = 0x85
	tagTokenIC        tlv.Tag = 0x86
	tagAuthority      tlv.Tag = 0x87
	tagPrevAuthority  tlv.Tag = 0x88
	tagEncryptedProof tlv.Tag = 0x8A
)

// begin is MSE:Set AT and the first GENERAL AUTHENTICATE. Some chips want the
// parameter id though only one set is offered, others refuse it, and some notice
// only when the nonce is asked for: where the chip finds fault with the
// parameters, the other form is tried once.
func (r *run) begin(ctx context.Context) ([]byte, error) {
	var err error
	for _, form := range r.forms() {
		var nonce []byte
		if nonce, err = r.tryBegin(ctx, form == ParameterSent); err == nil {
			r.form = form
			return nonce, nil
		}
		if sw, ok := apdu.StatusOf(err); !ok || !aboutParameters(sw) {
			return nil, err
		}
	}
	if !errors.Is(err, ErrUnsupported) {
		err = fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return nil, err
}

// forms are the forms of MSE:Set AT in the order in which they are tried.
func (r *run) forms() []ParameterForm {
	switch {
	case !r.info.Parameter.Present:
		return []ParameterForm{ParameterLeftOut}
	case r.info.Ambiguous, r.form == ParameterSent:
		return []ParameterForm{ParameterSent, ParameterLeftOut}
	}
	return []ParameterForm{ParameterLeftOut, ParameterSent}
}

func aboutParameters(sw apdu.SW) bool {
	return sw == apdu.SWWrongData || sw == swLcInconsistent || sw == apdu.SWReferencedDataUnknown
}

func (r *run) tryBegin(ctx context.Context, withParameter bool) ([]byte, error) {
	if err := r.setAT(ctx, withParameter); err != nil {
		return nil, err
	}
	objects, err := r.general(ctx, "GENERAL AUTHENTICATE (encrypted nonce)", nil, tagNonce)
	if err != nil {
		return nil, err
	}
	return objects[0].Value, nil
}

// setAT is MSE:Set AT (§4.4.4.1).
func (r *run) setAT(ctx context.Context, withParameter bool) error {
	data := tlv.Encode(tagMechanism, r.oid)
	data = tlv.Append(data, tagPassword, []byte{r.reference})
	if withParameter {
		data = tlv.Append(data, tagParameter, r.info.Parameter.Bytes())
	}
	resp, err := r.card.Transmit(ctx, apdu.Command{INS: apdu.InsMSE, P1: 0xC1, P2: 0xA4, Data: data})
	if err != nil {
		return err
	}
	if resp.SW.OK() {
		return nil
	}
	if tries, ok := blocked(resp.SW); ok {
		if tries.Left > 1 {
			return nil // a warning (TR-03110-3 B.11.1): the protocol is selected
		}
		tries.Spared = true
		return tries
	}
	return fmt.Errorf("%w: %w", ErrUnsupported, &apdu.StatusError{Command: "MSE:Set AT", SW: resp.SW})
}

// general is one of the first three GENERAL AUTHENTICATE commands: chained, with
// the given object (nil: none), and the one object that must come back.
func (r *run) general(ctx context.Context, step string, object []byte, want tlv.Tag) (tlv.Elements, error) {
	resp, err := r.transmit(ctx, apdu.ClaChaining, object)
	if err != nil {
		return nil, err
	}
	if !resp.SW.OK() {
		return nil, refusedStep(step, resp.SW)
	}
	return dynamic(step, resp.Data, want)
}

// transmit sends 7C{object}. What does not fit a short command makes it
// extended, as §9.3.1 wants it; the answer is of the same size.
func (r *run) transmit(ctx context.Context, cla byte, object []byte) (apdu.Response, error) {
	cmd := apdu.Command{CLA: cla, INS: apdu.InsGeneralAuth, Data: tlv.Encode(tagDynamic, object), Le: apdu.MaxShortLe}
	if len(cmd.Data) > apdu.MaxShortData {
		cmd.Le = apdu.MaxExtendedLe
	}
	return r.card.Transmit(ctx, cmd)
}

// dynamic opens 7C. The first object must be want, others only of the tags
// allowed, each once.
func dynamic(step string, data []byte, want tlv.Tag, allowed ...tlv.Tag) (tlv.Elements, error) {
	e, err := tlv.ReadTag(data, tagDynamic)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrProtocol, step, err)
	}
	objects, err := e.Children()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrProtocol, step, err)
	}
	if len(objects) == 0 || objects[0].Tag != want {
		return nil, fmt.Errorf("%w: %s: no object %v", ErrProtocol, step, want)
	}
	for n, o := range objects[1:] {
		if !slices.Contains(allowed, o.Tag) || len(objects[:n+1].All(o.Tag)) > 0 {
			return nil, fmt.Errorf("%w: %s: object %v", ErrProtocol, step, o.Tag)
		}
	}
	return objects, nil
}
