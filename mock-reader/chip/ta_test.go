package chip_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

var testIssuer = issuer.New(issuer.PublishedSeed)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// personalised on this day is the chip of the tests.
var personalised = day(2021, 7, 10)

// subject is a holder valid for five years from a day.
func subject(reference string, role issuer.CVRole, rights byte, from time.Time, a issuer.CVAlgorithm) issuer.CVSubject {
	return issuer.CVSubject{Reference: reference, Role: role, Rights: rights, Effective: from, Expires: from.AddDate(5, 0, 0), Algorithm: a}
}

func certify(t *testing.T, s issuer.CVSubject, by *issuer.CVHolder) *issuer.CVHolder {
	t.Helper()
	h, err := testIssuer.CVHolder(s, by)
	require.NoError(t, err)
	return h
}

// cvca, verifier and system are an ordinary chain.
func cvca(t *testing.T, a issuer.CVAlgorithm) *issuer.CVHolder {
	return certify(t, subject("VNTESTCVCA00001", issuer.CVCA, 3, day(2021, 1, 1), a), nil)
}

func verifier(t *testing.T, by *issuer.CVHolder) *issuer.CVHolder {
	return certify(t, subject("VNTESTDV00001", issuer.DomesticVerifier, 3, day(2021, 2, 1), by.Algorithm), by)
}

func system(t *testing.T, by *issuer.CVHolder, rights byte) *issuer.CVHolder {
	return certify(t, subject("VNTESTIS00001", issuer.InspectionSystem, rights, day(2021, 3, 1), by.Algorithm), by)
}

// profile is a persona's chip that trusts a CVCA and holds DG3 and DG4.
func profile(t *testing.T, trust ...*issuer.CVHolder) chip.Profile {
	t.Helper()
	p, err := testIssuer.Personalise(persona.All()[0], issuer.Options{})
	require.NoError(t, err)
	delete(p.Quirks.FileSW, chip.FileDG(3))
	p.LDS[chip.FileDG(3)], p.LDS[chip.FileDG(4)] = []byte{0x63, 1, 3}, []byte{0x76, 1, 4}
	p.TA = &chip.TAParams{Date: personalised}
	for _, h := range trust {
		p.TA.TrustPoints = append(p.TA.TrustPoints, h.Certificate)
	}
	return p
}

// ready is a terminal past chip authentication.
func ready(t *testing.T, p chip.Profile) chip.Terminal {
	t.Helper()
	tm := chip.NewTerminal(t, p)
	tm.OpenByPACE()
	require.Equal(t, apdu.SWSuccess, tm.AuthenticateChip())
	return tm
}

func setDST(tm chip.Terminal, name string) apdu.SW {
	return tm.Do(apdu.Command{INS: apdu.InsMSE, P1: 0x81, P2: 0xB6, Data: tlv.Encode(0x83, []byte(name))}).SW
}

func verify(tm chip.Terminal, certificate []byte) apdu.SW {
	e, err := tlv.ReadTag(certificate, 0x7F21)
	if err != nil {
		panic(err)
	}
	return tm.Do(apdu.Command{INS: apdu.InsPSO, P2: 0xBE, Data: e.Value, Extended: len(e.Value) > 200}).SW
}

// present sends certificates, each under the name of its issuer, and returns the
// first status word that is not 9000.
func present(tm chip.Terminal, by string, chain ...*issuer.CVHolder) apdu.SW {
	for _, h := range chain {
		if sw := setDST(tm, by); !sw.OK() {
			return sw
		}
		if sw := verify(tm, h.Certificate); !sw.OK() {
			return sw
		}
		by = h.Reference
	}
	return apdu.SWSuccess
}

func setAT(tm chip.Terminal, name string) apdu.SW {
	return tm.Do(apdu.Command{INS: apdu.InsMSE, P1: 0x81, P2: 0xA4, Data: tlv.Encode(0x83, []byte(name))}).SW
}

// prove runs MSE:Set AT, GET CHALLENGE and EXTERNAL AUTHENTICATE; meddle changes
// what is signed.
func prove(t *testing.T, tm chip.Terminal, h *issuer.CVHolder, meddle func([]byte) []byte) apdu.SW {
	t.Helper()
	if sw := setAT(tm, h.Reference); !sw.OK() {
		return sw
	}
	challenge := tm.Do(apdu.Command{INS: apdu.InsGetChallenge, Le: 8})
	require.Equal(t, apdu.SWSuccess, challenge.SW)
	require.Len(t, challenge.Data, 8)
	identity, ephemeral := tm.Bound()
	message := bytes.Join([][]byte{identity, challenge.Data, ephemeral}, nil)
	if meddle != nil {
		message = meddle(message)
	}
	signature, err := h.Sign(message)
	require.NoError(t, err)
	return tm.Do(apdu.Command{INS: apdu.InsExternalAuth, Data: signature, Extended: len(signature) > 200}).SW
}

