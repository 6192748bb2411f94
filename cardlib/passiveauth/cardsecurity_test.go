package passiveauth_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/verdict"
)

// paceInfos are a set with PACE-ECDH-GM-AES-128 over brainpoolP256r1.
var paceInfos = cmstest.Set(cmstest.Seq(cmstest.OID(0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 2), cmstest.Small(2), cmstest.Small(13)))

// cardSecurity makes EF.CardSecurity in the world of a card.
func (w *world) cardSecurity() []byte {
	object := w.object
	object.ContentType, object.Content = cmstest.OID(0, 4, 0, 127, 0, 7, 3, 2, 1), paceInfos
	if object.Certificates == nil {
		object.Certificates = [][]byte{w.signer.Sign(w.issuer)}
	}
	if object.Signers == nil {
		object.Signers = []cmstest.Signer{w.signing}
	}
	return object.Encode()
}

func TestCardSecurityIsJudgedForItself(t *testing.T) {
	passed := map[verdict.ID]verdict.Status{verdict.Signature: verdict.Passed, verdict.Anchor: verdict.Passed,
		verdict.Validity: verdict.Passed, verdict.Revocation: verdict.Passed}
	for name, tc := range map[string]struct {
		change func(file, sod *world)
		id     verdict.ID
		status verdict.Status
		reason verdict.Reason
	}{
		"right": {change: func(*world, *world) {}},
		"signed by somebody else": {func(f, _ *world) { f.signing.Key = strangerKey },
			verdict.Signature, verdict.Failed, verdict.SignatureInvalid},
		"a home-made signer": {func(f, _ *world) {
			f.issuer = strangerKey
			f.signer.Issuer = cmstest.DN("VN", "Home", "csca")
			f.signer.Extensions = nil
			f.signing.Issuer = f.signer.Issuer
		}, verdict.Anchor, verdict.Unavailable, verdict.NoAnchor},
		"signer claims the anchor": {func(f, _ *world) { f.issuer = strangerKey },
			verdict.Anchor, verdict.Failed, verdict.AnchorSignature},
		"DG1 of another State": {func(_, sod *world) { sod.in.IssuingState = "D<<" },
			verdict.Anchor, verdict.Failed, verdict.CountryMismatch},
		"DG1 not the one signed": {func(_, sod *world) { sod.in.Groups[lds.DG1] = []byte("another") },
			verdict.Anchor, verdict.Unavailable, verdict.AnchorUnprovable},
		"revoked": {func(_, sod *world) { sod.crls[0].Serials = []int64{5} },
			verdict.Revocation, verdict.Failed, verdict.Revoked},
		"signed after the signer": {func(f, _ *world) { f.signing.SigningTime = begin.AddDate(11, 0, 0) },
			verdict.Validity, verdict.Unavailable, verdict.ClockImplausible},
	} {
		t.Run(name, func(t *testing.T) {
			file, sod := newWorld(), newWorld()
			tc.change(file, sod)
			in := sod.input(t)
			var err error
			in.Parsed, err = passiveauth.ParseSOD(in.SOD)
			require.NoError(t, err)
			c, err := passiveauth.ParseCardSecurity(file.cardSecurity())
			require.NoError(t, err)
			require.Len(t, c.Infos.PACE, 1)
			c.Prepare(in.Store)
			result := c.Verify(in)
			want := map[verdict.ID]verdict.Status{}
			for id, status := range passed {
				want[id] = status
			}
			got := map[verdict.ID]verdict.Check{}
			for _, check := range result.Checks {
				got[check.ID] = check
			}
			require.Len(t, got, 4)
			if tc.id == "" {
				for id, status := range want {
					assert.Equal(t, status, got[id].Status, "%v", got[id])
				}
				assert.NotNil(t, result.Anchor)
				return
			}
			assert.Equal(t, tc.status, got[tc.id].Status)
			assert.Equal(t, tc.reason, got[tc.id].Reason)
		})
	}
}

// TestCardSecurityOfTheWorkedExample reads files that others signed: those of the
// worked example in cvc's testdata.
func TestCardSecurityOfTheWorkedExample(t *testing.T) {
	b, err := os.ReadFile("../cvc/testdata/eac-worked-example.json")
	require.NoError(t, err)
	var all map[string]map[string]string
	require.NoError(t, json.Unmarshal(b, &all))
	for name, example := range all {
		t.Run(name, func(t *testing.T) {
			file, err := hex.DecodeString(example["cardSecurity"])
			require.NoError(t, err)
			c, err := passiveauth.ParseCardSecurity(file)
			require.NoError(t, err)
			assert.NotEmpty(t, c.Infos.PACE)
			assert.NotEmpty(t, c.Infos.ChipAuthKeys)
			_, err = c.SignedData.Verify(cms.OIDSecurityObject, cms.Policy{AllowSHA1: true, MinRSA: 1024})
			assert.NoError(t, err)
		})
	}
}

func TestMalformedCardSecurity(t *testing.T) {
	w := newWorld()
	for name, b := range map[string][]byte{
		"empty": nil, "no SignedData": {0x30, 0x00}, "EF.SOD": w.file()[4:], "too long": make([]byte, passiveauth.MaxSOD+1),
		"no SecurityInfos": func() []byte {
			object := w.object
			object.ContentType, object.Content = cmstest.OID(0, 4, 0, 127, 0, 7, 3, 2, 1), []byte{0x02, 0x01, 0x01}
			object.Signers = []cmstest.Signer{w.signing}
			return object.Encode()
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := passiveauth.ParseCardSecurity(b)
			assert.ErrorIs(t, err, passiveauth.ErrCardSecurity)
		})
	}
}

func FuzzParseCardSecurity(f *testing.F) {
	f.Add(newWorld().cardSecurity())
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := passiveauth.ParseCardSecurity(b); err == nil {
			c.Verify(passiveauth.Input{Now: now})
		}
	})
}
