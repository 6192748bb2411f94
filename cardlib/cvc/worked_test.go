package cvc

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// example is one of the two worked examples in testdata.
type example map[string]string

func (e example) bytes(t *testing.T, name string) []byte {
	t.Helper()
	b, err := hex.DecodeString(e[name])
	require.NoError(t, err)
	require.NotEmpty(t, b, name)
	return b
}

func (e example) certificate(t *testing.T, name string) *Certificate {
	t.Helper()
	c, err := Parse(e.bytes(t, name))
	require.NoError(t, err)
	return c
}

func examples(t *testing.T) map[string]example {
	t.Helper()
	b, err := os.ReadFile("testdata/eac-worked-example.json")
	require.NoError(t, err)
	var all map[string]example
	require.NoError(t, json.Unmarshal(b, &all))
	return all
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestWorkedExampleIsParsed(t *testing.T) {
	e := examples(t)["ecdh"]
	cvca, dv, terminal := e.certificate(t, "cvca"), e.certificate(t, "dv"), e.certificate(t, "terminal")

	assert.Equal(t, Reference("DECVCAAT00001"), cvca.Holder)
	assert.True(t, cvca.SelfSigned())
	assert.Equal(t, ECDSASHA512, cvca.PublicKey.Algorithm)
	assert.Equal(t, "brainpoolP512r1", cvca.PublicKey.Curve.Name)
	assert.Equal(t, CountryCVCA, cvca.Authorization.Role())
	assert.Equal(t, InspectionSystem, cvca.Authorization.Type)
	assert.True(t, cvca.Authorization.Allows(ReadDG3|ReadDG4))
	assert.Equal(t, day(2010, 9, 30), cvca.Effective)
	assert.Equal(t, day(2011, 9, 25), cvca.Expiration)

	assert.Equal(t, cvca.Holder, dv.Authority)
	assert.Equal(t, DVOfficial, dv.Authorization.Role())
	assert.Nil(t, dv.PublicKey.Curve, "no domain parameters below the CVCA")
	assert.Len(t, dv.PublicKey.Point, 129)

	assert.Equal(t, dv.Holder, terminal.Authority)
	assert.Equal(t, "DE", terminal.Holder.Country())
	assert.Equal(t, "TESTAT", terminal.Holder.Mnemonic())
	assert.Equal(t, "DE019", terminal.Holder.Sequence())
	assert.Equal(t, Terminal, terminal.Authorization.Role())
	assert.Equal(t, AuthenticationTerminal, terminal.Authorization.Type)
	assert.NoError(t, terminal.Holder.Check())

	rsaTerminal := examples(t)["dh"].certificate(t, "terminal")
	assert.Equal(t, RSAv15SHA1, rsaTerminal.PublicKey.Algorithm)
	assert.Equal(t, 1024, rsaTerminal.PublicKey.RSA.N.BitLen())
}

func TestWorkedExampleIsAChain(t *testing.T) {
	for name, e := range examples(t) {
		t.Run(name, func(t *testing.T) {
			cvca, dv, terminal := e.certificate(t, "cvca"), e.certificate(t, "dv"), e.certificate(t, "terminal")
			assert.NoError(t, cvca.CheckSignature(cvca.PublicKey), "self-signed")
			chain, err := Chain([]Reference{cvca.Holder}, []*Certificate{terminal, cvca, dv}, terminal)
			require.NoError(t, err)
			assert.Equal(t, []*Certificate{dv, terminal}, chain)

			changed := append([]byte(nil), dv.Raw...)
			changed[len(changed)-1] ^= 1
			forged, err := Parse(changed)
			require.NoError(t, err)
			_, err = Chain([]Reference{cvca.Holder}, []*Certificate{terminal, cvca, forged}, terminal)
			assert.ErrorIs(t, err, ErrSignature)
		})
	}
}

// TestWorkedExampleIsWrittenToTheByte issues the certificates again from what was read.
func TestWorkedExampleIsWrittenToTheByte(t *testing.T) {
	for name, e := range examples(t) {
		for _, part := range []string{"cvca", "dv", "terminal"} {
			t.Run(name+"/"+part, func(t *testing.T) {
				c := e.certificate(t, part)
				body, err := Template{c.Authority, c.Holder, c.PublicKey, c.Authorization, c.Effective, c.Expiration,
					c.PublicKey.Curve != nil, c.Extensions}.body()
				require.NoError(t, err)
				assert.Equal(t, hex.EncodeToString(c.Body), hex.EncodeToString(body))
				assert.Equal(t, c.Raw[len(c.Raw)-len(c.ForChip()):], c.ForChip())
			})
		}
	}
}

// TestWorkedExampleSignatureToTheByte makes the RSA signature of the example again.
func TestWorkedExampleSignatureToTheByte(t *testing.T) {
	e := examples(t)["dh"]
	key, err := x509.ParsePKCS8PrivateKey(e.bytes(t, "privateKey"))
	require.NoError(t, err)
	terminal := e.certificate(t, "terminal")
	assert.True(t, terminal.PublicKey.Is(key.(*rsa.PrivateKey).Public()))
	dv := e.certificate(t, "dv")
	_, err = dv.PublicKey.Sign(key.(*rsa.PrivateKey), nil, []byte("x"))
	assert.ErrorIs(t, err, ErrKey)
	assert.NoError(t, terminal.CheckSignature(dv.PublicKey))
	assert.ErrorIs(t, dv.CheckSignature(terminal.PublicKey), ErrSignature)
}
