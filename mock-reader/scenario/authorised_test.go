//go:build !pcsc

package scenario_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/terminalauth"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

const bothGroups = cvc.ReadDG3 | cvc.ReadDG4

// terminalFrom is a terminal with certificates and key of the mock's issuer, which
// writes them with code of its own.
func terminalFrom(t *testing.T, pki *issuer.TerminalPKI) *terminalauth.Terminal {
	t.Helper()
	terminal := &terminalauth.Terminal{}
	for _, h := range []*issuer.CVHolder{pki.Terminal, pki.CVCA, pki.Verifier} {
		c, err := cvc.Parse(h.Certificate)
		require.NoError(t, err)
		terminal.Certificates = append(terminal.Certificates, c)
	}
	if key := pki.Terminal.RSA(); key != nil {
		terminal.Key = key
		return terminal
	}
	id, d := pki.Terminal.ECDSA()
	curve, ok := curves.ByID(id)
	require.True(t, ok)
	key, err := cvc.NewECKey(curve, d)
	require.NoError(t, err)
	terminal.Key = key
	return terminal
}

func chainOf(t *testing.T, a issuer.CVAlgorithm) *issuer.TerminalPKI {
	t.Helper()
	pki, err := testIssuer.TerminalChain(a, bothGroups)
	require.NoError(t, err)
	return pki
}

// trustingChip is a persona's chip that trusts a CVCA and has fingerprints to show.
func trustingChip(t *testing.T, p persona.Persona, kind string, cvca []byte, change func(*chip.Profile)) *chip.Chip {
	t.Helper()
	s, err := scenario.ByName(kind)
	require.NoError(t, err)
	profile, err := s.Profile(testIssuer, p)
	require.NoError(t, err)
	profile.TA = &chip.TAParams{TrustPoints: [][]byte{cvca}, Date: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	delete(profile.Quirks.FileSW, chip.FileDG(3))
	if change != nil {
		change(&profile)
	}
	c, err := chip.New(profile)
	require.NoError(t, err)
	c.Insert()
	return c
}

func readFingerprints(t *testing.T, card apdu.Card, keys access.Keys, terminal *terminalauth.Terminal, change func(*cardlib.Plan)) *cardlib.Result {
	t.Helper()
	plan := cardlib.Plan{Groups: []lds.Group{lds.DG1, lds.DG3, lds.DG13}, Trust: mockTrust(t, testIssuer), Terminal: terminal}
	if change != nil {
		change(&plan)
	}
	result, err := cardlib.Read(t.Context(), card, keys, plan)
	require.NoError(t, err)
	return result
}

func assertFingerprints(t *testing.T, result *cardlib.Result) {
	t.Helper()
	assert.Equal(t, cardlib.GroupState{Status: cardlib.GroupRead}, result.Document.States[lds.DG3])
	assert.NotEmpty(t, result.Document.Groups[lds.DG3])
	assert.Equal(t, verdict.Pass(verdict.Hashes), result.Report.Get(verdict.Hashes), "nothing was refused")
	assert.True(t, result.Report.Genuine)
}

// TestAuthorisedTerminal reads DG3 with chains of every algorithm.
func TestAuthorisedTerminal(t *testing.T) {
	p := persona.All()[0]
	for _, algorithm := range issuer.CVAlgorithms() {
		t.Run(algorithm.String(), func(t *testing.T) {
			pki := chainOf(t, algorithm)
			card := trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil)
			assertFingerprints(t, readFingerprints(t, card, keysOf(t, p, false), terminalFrom(t, pki), nil))
		})
	}
}

