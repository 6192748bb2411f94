package cardlib

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/pace"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/terminalauth"
	"chipid/cardlib/verdict"
)

// plainChip is the channel to a chip with terminal authentication, written for
// these tests: it knows one CVCA by name and believes the certificates.
type plainChip struct {
	cvca string           // what EF.CVCA names, "" if there is no such file
	key  *ecdsa.PublicKey // the terminal's
	// message and after are what must be signed before and after the challenge.
	message, after []byte
	refuse         map[byte]apdu.SW // by instruction
	synthetic      bool
	said           []string // instructions and P1-P2
}

var ourChallenge = []byte("8 bytes!")

func (c *plainChip) MaxData(n int) int { return n }
func (c *plainChip) Close()            {}
func (c *plainChip) LinkInfo() apdu.LinkInfo {
	return apdu.LinkInfo{Synthetic: c.synthetic}
}
func (c *plainChip) Reset(context.Context) error { return nil }

func (c *plainChip) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	c.said = append(c.said, fmt.Sprintf("%02X%02X%02X", cmd.INS, cmd.P1, cmd.P2))
	if sw := c.refuse[cmd.INS]; sw != 0 {
		return apdu.Response{SW: sw}, nil
	}
	resp := apdu.Response{SW: apdu.SWSuccess}
	switch cmd.INS {
	case apdu.InsSelect:
		if c.cvca == "" {
			resp.SW = apdu.SWFileNotFound
		}
	case apdu.InsReadBinary:
		resp.Data = append([]byte{0x42, byte(len(c.cvca))}, c.cvca...)
		resp.Data = append(resp.Data, make([]byte, 36-len(resp.Data))...)
	case apdu.InsGetChallenge:
		resp.Data = ourChallenge
	case apdu.InsExternalAuth:
		sum := sha256.Sum256(append(append(append([]byte(nil), c.message...), ourChallenge...), c.after...))
		half := len(cmd.Data) / 2
		if !ecdsa.Verify(c.key, sum[:], new(big.Int).SetBytes(cmd.Data[:half]), new(big.Int).SetBytes(cmd.Data[half:])) {
			resp.SW = apdu.SWWarning
		}
	}
	return resp, nil
}

// terminalOf makes a terminal below UTCVCA00001.
func terminalOf(t *testing.T) (*terminalauth.Terminal, *ecdsa.PublicKey) {
	t.Helper()
	var keys []*ecdsa.PrivateKey
	var certs []*cvc.Certificate
	names := []cvc.Reference{"UTCVCA00001", "UTDV00001", "UTTERM00001"}
	for i, role := range []cvc.Role{cvc.CountryCVCA, cvc.DVOfficial, cvc.Terminal} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		keys = append(keys, key)
		public := func(k crypto.Signer) cvc.PublicKey {
			p, err := cvc.NewPublicKey(cvc.ECDSASHA256, k.Public())
			require.NoError(t, err)
			return p
		}
		above := max(0, i-1)
		cert, err := cvc.Template{Authority: names[above], Holder: names[i], PublicKey: public(key), Parameters: i == 0,
			Authorization: cvc.NewAuthorization(role, cvc.ReadDG3), Effective: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Expiration: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}.Issue(public(keys[above]), keys[above], nil)
		require.NoError(t, err)
		certs = append(certs, cert)
	}
	return &terminalauth.Terminal{Certificates: certs, Key: keys[2]}, &keys[2].PublicKey
}

// point is an uncompressed point of which only x matters here.
func point(x string) []byte {
	b := append([]byte{4}, x...)
	return append(b, make([]byte, len(x))...)
}

func sodWith(t *testing.T, groups ...int) *passiveauth.SOD {
	t.Helper()
	contents := map[int][]byte{}
	for _, g := range groups {
		contents[g] = []byte{byte(g)}
	}
	key, name := cmstest.NewKey("P-256"), cmstest.DN("VN", "SYNTHETIC", "signer")
	file := cmstest.SignedData{Content: cmstest.SecurityObject(crypto.SHA256, contents), Signers: []cmstest.Signer{{Key: key, Issuer: name, Serial: 1}}}.File()
	sod, err := passiveauth.ParseSOD(file)
	require.NoError(t, err)
	return sod
}

// opened is a read at the point where terminal authentication is due: PACE with the
// CAN, then chip authentication.
func opened(t *testing.T, c *plainChip, plan Plan) *read {
	t.Helper()
	r := &read{
		ctx: t.Context(), plan: plan, progress: newProgress(plan), session: c, link: c, sod: sodWith(t, 1, 3, 14),
		way:      way{name: AccessPACECAN, pace: &securityinfo.PACEInfo{Agreement: securityinfo.ECDH}, password: password{can: "000018"}},
		pace:     &pace.Result{ChipPublicKey: point("the chip's"), OwnPublicKey: point("PACE key")},
		agreed:   &chipauth.Result{Info: securityinfo.ChipAuthInfo{Agreement: securityinfo.ECDH}, OwnPublicKey: point("CA's key")},
		chipAuth: verdict.Pass(verdict.ChipAuth), denied: map[lds.Group]apdu.SW{lds.DG3: apdu.SWSecurityStatus},
	}
	return r
}

