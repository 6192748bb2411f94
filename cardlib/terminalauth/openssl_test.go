package terminalauth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/cvc"
)

// opensslKey is a private key that only the openssl tool holds: a crypto.Signer
// as a hardware key is one.
type opensslKey struct {
	t      *testing.T
	file   string
	public crypto.PublicKey
}

func (k opensslKey) Public() crypto.PublicKey { return k.public }

func (k opensslKey) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	args := []string{"pkeyutl", "-sign", "-inkey", k.file, "-pkeyopt", "digest:sha256"}
	if _, ok := opts.(*rsa.PSSOptions); ok {
		args = append(args, "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest")
	}
	return openssl(k.t, digest, args...), nil
}

func openssl(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Stdin = bytes.NewReader(in)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	require.NoError(t, err, "openssl %v: %s", args, complaint.String())
	return out
}

// newOpenSSLKey makes a key with genpkey and reads its public half, whose EC form
// ends in the uncompressed point.
func newOpenSSLKey(t *testing.T, curve *curves.Curve, args ...string) (opensslKey, string) {
	t.Helper()
	dir := t.TempDir()
	key := opensslKey{t: t, file: filepath.Join(dir, "key.pem")}
	openssl(t, nil, append([]string{"genpkey", "-out", key.file}, args...)...)
	public := openssl(t, nil, "pkey", "-in", key.file, "-pubout")
	block, _ := pem.Decode(public)
	require.NotNil(t, block)
	if curve != nil {
		point, err := curve.Decode(block.Bytes[len(block.Bytes)-1-2*curve.ByteLen():])
		require.NoError(t, err)
		key.public = &cvc.ECPublicKey{Curve: curve, Point: point}
	} else {
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		require.NoError(t, err)
		key.public = parsed
	}
	file := filepath.Join(dir, "public.pem")
	require.NoError(t, os.WriteFile(file, public, 0o600))
	return key, file
}

// TestSignatureByOpenSSL lets openssl hold the terminal's key and verify what the
// chip is sent.
func TestSignatureByOpenSSL(t *testing.T) {
	brainpool, _ := curves.ByID(13)
	for name, tc := range map[string]struct {
		algorithm cvc.Algorithm
		curve     *curves.Curve
		generate  []string
		verify    []string
	}{
		"ECDSA brainpoolP256r1": {cvc.ECDSASHA256, brainpool, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"}, nil},
		"RSA PKCS#1":            {cvc.RSAv15SHA256, nil, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, nil},
		"RSA-PSS": {cvc.RSAPSSSHA256, nil, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
			[]string{"-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"}},
	} {
		t.Run(name, func(t *testing.T) {
			key, publicFile := newOpenSSLKey(t, tc.curve, tc.generate...)
			public, err := cvc.NewPublicKey(tc.algorithm, key.Public())
			require.NoError(t, err)
			cert, err := cvc.Template{Authority: "UTDV00001", Holder: "UTTERM00001", PublicKey: public, Authorization: cvc.NewAuthorization(cvc.Terminal, 3),
				Effective: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Expiration: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}.Issue(public, key, nil)
			require.NoError(t, err)
			card := &recorder{answers: []string{"", "", "", challenge, ""}}
			ch := Channel{[]byte("1900000185"), []byte("ephemeral")}
			require.NoError(t, Authenticate(t.Context(), card, Terminal{Key: key}, []*cvc.Certificate{cert}, ch, nil))

			signature := card.seen[4].Data
			if tc.curve != nil {
				half := len(signature) / 2
				signature, err = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])})
				require.NoError(t, err)
			}
			file := filepath.Join(t.TempDir(), "signature")
			require.NoError(t, os.WriteFile(file, signature, 0o600))
			message := []byte("1900000185\x01\x02\x03\x04\x05\x06\x07\x08ephemeral")
			out := openssl(t, message, append([]string{"dgst", "-sha256", "-verify", publicFile, "-signature", file}, tc.verify...)...)
			assert.Contains(t, string(out), "Verified OK")
		})
	}
}