// TestAuthorisedOverEveryChannel: what terminal authentication binds depends on how
// the chip was opened.
func TestAuthorisedOverEveryChannel(t *testing.T) {
	p := persona.All()[0]
	pki := chainOf(t, issuer.CVECDSAP256)
	terminal := terminalFrom(t, pki)
	for name, tc := range map[string]struct {
		kind   string
		mrz    bool
		change func(*chip.Profile)
		access string
		more   int // resets that terminal authentication costs
	}{
		"PACE with the CAN":              {"genuine", false, nil, "PACE-CAN", 0},
		"PACE over integers":             {"pace-dh", false, nil, "PACE-CAN", 0},
		"PACE with integrated mapping":   {"pace-im", false, nil, "PACE-CAN", 0},
		"PACE with mapping alone":        {"cam", false, nil, "PACE-CAN", 0},
		"mapping that proves, and a key": {"pace-cam", false, nil, "PACE-CAN", 0},
		"BAC":                            {"bac-only", true, nil, "BAC", 0},
		"3DES":                           {"ca-3des", false, nil, "PACE-CAN", 0},
		"key in EF.CardSecurity":         {"ca-in-cardsecurity", false, nil, "PACE-CAN", 0},
		"active authentication first":    {"aa-before-ca", false, nil, "PACE-CAN", 0},
		"static binding, CAN":            {"genuine", false, func(c *chip.Profile) { c.Quirks.TA.StaticBinding = true }, "PACE-CAN", 1},
		"static binding, MRZ":            {"wrong-can", true, func(c *chip.Profile) { c.Quirks.TA.StaticBinding = true }, "PACE-MRZ", 1},
		"the key named late":             {"genuine", false, func(c *chip.Profile) { c.Quirks.TA.LateReference = true }, "PACE-CAN", 0},
		"T=0":                            {"t0", false, nil, "PACE-CAN", 0},
		"without extended length":        {"short-apdus", false, nil, "PACE-CAN", 0},
	} {
		t.Run(name, func(t *testing.T) {
			card := trustingChip(t, p, tc.kind, pki.CVCA.Certificate, tc.change)
			keys := keysOf(t, p, tc.mrz)
			if tc.access == "PACE-MRZ" {
				keys.CAN = ""
			}
			result := readFingerprints(t, card, keys, terminal, nil)
			assert.Equal(t, tc.access, result.Document.Access)
			assertFingerprints(t, result)
			alone := readFingerprints(t, trustingChip(t, p, tc.kind, pki.CVCA.Certificate, tc.change), keys, nil, nil)
			assert.Equal(t, tc.more, result.Stats.Resets-alone.Stats.Resets)
		})
	}
}

// TestAuthorisedAgain loses the channel at every command of terminal authentication
// and after it: it is opened and authorised again.
func TestAuthorisedAgain(t *testing.T) {
	p := persona.All()[0]
	pki := chainOf(t, issuer.CVECDSAP256)
	terminal := terminalFrom(t, pki)
	whole := readFingerprints(t, trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil), keysOf(t, p, false), terminal, nil)
	for lives := whole.Stats.APDUs - 10; lives <= whole.Stats.APDUs; lives++ {
		card := &changeling{Card: trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil), lives: lives}
		result := readFingerprints(t, card, keysOf(t, p, false), terminal, nil)
		assertFingerprints(t, result)
	}
}

// unlabelled hides that a card is synthetic.
type unlabelled struct {
	*chip.Chip
	external int // EXTERNAL AUTHENTICATE and PSO in plain or not
}

func (u *unlabelled) LinkInfo() apdu.LinkInfo {
	info := u.Chip.LinkInfo()
	info.Synthetic = false
	return info
}

func (u *unlabelled) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if cmd.INS == apdu.InsPSO || cmd.INS == apdu.InsExternalAuth {
		u.external++
	}
	return u.Chip.Transmit(ctx, cmd)
}

