package rack

import (
	"context"
	"time"

	"chipid/cardlib/apdu"
)

// took is the modelled time of an exchange.
func (p *Played) took(raw []byte, received int) time.Duration {
	cmd, err := apdu.ParseCommand(raw)
	if err != nil && len(raw) >= 4 {
		cmd = apdu.Command{CLA: raw[0], INS: raw[1]}
	}
	return p.slot.setting.Load().Model.Exchange(cmd, received)
}

// wait sleeps an exchange out if the link says so. It fails with apdu.ErrRemoved
// if the card is taken out meanwhile.
func (p *Played) wait(ctx context.Context, raw []byte, received int) error {
	if !p.slot.setting.Load().Sleep {
		return nil
	}
	timer := time.NewTimer(p.took(raw, received))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-p.gone:
		return apdu.ErrRemoved
	case <-ctx.Done():
		return ctx.Err()
	}
}
