package cardlib_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// benched is a genuine card that was read once, with all that its verification needs.
type benched struct {
	profile   chip.Profile
	keys      access.Keys
	store     *trust.Store
	read      *cardlib.Result
	sod       *passiveauth.SOD
	infos     securityinfo.Infos
	challenge [activeauth.ChallengeLen]byte
}

func toBench(b *testing.B) *benched {
	b.Helper()
	maker, who := issuer.New(issuer.PublishedSeed), persona.All()[0]
	profile, err := maker.Personalise(who, issuer.Options{})
	require.NoError(b, err)
	c := &benched{profile: profile, store: genuine().store}
	c.keys, err = cccd.KeysFromMRZ(who.MRZ())
	require.NoError(b, err)
	plan := cardlib.Plan{Trust: c.store, Now: exampleDay, Challenge: &c.challenge}
	c.read, err = cardlib.Read(b.Context(), c.chip(b), c.keys, plan)
	require.NoError(b, err)
	require.True(b, c.read.Report.Genuine)
	c.sod, err = passiveauth.ParseSOD(c.read.Document.SOD)
	require.NoError(b, err)
	c.infos, err = securityinfo.ParseDG14(c.read.Document.Groups[lds.DG14])
	require.NoError(b, err)
	return c
}

func (c *benched) chip(b *testing.B) *chip.Chip {
	card, err := chip.New(c.profile)
	require.NoError(b, err)
	return card
}

// judge is passive authentication from bytes: EF.SOD parsed, its signature, the chain
// and the five groups.
func (c *benched) judge() passiveauth.Result {
	return passiveauth.Verify(passiveauth.Input{SOD: c.read.Document.SOD, Groups: c.read.Document.Groups,
		Store: c.store, Now: exampleDay(), IssuingState: "VNM", DocumentCode: "ID"})
}

func (c *benched) answer() error {
	return activeauth.Verify(c.read.Document.Groups[lds.DG15], &c.infos, c.challenge, c.read.Document.ActiveAuth.Signature)
}

// apart measures what the card takes, so that the rest is the reader's.
type apart struct {
	*chip.Chip
	spent time.Duration
}

// Transmit implements apdu.Card.
func (a *apart) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	began := time.Now()
	defer func() { a.spent += time.Since(began) }()
	return a.Chip.Transmit(ctx, cmd)
}

