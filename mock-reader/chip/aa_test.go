package chip

import (
	"crypto"
	"crypto/ecdsa"
	nist "crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

var aaChallenge = unhex("F173589974BF40C6")

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return k
}

func (tm *terminal) activeAuth(challenge []byte) apdu.Response {
	tm.t.Helper()
	return tm.do(apdu.Command{INS: apdu.InsInternalAuth, Data: challenge, Le: 256})
}

// assertRecovers opens an RSA signature as ISO/IEC 9796-2 scheme 1 says.
func assertRecovers(t *testing.T, k *rsa.PublicKey, h crypto.Hash, trailer, challenge, signature []byte) {
	t.Helper()
	require.Len(t, signature, k.Size())
	f := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(k.E)), k.N).FillBytes(make([]byte, k.Size()))
	require.Equal(t, byte(0x6A), f[0])
	end := len(f) - len(trailer)
	assert.Equal(t, trailer, f[end:])
	m1, digest := f[1:end-h.Size()], f[end-h.Size():end]
	sum := h.New()
	sum.Write(m1)
	sum.Write(challenge)
	assert.Equal(t, sum.Sum(nil), digest)
}

func TestActiveAuthenticationRSA(t *testing.T) {
	key := rsaKey(t, 2048)
	for _, tt := range []struct {
		hash    crypto.Hash
		trailer []byte
	}{
		{crypto.SHA1, []byte{0xBC}},
		{crypto.SHA224, []byte{0x38, 0xCC}},
		{crypto.SHA256, []byte{0x34, 0xCC}},
		{crypto.SHA384, []byte{0x36, 0xCC}},
		{crypto.SHA512, []byte{0x35, 0xCC}},
	} {
		t.Run(tt.hash.String(), func(t *testing.T) {
			p := testProfile()
			p.AA = &AAKey{RSA: key, Hash: tt.hash}
			resp := opened(t, p).activeAuth(aaChallenge)
			require.Equal(t, apdu.SWSuccess, resp.SW)
			assertRecovers(t, &key.PublicKey, tt.hash, tt.trailer, aaChallenge, resp.Data)
		})
	}
}

// TestActiveAuthenticationSmaller: with B.4 either σ or n−σ opens.
func TestActiveAuthenticationSmaller(t *testing.T) {
	key := rsaKey(t, 1024)
	k := AAKey{RSA: key, Hash: crypto.SHA256, Smaller: true}
	half := new(big.Int).Rsh(key.N, 1)
	for range 8 {
		s, err := k.sign(aaChallenge, rand.Reader)
		require.NoError(t, err)
		assert.True(t, new(big.Int).SetBytes(s).Cmp(half) <= 0)
	}
}

// TestActiveAuthenticationECDSA is verified by the standard library.
func TestActiveAuthenticationECDSA(t *testing.T) {
	key, err := ecdsa.GenerateKey(nist.P384(), rand.Reader)
	require.NoError(t, err)
	raw, err := key.Bytes()
	require.NoError(t, err)
	p := testProfile()
	p.AA = &AAKey{Hash: crypto.SHA384, Curve: mustCurve(t, 15), D: new(big.Int).SetBytes(raw)}
	resp := opened(t, p).activeAuth(aaChallenge)
	require.Equal(t, apdu.SWSuccess, resp.SW)
	require.Len(t, resp.Data, 96)
	digest := crypto.SHA384.New()
	digest.Write(aaChallenge)
	r, s := new(big.Int).SetBytes(resp.Data[:48]), new(big.Int).SetBytes(resp.Data[48:])
	assert.True(t, ecdsa.Verify(&key.PublicKey, digest.Sum(nil), r, s))
}

func TestActiveAuthenticationQuirks(t *testing.T) {
	key := rsaKey(t, 1024)
	ca := caKey(t, nil, oidCAAES128, AES128, mustCurve(t, 13))
	setup := func(t *testing.T, q AAQuirk) *terminal {
		p := testProfile()
		p.AA, p.CA, p.Quirks.AA = &AAKey{RSA: key, Hash: crypto.SHA256}, []CAKey{ca}, q
		return opened(t, p)
	}
	trailer := []byte{0x34, 0xCC}
	t.Run("refuses", func(t *testing.T) {
		assert.Equal(t, apdu.SWInsNotSupported, setup(t, AAQuirk{Refuse: apdu.SWInsNotSupported}).activeAuth(aaChallenge).SW)
	})
	t.Run("wrong answer", func(t *testing.T) {
		resp := setup(t, AAQuirk{Answer: AAWrong}).activeAuth(aaChallenge)
		require.Len(t, resp.Data, 128)
		f := new(big.Int).Exp(new(big.Int).SetBytes(resp.Data), big.NewInt(int64(key.E)), key.N)
		assert.NotEqual(t, int64(0x34CC), new(big.Int).And(f, big.NewInt(0xFFFF)).Int64())
	})
	t.Run("replayed answer", func(t *testing.T) {
		resp := setup(t, AAQuirk{Answer: AAReplayed}).activeAuth(aaChallenge)
		assertRecovers(t, &key.PublicKey, crypto.SHA256, trailer, make([]byte, 8), resp.Data)
	})
	t.Run("only before chip authentication", func(t *testing.T) {
		tm := setup(t, AAQuirk{When: AABeforeCA})
		assert.Equal(t, apdu.SWSuccess, tm.activeAuth(aaChallenge).SW)
		require.Equal(t, apdu.SWSuccess, tm.chipAuth(&ca, false, nil, nil))
		assert.Equal(t, apdu.SWConditionsOfUse, tm.activeAuth(aaChallenge).SW)
	})
	t.Run("only after chip authentication", func(t *testing.T) {
		tm := setup(t, AAQuirk{When: AAAfterCA})
		assert.Equal(t, apdu.SWConditionsOfUse, tm.activeAuth(aaChallenge).SW)
		require.Equal(t, apdu.SWSuccess, tm.chipAuth(&ca, false, nil, nil))
		assert.Equal(t, apdu.SWSuccess, tm.activeAuth(aaChallenge).SW)
	})
	t.Run("challenge too long", func(t *testing.T) {
		assert.Equal(t, apdu.SWWrongLength, setup(t, AAQuirk{}).activeAuth(make([]byte, 9)).SW)
	})
	t.Run("before access", func(t *testing.T) {
		tm := setup(t, AAQuirk{})
		require.NoError(t, tm.chip.Reset(t.Context()))
		tm.ch = nil
		tm.selectApp()
		assert.Equal(t, apdu.SWSecurityStatus, tm.activeAuth(aaChallenge).SW)
	})
	t.Run("no key", func(t *testing.T) {
		assert.Equal(t, apdu.SWInsNotSupported, opened(t, testProfile()).activeAuth(aaChallenge).SW)
	})
}