// TestTerminalAuthentication: the whole protocol with every algorithm, under
// PACE and BAC; then DG3 can be read, and DG4 as far as every certificate says so.
func TestTerminalAuthentication(t *testing.T) {
	for _, a := range issuer.CVAlgorithms() {
		t.Run(a.String(), func(t *testing.T) {
			t.Parallel()
			ca := cvca(t, a)
			dv := verifier(t, ca)
			is := system(t, dv, issuer.RightDG3)
			tm := ready(t, profile(t, ca))
			assert.Equal(t, apdu.SWSecurityStatus, tm.SelectFile(chip.FileDG(3)), "before")
			require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
			require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
			assert.Equal(t, apdu.SWSuccess, tm.SelectFile(chip.FileDG(3)))
			assert.Equal(t, []byte{0x63, 1, 3}, tm.Do(apdu.Command{INS: apdu.InsReadBinary, Le: 3}).Data)
			assert.Equal(t, apdu.SWSecurityStatus, tm.SelectFile(chip.FileDG(4)), "the terminal's certificate does not say so")
		})
	}
}

func TestTerminalAuthenticationUnderBAC(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	dv := verifier(t, ca)
	is := system(t, dv, 3)
	tm := chip.NewTerminal(t, profile(t, ca))
	tm.OpenByBAC()
	require.Equal(t, apdu.SWSuccess, tm.AuthenticateChip())
	identity, _ := tm.Bound()
	assert.Equal(t, "1900000185", string(identity), "the document number with its check digit")
	require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
	require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
	assert.Equal(t, apdu.SWSuccess, tm.SelectFile(chip.FileDG(4)))
}

// TestStaticBinding: a chip of before the dynamic binding is bound to its CAN.
func TestStaticBinding(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	dv := verifier(t, ca)
	is := system(t, dv, 3)
	p := profile(t, ca)
	p.Quirks.TA.StaticBinding = true
	tm := ready(t, p)
	require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
	identity, _ := tm.Bound()
	assert.Equal(t, apdu.SWWarning, prove(t, tm, is, nil))
	static := func(m []byte) []byte { return append([]byte(p.CAN), m[len(identity):]...) }
	assert.Equal(t, apdu.SWSuccess, prove(t, tm, is, static))
}

// TestEffectiveRights: the rights are those that every certificate grants.
func TestEffectiveRights(t *testing.T) {
	for name, tc := range map[string]struct {
		ca, dv, is byte
		dg3, dg4   apdu.SW
	}{
		"both":                   {3, 3, 3, apdu.SWSuccess, apdu.SWSuccess},
		"verifier only DG4":      {3, 2, 3, apdu.SWSecurityStatus, apdu.SWSuccess},
		"CVCA only DG3":          {1, 3, 3, apdu.SWSuccess, apdu.SWSecurityStatus},
		"nothing in common":      {3, 2, 1, apdu.SWSecurityStatus, apdu.SWSecurityStatus},
		"reserved bits are void": {0x3F, 0x3F, 0x3C, apdu.SWSecurityStatus, apdu.SWSecurityStatus},
	} {
		t.Run(name, func(t *testing.T) {
			ca := certify(t, subject("VNTESTCVCA00001", issuer.CVCA, tc.ca, day(2021, 1, 1), issuer.CVECDSAP256), nil)
			dv := certify(t, subject("VNTESTDV00001", issuer.ForeignVerifier, tc.dv, day(2021, 2, 1), issuer.CVECDSAP256), ca)
			is := system(t, dv, tc.is)
			tm := ready(t, profile(t, ca))
			require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
			require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
			assert.Equal(t, tc.dg3, tm.SelectFile(chip.FileDG(3)))
			assert.Equal(t, tc.dg4, tm.SelectFile(chip.FileDG(4)))
			assert.Equal(t, apdu.SWSuccess, tm.SelectFile(chip.FileDG(1)), "an inspection system always reads the others")
		})
	}
}

