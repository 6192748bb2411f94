package trust_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/trust"
)

// thousand writes a file of 1,000 certificates that differ in their serial
// numbers; that their signatures no longer hold does not matter for loading.
func thousand(tb testing.TB) string {
	tb.Helper()
	var file bytes.Buffer
	for i := range 1000 {
		der := bytes.Clone(opensslFile(tb, []string{"bp384.csca.der", "bp384-explicit.csca.der", "rsa-pkcs1-sha512.csca.der", "p256.csca.der"}[i%4]))
		at := bytes.Index(der, []byte{0x02, 0x14}) // the serial number of 20 bytes
		require.Positive(tb, at)
		der[at+10], der[at+11] = byte(i>>8), byte(i)
		require.NoError(tb, pem.Encode(&file, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	path := filepath.Join(tb.TempDir(), "all.pem")
	require.NoError(tb, os.WriteFile(path, file.Bytes(), 0o600))
	return path
}

func TestThousandCertificates(t *testing.T) {
	path := thousand(t)
	began := time.Now()
	s, problems, err := trust.Open(path)
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Len(t, s.Anchors(), 1000)
	assert.Less(t, time.Since(began), time.Second)
}

func BenchmarkOpenThousand(b *testing.B) {
	path := thousand(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := trust.Open(path); err != nil {
			b.Fatal(err)
		}
	}
}
