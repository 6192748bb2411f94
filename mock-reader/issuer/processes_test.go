//go:build !race

package issuer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// digest is a hash over every file and secret of cards with each kind of key
// and over the certificates.
func digest(t *testing.T) string {
	t.Helper()
	i := New(PublishedSeed)
	h := sha256.New()
	add := func(profile chip.Profile) {
		for id := range uint16(0x0200) {
			fmt.Fprintf(h, "%04x %x %x\n", id, profile.MF[id], profile.LDS[id])
		}
		fmt.Fprintf(h, "%x\n", profile.CA[0].D)
		if profile.AA.RSA != nil {
			fmt.Fprintf(h, "%x\n", profile.AA.RSA.D)
		} else {
			fmt.Fprintf(h, "%x\n", profile.AA.D)
		}
	}
	for _, name := range []string{"mau", "ten-dai", "tre-em"} {
		profile, err := i.Personalise(mustPersona(t, name), Options{})
		require.NoError(t, err)
		add(profile)
	}
	pss, err := i.Personalise(persona.All()[0], Options{Signer: SignerOptions{Algorithm: RSAPSS}})
	require.NoError(t, err)
	add(pss)
	anchors, err := i.Anchors()
	require.NoError(t, err)
	for _, a := range anchors {
		h.Write(a.DER)
	}
	return hex.EncodeToString(h.Sum(nil))
}

const childProcess = "CHIPID_ISSUER_TEST_CHILD"

// TestEveryProcessMakesTheSameCards personalises all cards here and in a second process.
func TestEveryProcessMakesTheSameCards(t *testing.T) {
	mine := digest(t)
	if os.Getenv(childProcess) != "" {
		fmt.Printf("digest=%s\n", mine)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestEveryProcessMakesTheSameCards$", "-test.v")
	child.Env = append(os.Environ(), childProcess+"=1")
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	_, rest, found := strings.Cut(string(out), "digest=")
	require.True(t, found, string(out))
	theirs, _, _ := strings.Cut(rest, "\n")
	assert.Equal(t, mine, theirs)
}