// TestTerminalAuthenticationOrder: what comes too early, too late or without
// what belongs before it.
func TestTerminalAuthenticationOrder(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	dv := verifier(t, ca)
	is := system(t, dv, 3)
	challenge := apdu.Command{INS: apdu.InsGetChallenge, Le: 8}
	external := apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 64)}
	before := func(tm chip.Terminal) { tm.OpenByPACE() }
	after := func(tm chip.Terminal) { tm.OpenByPACE(); tm.AuthenticateChip() }
	for name, tc := range map[string]struct {
		prepare func(chip.Terminal)
		run     func(chip.Terminal) apdu.SW
		want    apdu.SW
	}{
		"MSE:Set DST before chip authentication": {before, func(tm chip.Terminal) apdu.SW { return setDST(tm, ca.Reference) }, apdu.SWSecurityStatus},
		"PSO before chip authentication":         {before, func(tm chip.Terminal) apdu.SW { return verify(tm, dv.Certificate) }, apdu.SWSecurityStatus},
		"MSE:Set AT before chip authentication":  {before, func(tm chip.Terminal) apdu.SW { return setAT(tm, is.Reference) }, apdu.SWSecurityStatus},
		"EXTERNAL AUTHENTICATE before chip authentication": {before, func(tm chip.Terminal) apdu.SW {
			tm.Do(challenge)
			return tm.Do(external).SW
		}, apdu.SWSecurityStatus},
		"PSO without MSE:Set DST": {after, func(tm chip.Terminal) apdu.SW { return verify(tm, dv.Certificate) }, apdu.SWConditionsOfUse},
		"PSO twice": {after, func(tm chip.Terminal) apdu.SW {
			present(tm, ca.Reference, dv)
			return verify(tm, is.Certificate)
		}, apdu.SWConditionsOfUse},
		"an unknown key":           {after, func(tm chip.Terminal) apdu.SW { return setDST(tm, "VNNOBODY00001") }, apdu.SWReferencedDataUnknown},
		"MSE:Set AT before the IS": {after, func(tm chip.Terminal) apdu.SW { return setAT(tm, is.Reference) }, apdu.SWReferencedDataUnknown},
		"MSE:Set AT with the DV":   {after, func(tm chip.Terminal) apdu.SW { present(tm, ca.Reference, dv); return setAT(tm, dv.Reference) }, apdu.SWReferencedDataUnknown},
		"MSE:Set AT with the CVCA": {after, func(tm chip.Terminal) apdu.SW { return setAT(tm, ca.Reference) }, apdu.SWReferencedDataUnknown},
		"EXTERNAL without Set AT":  {after, func(tm chip.Terminal) apdu.SW { tm.Do(challenge); return tm.Do(external).SW }, apdu.SWConditionsOfUse},
		"EXTERNAL without GET CHAL": {after, func(tm chip.Terminal) apdu.SW {
			present(tm, ca.Reference, dv, is)
			setAT(tm, is.Reference)
			return tm.Do(external).SW
		}, apdu.SWConditionsOfUse},
		"something after GET CHALLENGE": {after, func(tm chip.Terminal) apdu.SW {
			present(tm, ca.Reference, dv, is)
			setAT(tm, is.Reference)
			tm.Do(challenge)
			tm.SelectFile(chip.FileDG(1))
			return tm.Do(external).SW
		}, apdu.SWConditionsOfUse},
		"the DV's key after the IS was imported": {after, func(tm chip.Terminal) apdu.SW {
			present(tm, ca.Reference, dv, is)
			return setDST(tm, dv.Reference)
		}, apdu.SWReferencedDataUnknown},
		"once more in the same session": {after, func(tm chip.Terminal) apdu.SW {
			present(tm, ca.Reference, dv, is)
			require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
			return setDST(tm, ca.Reference)
		}, apdu.SWSecurityStatus},
		"in plain": {after, func(tm chip.Terminal) apdu.SW { tm.Forget(); return setDST(tm, ca.Reference) }, apdu.SWSecurityStatus},
	} {
		t.Run(name, func(t *testing.T) {
			tm := chip.NewTerminal(t, profile(t, ca))
			tc.prepare(tm)
			assert.Equal(t, tc.want, tc.run(tm))
		})
	}
}

// TestRightsAreBoundToTheChannel: another chip authentication, a plain command
// or a reset takes the rights away.
func TestRightsAreBoundToTheChannel(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	dv := verifier(t, ca)
	is := system(t, dv, 3)
	for name, end := range map[string]func(chip.Terminal){
		"chip authentication again": func(tm chip.Terminal) { tm.AuthenticateChip() },
		"plain command": func(tm chip.Terminal) {
			tm.Forget()
			tm.Do(apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: chip.DefaultAID})
		},
		"reset": func(tm chip.Terminal) {
			require.NoError(t, tm.Chip().Reset(t.Context()))
			tm.Forget()
			tm.OpenByPACE()
		},
	} {
		t.Run(name, func(t *testing.T) {
			tm := ready(t, profile(t, ca))
			require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
			require.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
			end(tm)
			assert.Equal(t, apdu.SWSecurityStatus, tm.SelectFile(chip.FileDG(3)))
		})
	}
}

// TestWrongProof: a signature over anything else fails, the channel stays, and
// the terminal may try again.
func TestWrongProof(t *testing.T) {
	ca := cvca(t, issuer.CVECDSAP256)
	dv := verifier(t, ca)
	is := system(t, dv, 3)
	tm := ready(t, profile(t, ca))
	require.Equal(t, apdu.SWSuccess, present(tm, ca.Reference, dv, is))
	identity, _ := tm.Bound()
	for name, meddle := range map[string]func([]byte) []byte{
		"another chip":      func(m []byte) []byte { m[0] ^= 1; return m },
		"another challenge": func(m []byte) []byte { m[len(identity)] ^= 1; return m },
		"another channel":   func(m []byte) []byte { m[len(m)-1] ^= 1; return m },
	} {
		assert.Equal(t, apdu.SWWarning, prove(t, tm, is, meddle), name)
		assert.Equal(t, apdu.SWSecurityStatus, tm.SelectFile(chip.FileDG(3)), name)
	}
	assert.Equal(t, apdu.SWSuccess, prove(t, tm, is, nil))
}
