package apdu

import (
	"context"
	"fmt"
)

// enveloped sends a command that no short TPDU can carry in pieces, each inside an
// ENVELOPE, and fetches the answer, status word included, by GET RESPONSE
// (TR-03110-3 appendix E). T=0 has no other way for long commands.
func (l *Link) enveloped(ctx context.Context, cmd Command) (Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return Response{}, err
	}
	for len(raw) > MaxShortData {
		piece := Command{CLA: ClaChaining, INS: InsEnvelope, Data: raw[:MaxShortData]}
		resp, err := l.card.Transmit(ctx, piece)
		if err != nil || !resp.SW.OK() {
			return resp, err
		}
		raw = raw[MaxShortData:]
	}
	resp, err := l.card.Transmit(ctx, Command{INS: InsEnvelope, Data: raw})
	if err != nil {
		return Response{}, err
	}
	if resp.SW.OK() && len(resp.Data) == 0 {
		resp.SW = 0x6100 // the answer is always waiting
	}
	if resp, err = l.collect(ctx, Command{}, resp); err != nil || !resp.SW.OK() {
		return resp, err
	}
	answer, err := ParseResponse(resp.Data)
	if err != nil {
		return Response{}, fmt.Errorf("%w: enveloped answer: %w", ErrLink, err)
	}
	return answer, nil
}
