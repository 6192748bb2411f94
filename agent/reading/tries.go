package reading

import (
	"context"

	"chipid/agent/child"
	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// triesCard counts the keys that a chip refuses, where they pass: below secure
// messaging, whoever sends them. It sends none beyond its limit.
type triesCard struct {
	readers.Conn
	left   int
	failed int
}

// Transmit implements apdu.Card. A key that got no answer counts as refused:
// the chip may have counted it.
func (c *triesCard) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if !carriesKey(cmd) {
		return c.Conn.Transmit(ctx, cmd)
	}
	if c.failed >= c.left {
		return apdu.Response{}, child.ErrTriesSpent
	}
	resp, err := c.Conn.Transmit(ctx, cmd)
	_, more := resp.SW.MoreData()
	if err != nil || !resp.SW.OK() && !more {
		c.failed++
	}
	return resp, err
}

// carriesKey tells whether a command proves a password to the chip: EXTERNAL
// AUTHENTICATE of BAC (Doc 9303-11 §4.3.3) and the last GENERAL AUTHENTICATE of
// PACE, which holds the terminal's token in DO 85 (§4.4.4.4). Under secure
// messaging the chip is open already.
func carriesKey(cmd apdu.Command) bool {
	switch {
	case cmd.Secured():
		return false
	case cmd.INS == apdu.InsExternalAuth:
		return true
	}
	const dynamicAuthenticationData, terminalToken = 0x7C, 0x85
	d := cmd.Data
	return cmd.INS == apdu.InsGeneralAuth && len(d) > 2 && d[0] == dynamicAuthenticationData && d[2] == terminalToken
}