// BenchmarkParsing is each file of a genuine card, from bytes to values.
func BenchmarkParsing(b *testing.B) {
	c := toBench(b)
	group := c.read.Document.Groups
	for _, step := range []struct {
		name  string
		bytes []byte
		parse func([]byte) error
	}{
		{"EF.SOD", c.read.Document.SOD, func(f []byte) error { _, err := passiveauth.ParseSOD(f); return err }},
		{"DG1", group[lds.DG1], func(f []byte) error { _, err := lds.ParseDG1(f); return err }},
		{"DG2", group[lds.DG2], func(f []byte) error { _, err := lds.ParseDG2(f); return err }},
		{"DG13", group[lds.DG13], func(f []byte) error { _, err := cccd.ParseDG13(f); return err }},
		{"DG14", group[lds.DG14], func(f []byte) error { _, err := securityinfo.ParseDG14(f); return err }},
		{"DG15", group[lds.DG15], func(f []byte) error { _, err := activeauth.ParseDG15(f); return err }},
	} {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(step.bytes)))
			for b.Loop() {
				if err := step.parse(step.bytes); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerification is each part of a verification, and the whole of what must come
// to less than 15 ms of a processor ("reader-ms"): EF.SOD, its chain, five groups, the answer of
// active authentication, and the reader's side of chip authentication.
func BenchmarkVerification(b *testing.B) {
	c := toBench(b)
	b.Run("hashes of five groups", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for g, file := range c.read.Document.Groups {
				if err := c.sod.CheckGroup(g, file); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("SOD, chain and groups", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(c.judge().Covered) < 5 {
				b.Fatal("a group is not covered")
			}
		}
	})
	b.Run("active authentication", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := c.answer(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		var reader time.Duration
		for b.Loop() {
			began := time.Now()
			if len(c.judge().Covered) < 5 || c.answer() != nil {
				b.Fatal("not genuine")
			}
			reader += time.Since(began)
			reader += c.agree(b)
		}
		b.ReportMetric(float64(reader.Microseconds())/1000/float64(b.N), "reader-ms/op")
	})
}

// agree opens the chip, runs chip authentication and the first command after it, and
// returns what of that was the reader's chip authentication.
func (c *benched) agree(b *testing.B) time.Duration {
	timed := &apart{Chip: c.chip(b)}
	opened, err := cardlib.Open(b.Context(), timed, c.keys, cardlib.Plan{})
	require.NoError(b, err)
	defer opened.Close()
	timed.spent = 0
	began := time.Now()
	result, err := chipauth.Run(b.Context(), opened.Channel(), c.infos, nil)
	if err == nil {
		_, err = files.NewReader(result.Session, true).Read(b.Context(), files.COM, nil, nil)
	}
	require.NoError(b, err)
	return time.Since(began) - timed.spent
}

// BenchmarkAccess is each way into the chip; "reader-ms" leaves out what the mock chip
// takes.
func BenchmarkAccess(b *testing.B) {
	maker, who := issuer.New(issuer.PublishedSeed), persona.All()[0]
	keys, err := cccd.KeysFromMRZ(who.MRZ())
	require.NoError(b, err)
	pace := func(m chip.Mapping, parameter int) issuer.Options {
		return issuer.Options{PACE: []issuer.PACEKind{{Mapping: m, Cipher: chip.AES128, Parameter: parameter}}}
	}
	for _, way := range []struct {
		name    string
		options issuer.Options
	}{
		{"BAC", issuer.Options{NoPACE: true}},
		{"PACE-ECDH-GM brainpoolP256r1", pace(chip.GenericMapping, 13)},
		{"PACE-ECDH-GM P-384", pace(chip.GenericMapping, 15)},
		{"PACE-ECDH-IM brainpoolP256r1", pace(chip.IntegratedMapping, 13)},
		{"PACE-ECDH-CAM brainpoolP256r1", pace(chip.ChipAuthMapping, 13)},
		{"PACE-DH-GM 2048 bits", pace(chip.GenericMapping, 2)},
	} {
		b.Run(way.name, func(b *testing.B) {
			profile, err := maker.Personalise(who, way.options)
			require.NoError(b, err)
			b.ReportAllocs()
			var reader time.Duration
			for b.Loop() {
				card, err := chip.New(profile)
				require.NoError(b, err)
				timed := &apart{Chip: card}
				began := time.Now()
				opened, err := cardlib.Open(b.Context(), timed, keys, cardlib.Plan{})
				require.NoError(b, err)
				reader += time.Since(began) - timed.spent
				opened.Close()
			}
			b.ReportMetric(float64(reader.Microseconds())/1000/float64(b.N), "reader-ms/op")
		})
	}
}

// BenchmarkChannel reads DG2 over secure messaging, and the same bytes hashed for comparison.
func BenchmarkChannel(b *testing.B) {
	c := toBench(b)
	size := int64(len(c.read.Document.Groups[lds.DG2]))
	b.Run("DG2 over AES-128", func(b *testing.B) {
		timed := &apart{Chip: c.chip(b)}
		opened, err := cardlib.Open(b.Context(), timed, c.keys, cardlib.Plan{})
		require.NoError(b, err)
		defer opened.Close()
		b.ReportAllocs()
		b.SetBytes(size)
		timed.spent = 0
		began := time.Now()
		for b.Loop() {
			if _, err := files.NewReader(opened.Channel(), true).Read(b.Context(), files.Group(lds.DG2), nil, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64((time.Since(began)-timed.spent).Microseconds())/1000/float64(b.N), "reader-ms/op")
	})
	b.Run("SHA-256 of DG2", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			sha256.Sum256(c.read.Document.Groups[lds.DG2])
		}
	})
}