func TestWithoutAuthorisation(t *testing.T) {
	p := persona.All()[0]
	pki := chainOf(t, issuer.CVECDSAP256)
	terminal := terminalFrom(t, pki)
	closed := func(r verdict.Reason) cardlib.GroupState {
		return cardlib.GroupState{Status: cardlib.GroupUnavailable, Reason: r}
	}
	genuineYet := func(t *testing.T, result *cardlib.Result, want verdict.Reason) {
		t.Helper()
		assert.Equal(t, closed(want), result.Document.States[lds.DG3])
		assert.True(t, result.Report.Genuine)
		assert.Equal(t, []verdict.Reason{verdict.GroupRefused}, result.Report.Get(verdict.Hashes).Remarks)
	}
	t.Run("no terminal", func(t *testing.T) {
		card := trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil)
		genuineYet(t, readFingerprints(t, card, keysOf(t, p, false), nil, nil), verdict.NeedsTerminalAuth)
	})
	t.Run("a card that may be real", func(t *testing.T) {
		card := &unlabelled{Chip: trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil)}
		genuineYet(t, readFingerprints(t, card, keysOf(t, p, false), terminal, nil), verdict.TerminalAuthNotAllowed)
		assert.Zero(t, card.external)
	})
	t.Run("a card that may be real, allowed", func(t *testing.T) {
		card := &unlabelled{Chip: trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil)}
		allow := func(plan *cardlib.Plan) { plan.AllowTerminalAuthOnRealCards = true }
		assertFingerprints(t, readFingerprints(t, card, keysOf(t, p, false), terminal, allow))
	})
	t.Run("another CVCA of that name", func(t *testing.T) {
		stranger := ownCVCA(t, cvc.Reference(pki.CVCA.Reference))
		card := trustingChip(t, p, "genuine", stranger, nil)
		genuineYet(t, readFingerprints(t, card, keysOf(t, p, false), terminal, nil), verdict.TerminalAuthFailed)
	})
	t.Run("another CVCA", func(t *testing.T) {
		card := trustingChip(t, p, "genuine", ownCVCA(t, "UTCVCA00009"), nil)
		genuineYet(t, readFingerprints(t, card, keysOf(t, p, false), terminal, nil), verdict.TerminalAuthFailed)
	})
	t.Run("DG3 not asked for", func(t *testing.T) {
		card := &unlabelled{Chip: trustingChip(t, p, "genuine", pki.CVCA.Certificate, nil)}
		result := readFingerprints(t, card, keysOf(t, p, false), terminal, func(plan *cardlib.Plan) {
			plan.Groups, plan.AllowTerminalAuthOnRealCards = nil, true
		})
		assert.Equal(t, cardlib.GroupState{Status: cardlib.GroupSkipped, Reason: verdict.NotAsked}, result.Document.States[lds.DG3])
		assert.Zero(t, card.external)
	})
	t.Run("a copied chip", func(t *testing.T) {
		card := &unlabelled{Chip: trustingChip(t, p, "copied-chip", pki.CVCA.Certificate, nil)}
		result := readFingerprints(t, card, keysOf(t, p, false), terminal, func(plan *cardlib.Plan) { plan.AllowTerminalAuthOnRealCards = true })
		assert.Equal(t, closed(verdict.TerminalAuthFailed), result.Document.States[lds.DG3])
		assert.Zero(t, card.external, "a chip that is not proven learns nothing of our certificates")
	})
}

// ownCVCA is a CVCA's certificate written by the reader's own room.
func ownCVCA(t *testing.T, name cvc.Reference) []byte {
	t.Helper()
	return holder(t, name, name, cvc.CountryCVCA, nil).cert.Raw
}

type certified struct {
	key  *ecdsa.PrivateKey
	cert *cvc.Certificate
}

func holder(t *testing.T, name, above cvc.Reference, role cvc.Role, by *certified) certified {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public := func(k crypto.Signer) cvc.PublicKey {
		p, err := cvc.NewPublicKey(cvc.ECDSASHA256, k.Public())
		require.NoError(t, err)
		return p
	}
	signer := key
	if by != nil {
		signer = by.key
	}
	cert, err := cvc.Template{Authority: above, Holder: name, PublicKey: public(key), Parameters: role == cvc.CountryCVCA,
		Authorization: cvc.NewAuthorization(role, bothGroups), Effective: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		Expiration: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)}.Issue(public(signer), signer, nil)
	require.NoError(t, err)
	return certified{key, cert}
}

// TestOwnCertificatesOverLinks shows the chip what the reader's own room writes: it
// follows the CVCA from key to key, and keeps the newest.
func TestOwnCertificatesOverLinks(t *testing.T) {
	p := persona.All()[0]
	first := holder(t, "UTCVCA00001", "UTCVCA00001", cvc.CountryCVCA, nil)
	second := holder(t, "UTCVCA00002", "UTCVCA00001", cvc.CountryCVCA, &first)
	dv := holder(t, "UTDV00001", "UTCVCA00002", cvc.DVOfficial, &second)
	own := holder(t, "UTTERM00001", "UTDV00001", cvc.Terminal, &dv)
	card := trustingChip(t, p, "genuine", first.cert.Raw, nil)
	with := func(certs ...*cvc.Certificate) *terminalauth.Terminal {
		return &terminalauth.Terminal{Certificates: certs, Key: own.key}
	}
	assertFingerprints(t, readFingerprints(t, card, keysOf(t, p, false), with(own.cert, dv.cert, second.cert), nil))
	card.PowerOff()
	assertFingerprints(t, readFingerprints(t, card, keysOf(t, p, false), with(own.cert, dv.cert), nil))
}
