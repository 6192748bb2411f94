package issuer

import (
	"bytes"
	"testing"
	"time"

	"chipid/mock-reader/persona"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSignerPeriods checks the dates that scenarios stand on, for every persona.
func TestSignerPeriods(t *testing.T) {
	now := time.Now()
	for _, p := range persona.All() {
		signed := signingTime(p)
		valid := func(period SignerPeriod, at time.Time) bool {
			v := period.at(signed)
			return !at.Before(v.from) && !at.After(v.to)
		}
		t.Run(p.Name, func(t *testing.T) {
			assert.True(t, valid(LongPeriod, signed))
			assert.True(t, valid(EndedSince, signed))
			assert.False(t, valid(EndedSince, now))
			assert.False(t, valid(NotYetBegun, signed))
			assert.True(t, valid(NotYetBegun, signed.AddDate(1, 0, 0)))
			assert.False(t, valid(EndedAlready, signed))
			assert.True(t, signed.After(Genuine.period().from) && signed.Before(Genuine.period().to))
		})
	}
}

// TestForgedAuthority claims the genuine one's name and key id under another key.
func TestForgedAuthority(t *testing.T) {
	i := New(PublishedSeed)
	genuine, err := i.authoritySigner(Genuine)
	require.NoError(t, err)
	forged, err := i.authoritySigner(Forged)
	require.NoError(t, err)
	require.NotEqual(t, genuine.publicBits(), forged.publicBits())
	assert.Equal(t, Genuine.Name().der(), Forged.Name().der())

	signer, err := i.documentSigner(SignerOptions{Authority: Forged}, signingTime(persona.All()[0]))
	require.NoError(t, err)
	authorityKey := extension(oidAuthorityKeyID, false, sequence(context(0, false, keyID(genuine.publicBits()))))
	assert.True(t, bytes.Contains(signer.certificate, authorityKey))
}

// TestNoncesDiffer: one nonce for two messages would give the key away, also
// where the key is published the cards are to look like real ones.
func TestNoncesDiffer(t *testing.T) {
	s, err := New(PublishedSeed).signer("test", Algorithm{})
	require.NoError(t, err)
	one, err := s.sign([]byte("one"))
	require.NoError(t, err)
	two, err := s.sign([]byte("two"))
	require.NoError(t, err)
	again, err := s.sign([]byte("one"))
	require.NoError(t, err)
	assert.Equal(t, one, again)
	assert.NotEqual(t, one[:20], two[:20], "r of both signatures")
}

func TestDERTime(t *testing.T) {
	assert.Equal(t, append([]byte{0x17, 13}, "491231000000Z"...), derTime(date(2049, 12, 31)))
	assert.Equal(t, append([]byte{0x18, 15}, "20500101000000Z"...), derTime(date(2050, 1, 1)))
}

func TestSetOfIsSorted(t *testing.T) {
	assert.Equal(t, setOf(smallInteger(1), smallInteger(2), null()), setOf(null(), smallInteger(2), smallInteger(1)))
}
