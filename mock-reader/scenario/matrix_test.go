//go:build !pcsc

package scenario_test

import (
	"context"
	"testing"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read reads a card of its own, as `chipid-agent read` does.
func read(t *testing.T, i *issuer.Issuer, name string, keys access.Keys, store *trust.Store) (*cardlib.Result, error) {
	t.Helper()
	card, err := scenario.Open(i, name, scenario.Hooks{})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return cardlib.Read(ctx, card, keys, cardlib.Plan{Trust: store})
}

// inPart tells whether the k-th persona is read in the n-th scenario: the first
// persona in every one, and each of the others in a part of them; under the race
// detector every scenario once, spread over all personas.
func inPart(k, n int) bool {
	all := len(persona.All())
	switch {
	case *every:
		return true
	case raced:
		return n%all == k
	}
	return k == 0 || n%(all-1) == k-1
}

// TestMatrix reads cards of all scenarios with the number alone; with -every all
// personas in all scenarios. With the tag pcsc cards are read through pcscd
// (matrix_pcsc_test.go).
func TestMatrix(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	store := mockTrust(t, i)
	for k, p := range persona.All() {
		keys, err := cccd.KeysFromNumber(p.Number)
		require.NoError(t, err)
		for n, s := range scenario.All() {
			if !inPart(k, n) {
				continue
			}
			t.Run(p.Name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				result, err := read(t, i, p.Name+"/"+s.Name, keys, store)
				asPromised(t, s.Expect, result, err)
			})
		}
	}
}

// TestNothingIsGenuineWithoutTrust reads without a store and with one that holds
// only the foreign authority.
func TestNothingIsGenuineWithoutTrust(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	anchors, err := i.Anchors()
	require.NoError(t, err)
	foreign := &trust.Store{}
	require.Empty(t, foreign.Add(anchors[1].File, anchors[1].PEM()))
	p := persona.All()[0]
	keys, err := cccd.KeysFromNumber(p.Number)
	require.NoError(t, err)
	// Each scenario is read with one of the stores, unless all are wanted.
	for k, name := range []string{"no store", "foreign store"} {
		store := []*trust.Store{nil, foreign}[k]
		for n, s := range scenario.All() {
			if !*every && n%2 != k {
				continue
			}
			t.Run(name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				result, err := read(t, i, p.Name+"/"+s.Name, keys, store)
				if err != nil {
					assert.Equal(t, scenario.ExitTrouble, s.Expect.Exit)
					return
				}
				assert.False(t, result.Report.Genuine)
				assert.NotEqual(t, verdict.Passed, result.Report.Get(verdict.Anchor).Status)
				if s.Expect.Exit == scenario.ExitGenuine {
					assert.Equal(t, verdict.Unproven, result.Report.Outcome, "a missing anchor is no alarm")
				}
			})
		}
	}
}

// TestReadsWhatThePersonaIs compares the citizen and the portrait with the persona.
func TestReadsWhatThePersonaIs(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	store := mockTrust(t, i)
	for _, p := range persona.All() {
		t.Run(p.Name, func(t *testing.T) {
			keys, err := cccd.KeysFromNumber(p.Number)
			require.NoError(t, err)
			result, err := read(t, i, p.Name, keys, store)
			require.NoError(t, err)
			c := result.Document.Citizen
			expiry := ""
			if !p.Expires.IsZero() {
				expiry = p.Expires.ISO()
			}
			sex := map[persona.Sex]string{persona.Male: "male", persona.Female: "female"}[p.Sex]
			assert.Equal(t,
				[]string{p.Number, p.FullName, p.Birth.ISO(), sex, p.Nationality, p.Ethnicity, p.Religion, p.Origin,
					p.Residence, p.Marks, p.Issued.ISO(), expiry, p.Father, p.Mother, p.OldNumber, p.ChipSerial},
				[]string{c.PersonalNumber, c.FullName, c.DateOfBirth, string(c.Sex), c.Nationality, c.Ethnicity, c.Religion, c.PlaceOfOrigin,
					c.PlaceOfResidence, c.IdentifyingMarks, c.DateOfIssue, c.DateOfExpiry, c.Father, c.Mother, c.OldNumber, c.ChipSerial})
			assert.Equal(t, p.Expires.IsZero(), c.NoExpiry)
			face, err := p.ChipImage()
			require.NoError(t, err)
			require.NotNil(t, result.Document.Portrait)
			mime := map[persona.ImageFormat]string{persona.JPEG: "image/jpeg", persona.JPEG2000: "image/jp2"}[face.Format]
			got := result.Document.Portrait
			assert.Equal(t, cardlib.Portrait{MIME: mime, Data: face.Data, Width: face.Width, Height: face.Height}, *got)
			var extra map[int][]string
			for _, x := range p.Extra {
				for _, v := range x.Values {
					if v != "" {
						extra = with(extra, x.Number, v)
					}
				}
			}
			assert.Equal(t, extra, c.Extra)
		})
	}
}

func with(all map[int][]string, number int, value string) map[int][]string {
	if all == nil {
		all = map[int][]string{}
	}
	all[number] = append(all[number], value)
	return all
}

// TestOtherKeys opens cards with the printed MRZ and with the QR text, those too
// that the number alone does not open.
func TestOtherKeys(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	store := mockTrust(t, i)
	for _, p := range persona.All() {
		mrz, err := cccd.KeysFromMRZ(p.MRZ())
		require.NoError(t, err)
		qr, err := cccd.KeysFromQR(p.QR())
		require.NoError(t, err)
		for keyName, keys := range map[string]access.Keys{"MRZ": mrz, "QR": qr} {
			for _, s := range []string{"genuine", "bac-only", "pace-hidden"} {
				t.Run(p.Name+"/"+s+"/"+keyName, func(t *testing.T) {
					result, err := read(t, i, p.Name+"/"+s, keys, store)
					require.NoError(t, err)
					assert.Equal(t, verdict.Genuine, result.Report.Outcome, "%v", result.Report)
					if s != "genuine" {
						assert.Equal(t, "BAC", result.Document.Access)
					}
				})
			}
		}
	}
}

// TestPACEWithMRZ opens a chip whose CAN is not the one of the number by its MRZ.
func TestPACEWithMRZ(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	p := persona.All()[0]
	keys, err := cccd.KeysFromMRZ(p.MRZ())
	require.NoError(t, err)
	keys.CAN = ""
	result, err := read(t, i, p.Name+"/wrong-can", keys, mockTrust(t, i))
	require.NoError(t, err)
	assert.Equal(t, "PACE-MRZ", result.Document.Access)
	assert.True(t, result.Report.Genuine)
}