func TestTerminalAuthenticationBindsTheChannel(t *testing.T) {
	terminal, key := terminalOf(t)
	plan := Plan{Groups: []lds.Group{lds.DG3}, Terminal: terminal}
	for name, tc := range map[string]struct {
		change        func(*read)
		before, after string
	}{
		"PACE and chip authentication":                {func(*read) {}, "the chip's", "CA's key"},
		"PACE with chip authentication mapping alone": {func(r *read) { r.agreed = nil }, "the chip's", "PACE key"},
		"BAC": {func(r *read) {
			r.pace = nil
			r.way = way{name: AccessBAC, password: password{mrz: mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}}}
		}, "1900000185", "CA's key"},
		"static binding": {func(r *read) { r.terminal.static = true }, "000018", "CA's key"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &plainChip{cvca: "UTCVCA00001", key: key, synthetic: true, message: []byte(tc.before), after: []byte(tc.after)}
			r := opened(t, c, plan)
			tc.change(r)
			require.NoError(t, r.authorise())
			assert.Equal(t, []string{"A4020C", "B00000", "2281B6", "2A00BE", "2281B6", "2A00BE", "2281A4", "840000", "820000"}, c.said)

			c.message[0]++
			assert.ErrorIs(t, r.authorise(), terminalauth.ErrSignature, "another chip's identifier")
		})
	}
}

func TestTerminalAuthenticationIsNotForced(t *testing.T) {
	terminal, key := terminalOf(t)
	dg3 := []lds.Group{lds.DG3}
	for name, tc := range map[string]struct {
		plan   Plan
		chip   plainChip
		change func(*read)
		reason verdict.Reason
		sent   int
	}{
		"no terminal":             {plan: Plan{Groups: dg3}, reason: verdict.NeedsTerminalAuth},
		"a real card":             {plan: Plan{Groups: dg3, Terminal: terminal}, reason: verdict.TerminalAuthNotAllowed},
		"a real card, allowed":    {plan: Plan{Groups: dg3, Terminal: terminal, AllowTerminalAuthOnRealCards: true}, chip: plainChip{cvca: "UTCVCA00001"}, sent: 9},
		"DG3 not wanted":          {plan: Plan{Terminal: terminal}, chip: plainChip{synthetic: true}, reason: verdict.NeedsTerminalAuth},
		"the card has no DG3":     {plan: Plan{Groups: []lds.Group{lds.DG4}, Terminal: terminal}, chip: plainChip{synthetic: true}, reason: verdict.NeedsTerminalAuth},
		"another State's chip":    {plan: Plan{Groups: dg3, Terminal: terminal}, chip: plainChip{synthetic: true, cvca: "XXCVCA00001"}, reason: verdict.TerminalAuthFailed, sent: 2},
		"no EF.CVCA":              {plan: Plan{Groups: dg3, Terminal: terminal}, chip: plainChip{synthetic: true}, reason: verdict.TerminalAuthFailed, sent: 1},
		"named in PACE":           {plan: Plan{Groups: dg3, Terminal: terminal}, chip: plainChip{synthetic: true}, change: func(r *read) { r.pace.Authorities = [][]byte{[]byte("UTCVCA00001")} }, sent: 8},
		"a certificate refused":   {plan: Plan{Groups: dg3, Terminal: terminal}, chip: plainChip{synthetic: true, cvca: "UTCVCA00001", refuse: map[byte]apdu.SW{apdu.InsPSO: 0x6300}}, reason: verdict.TerminalAuthFailed, sent: 4},
		"the chip was not proven": {plan: Plan{Groups: dg3, Terminal: terminal}, chip: plainChip{synthetic: true, cvca: "UTCVCA00001"}, change: func(r *read) { r.chipAuth = verdict.Fail(verdict.ChipAuth, verdict.Refused) }, reason: verdict.TerminalAuthFailed},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.chip
			c.key, c.message, c.after = key, []byte("the chip's"), []byte("CA's key")
			r := opened(t, &c, tc.plan)
			if tc.change != nil {
				tc.change(r)
			}
			require.NoError(t, r.authoriseTerminal())
			assert.Len(t, c.said, tc.sent, "%v", c.said)
			assert.Equal(t, tc.reason == "", r.terminal.granted)
			if tc.reason != "" {
				assert.Equal(t, tc.reason, r.terminal.reason)
			}
		})
	}
}

func TestGroupStates(t *testing.T) {
	r := &read{
		plan: Plan{Groups: []lds.Group{lds.DG2, lds.DG3, lds.DG4, lds.DG11, lds.DG12, lds.DG13}, SkipActiveAuth: true, SkipChipAuth: true},
		sod:  sodWith(t, 1, 2, 3, 11, 12, 13, 15), raw: map[lds.Group][]byte{lds.DG1: {1}},
		denied:   map[lds.Group]apdu.SW{lds.DG3: apdu.SWSecurityStatus, lds.DG11: apdu.SWSecurityStatus, lds.DG12: apdu.SWFileNotFound},
		terminal: terminalState{reason: verdict.NeedsTerminalAuth},
	}
	assert.Equal(t, map[lds.Group]GroupState{
		lds.DG1:  {GroupRead, ""},
		lds.DG2:  {GroupUnavailable, verdict.GroupUnread},
		lds.DG3:  {GroupUnavailable, verdict.NeedsTerminalAuth},
		lds.DG4:  {GroupAbsent, ""},
		lds.DG11: {GroupUnavailable, verdict.GroupRefused},
		lds.DG12: {GroupUnavailable, verdict.Stripped},
		lds.DG13: {GroupUnavailable, verdict.GroupUnread},
		lds.DG15: {GroupSkipped, verdict.NotAsked},
	}, r.groupStates())
}
