package chip

import (
	"testing"

	"chipid/cardlib/apdu"
)

// Terminal lends the tests' other side to those that stand outside of the
// package, because they need an issuer.
type Terminal struct{ *terminal }

// NewTerminal puts a terminal before a fresh chip.
func NewTerminal(t *testing.T, p Profile, opts ...Option) Terminal {
	t.Helper()
	return Terminal{newTerminal(t, p, opts...)}
}

// Chip is what the terminal talks to.
func (tm Terminal) Chip() *Chip { return tm.chip }

// OpenByPACE and OpenByBAC go in and select the application.
func (tm Terminal) OpenByPACE() {
	tm.t.Helper()
	p := tm.chip.profile
	if sw := tm.pace(canTry(p.PACE[0], p.CAN)); !sw.OK() {
		tm.t.Fatalf("PACE: %v", sw)
	}
	tm.selectApp()
}

// OpenByBAC is BAC after the application is selected.
func (tm Terminal) OpenByBAC() {
	tm.t.Helper()
	tm.selectApp()
	if sw := tm.bac(tm.chip.profile.MRZInfo); !sw.OK() {
		tm.t.Fatalf("BAC: %v", sw)
	}
}

// AuthenticateChip is chip authentication with the chip's first key.
func (tm Terminal) AuthenticateChip() apdu.SW {
	tm.t.Helper()
	return tm.chipAuth(&tm.chip.profile.CA[0], false, nil, nil)
}

// Do sends a command through the channel, Forget loses it without telling the chip.
func (tm Terminal) Do(cmd apdu.Command) apdu.Response { tm.t.Helper(); return tm.do(cmd) }

// Forget makes the terminal speak in plain, as after a reset.
func (tm Terminal) Forget() { tm.ch = nil }

// SelectFile returns the status word.
func (tm Terminal) SelectFile(id uint16) apdu.SW { tm.t.Helper(); return tm.selectFile(id) }

// Bound is what a terminal signs around the chip's challenge.
func (tm Terminal) Bound() (identity, ephemeral []byte) { return tm.identity, tm.ephemeral }

// ExpireTrust changes the date up to which the chip's first trust point is good.
func (c *Chip) ExpireTrust(yymmdd string) { c.memory.trust[0].expiration = cvDate(yymmdd) }

// Date is the chip's own date, YYMMDD.
func (c *Chip) Date() string { return string(c.memory.date) }

// ReadCertificate parses a certificate's body and signature and its key.
func ReadCertificate(b []byte) error {
	c, err := parseCertificate(b)
	if err != nil {
		return err
	}
	_, _, err = publicKey(c.key, nil)
	return err
}
