package scenario_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/persona"
)

// verification is all that the verification of a card is made of, read once.
type verification struct {
	sod       []byte
	groups    map[lds.Group][]byte
	infos     securityinfo.Infos
	challenge [activeauth.ChallengeLen]byte
	signature []byte
	store     *trust.Store
	now       time.Time
}

// five are the groups of a citizen's card that anybody may read.
var five = []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15}

func newVerification(t testing.TB) *verification {
	t.Helper()
	who := persona.All()[0]
	v := &verification{challenge: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, store: mockTrust(t, testIssuer), now: time.Now(), groups: map[lds.Group][]byte{}}
	result, err := cardlib.Read(t.Context(), insert(t, who.Name), keysOf(t, who, false), cardlib.Plan{Challenge: &v.challenge})
	require.NoError(t, err)
	require.NotNil(t, result.Document.ActiveAuth)
	v.sod, v.signature = result.Document.SOD, result.Document.ActiveAuth.Signature
	for _, g := range five {
		v.groups[g] = result.Document.Groups[g]
		require.NotEmpty(t, v.groups[g], g)
	}
	v.infos, err = securityinfo.ParseDG14(v.groups[lds.DG14])
	require.NoError(t, err)
	return v
}

// agreeable is a chip that agrees to everything: what is measured is the reader.
type agreeable struct{}

func (agreeable) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{Data: []byte{0x7C, 0x00}, SW: 0x9000}, nil
}

// The steps; each returns nothing that the next needs, so that each can be
// measured alone.

func (v *verification) parse(t testing.TB) *passiveauth.SOD {
	sod, err := passiveauth.ParseSOD(v.sod)
	if err != nil {
		t.Fatal(err)
	}
	return sod
}

func (v *verification) signed(t testing.TB, sod *passiveauth.SOD) {
	if err := sod.VerifySignature(v.store.Policy); err != nil {
		t.Fatal(err)
	}
}

func (v *verification) chain(t testing.TB, sod *passiveauth.SOD) {
	if found, err := v.store.Issuers(sod.SignedData.Certificates[0]); err != nil || len(found) == 0 {
		t.Fatal("no anchor", err)
	}
}

func (v *verification) hashes(t testing.TB, sod *passiveauth.SOD) {
	for _, g := range five {
		if err := sod.CheckGroup(g, v.groups[g]); err != nil {
			t.Fatal(err)
		}
	}
}

func (v *verification) passive(t testing.TB) {
	r := passiveauth.Verify(passiveauth.Input{
		SOD: v.sod, Groups: v.groups, Store: v.store, Now: v.now, IssuingState: "VNM", DocumentCode: "ID",
	})
	for _, c := range r.Checks[:4] {
		if c.Status != verdict.Passed {
			t.Fatal(c)
		}
	}
}

func (v *verification) active(t testing.TB) {
	if err := activeauth.Verify(v.groups[lds.DG15], &v.infos, v.challenge, v.signature); err != nil {
		t.Fatal(err)
	}
}

func (v *verification) agreement(t testing.TB) {
	if _, err := chipauth.Run(context.Background(), agreeable{}, v.infos, nil); err != nil {
		t.Fatal(err)
	}
}

func (v *verification) whole(t testing.TB) {
	v.passive(t)
	v.active(t)
	v.agreement(t)
}

// TestVerificationDetects: what the benchmark measures does notice a change.
func TestVerificationDetects(t *testing.T) {
	v := newVerification(t)
	v.whole(t)
	changed := append([]byte(nil), v.groups[lds.DG2]...)
	changed[len(changed)-1] ^= 1
	assert.Error(t, v.parse(t).CheckGroup(lds.DG2, changed))
	v.challenge[0] ^= 1
	assert.Error(t, activeauth.Verify(v.groups[lds.DG15], &v.infos, v.challenge, v.signature))
}

// BenchmarkVerification is what proving a card costs the reader's computer, the
// chip left out: the whole, and each step. "cpu-ms/op" is the processor time of
// this process, of use where others keep the processor busy.
func BenchmarkVerification(b *testing.B) {
	v := newVerification(b)
	sod := v.parse(b)
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"whole", func() { v.whole(b) }},
		{"parse-SOD", func() { v.parse(b) }},
		{"SOD-and-its-signature", func() { v.signed(b, v.parse(b)) }},
		{"signer-to-anchor", func() { v.chain(b, sod) }},
		{"hashes-of-five-groups", func() { v.hashes(b, sod) }},
		{"active-authentication", func() { v.active(b) }},
		{"chip-authentication", func() { v.agreement(b) }},
	} {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			begin := cpuTime()
			for b.Loop() {
				step.do()
			}
			if spent := cpuTime() - begin; spent > 0 {
				b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "cpu-ms/op")
			}
		})
	}
}
