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

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

// thousandCertificates differ in their serial numbers; that their signatures no
// longer hold does not matter for loading.
func thousandCertificates(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	for i := range 1000 {
		der := bytes.Clone(opensslFile(tb, []string{"bp384.csca.der", "bp384-explicit.csca.der", "rsa-pkcs1-sha512.csca.der", "p256.csca.der"}[i%4]))
		at := bytes.Index(der, []byte{0x02, 0x14}) // the serial number of 20 bytes
		require.Positive(tb, at)
		der[at+10], der[at+11] = byte(i>>8), byte(i)
		all = append(all, der)
	}
	return all
}

// thousand writes files with 1,000 certificates: one in PEM, one a master list.
func thousand(tb testing.TB) (inPEM, asList string) {
	tb.Helper()
	all := thousandCertificates(tb)
	var file bytes.Buffer
	for _, der := range all {
		require.NoError(tb, pem.Encode(&file, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	root := newAuthority("VN", "csca")
	master := append(toPEM("CERTIFICATE", root.der), toPEM("CMS", list(root, cmstest.OID(2, 23, 136, 1, 1, 3), all...))...)
	dir := tb.TempDir()
	inPEM, asList = filepath.Join(dir, "all.pem"), filepath.Join(dir, "list.pem")
	require.NoError(tb, os.WriteFile(inPEM, file.Bytes(), 0o600))
	require.NoError(tb, os.WriteFile(asList, master, 0o600))
	return inPEM, asList
}

func TestThousandCertificates(t *testing.T) {
	inPEM, asList := thousand(t)
	s, problems, err := trust.Open(inPEM)
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Len(t, s.Anchors(), 1000)
	s, problems, err = trust.Open(asList)
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Len(t, s.Anchors(), 1001)
}

// BenchmarkOpenThousand fails if 1,000 certificates take a second.
func BenchmarkOpenThousand(b *testing.B) {
	inPEM, asList := thousand(b)
	for name, path := range map[string]string{"PEM": inPEM, "master-list": asList} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := trust.Open(path); err != nil {
					b.Fatal(err)
				}
			}
			if each := b.Elapsed() / time.Duration(b.N); each > time.Second {
				b.Errorf("%v for 1,000 certificates", each)
			}
		})
	}
}
