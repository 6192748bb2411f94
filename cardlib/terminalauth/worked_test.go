package terminalauth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/cvc"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/securityinfo"
)

// example is one of the worked examples of cvc's testdata, whose README tells of them.
type example map[string]string

func (e example) bytes(name string) []byte { return script.Hex(e[name]) }

func (e example) certificates(t *testing.T) []*cvc.Certificate {
	t.Helper()
	var all []*cvc.Certificate
	for _, name := range []string{"terminal", "cvca", "dv"} {
		c, err := cvc.Parse(e.bytes(name))
		require.NoError(t, err)
		all = append(all, c)
	}
	return all
}

func examples(t *testing.T) map[string]example {
	t.Helper()
	b, err := os.ReadFile("../cvc/testdata/eac-worked-example.json")
	require.NoError(t, err)
	var all map[string]example
	require.NoError(t, json.Unmarshal(b, &all))
	return all
}

// rsaKey and ecKey read the example's private keys; x509 knows no brainpool curve.
func (e example) rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(e.bytes("privateKey"))
	require.NoError(t, err)
	return key.(*rsa.PrivateKey)
}

func (e example) ecKey(t *testing.T) crypto.Signer {
	t.Helper()
	var outer struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}
	_, err := asn1.Unmarshal(e.bytes("privateKey"), &outer)
	require.NoError(t, err)
	var inner struct {
		Version int
		D       []byte
	}
	_, err = asn1.Unmarshal(outer.Key, &inner)
	require.NoError(t, err)
	curve, ok := curves.ByID(17)
	require.True(t, ok)
	key, err := cvc.NewECKey(curve, new(big.Int).SetBytes(inner.D))
	require.NoError(t, err)
	return key
}

func (e example) channel(t *testing.T, a securityinfo.Agreement) Channel {
	t.Helper()
	id, err := Compress(a, e.bytes("chipEphemeral"))
	require.NoError(t, err)
	own, err := Compress(a, e.bytes("terminalEphemeral"))
	require.NoError(t, err)
	return Channel{id, own}
}

// mse is MSE with the reference of a key, as TR-03110-3 B.14.1 and B.14.4 lay it out.
func mse(p1p2, name string) string {
	return fmt.Sprintf("0022%s%02X83%02X%X", p1p2, len(name)+2, len(name), name)
}

// verifyCertificate is PSO:Verify Certificate; what is in the certificate object is sent without its tag.
func verifyCertificate(raw []byte) string {
	content := raw[5:] // 7F21 82 xx xx
	return fmt.Sprintf("002A00BE00%04X%X", len(content), content)
}

// conversation is the example as a chip hears it.
func (e example) conversation(cvca, dv, terminal, authenticate string) []script.Step {
	return []script.Step{
		{Command: mse("81B6", cvca), Answer: "9000"},
		{Command: verifyCertificate(e.bytes("dv")), Answer: "9000"},
		{Command: mse("81B6", dv), Answer: "9000"},
		{Command: verifyCertificate(e.bytes("terminal")), Answer: "9000"},
		{Command: mse("81A4", terminal), Answer: "9000"},
		{Command: "0084000008", Answer: e["challenge"] + "9000"},
		{Command: authenticate, Answer: "9000"},
	}
}

// TestWorkedExampleRSA runs the example to the byte: its signature is deterministic.
func TestWorkedExampleRSA(t *testing.T) {
	e := examples(t)["dh"]
	terminal := Terminal{e.certificates(t), e.rsaKey(t)}
	chain, err := terminal.Chain([]cvc.Reference{"DETESTCVCA00003"})
	require.NoError(t, err)
	card := &script.Card{Steps: e.conversation("DETESTCVCA00003", "DETESTDVDE019", "DETESTATDE019", "0082000080"+e["signature"])}
	require.NoError(t, Authenticate(t.Context(), card, terminal, chain, e.channel(t, securityinfo.DH), nil))
	assert.True(t, card.Done())
}

// TestWorkedExampleECDSA verifies the example's signature over what we would
// sign, and ours with the example's key.
func TestWorkedExampleECDSA(t *testing.T) {
	e := examples(t)["ecdh"]
	terminal := Terminal{e.certificates(t), e.ecKey(t)}
	chain, err := terminal.Chain([]cvc.Reference{"DECVCAAT00001"})
	require.NoError(t, err)
	ch := e.channel(t, securityinfo.ECDH)
	own := chain[1].PublicKey
	own, err = own.Inherit(terminal.Certificates[1].PublicKey.Curve)
	require.NoError(t, err)
	message := bytes.Join([][]byte{ch.Identifier, e.bytes("challenge"), ch.Ephemeral}, nil)
	assert.NoError(t, own.Verify(message, e.bytes("signature")))

	card := &recorder{answers: []string{"", "", "", "", "", e["challenge"], ""}}
	require.NoError(t, Authenticate(t.Context(), card, terminal, chain, ch, nil))
	require.Len(t, card.seen, 7)
	assert.Len(t, card.seen[6].Data, 128, "r ‖ s")
	assert.NoError(t, own.Verify(message, card.seen[6].Data))
	for i, step := range e.conversation("DECVCAAT00001", "DETESTDVDE019", "DETESTATDE019", "")[:6] {
		raw, err := card.seen[i].Bytes()
		require.NoError(t, err)
		assert.Equal(t, hex.EncodeToString(script.Hex(step.Command)), hex.EncodeToString(raw))
	}
}
