package truststores

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/localca"
)

func authority(t *testing.T) *x509.Certificate {
	t.Helper()
	s, err := localca.Issue(time.Now())
	require.NoError(t, err)
	return s.CA
}

func TestWithoutCertutil(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := NSS{filepath.Join(t.TempDir(), "nssdb")}.Install(t.Context(), authority(t))
	assert.ErrorIs(t, err, ErrTool)
}

func TestFindKnowsEverySandbox(t *testing.T) {
	home := t.TempDir()
	assert.Equal(t, []Store{NSS{filepath.Join(home, ".pki/nssdb")}}, Find(home)[:1], "made if it is missing")
	for _, dir := range []string{"snap/chromium/current", "snap/brave/current/.pki/nssdb", ".var/app/com.google.Chrome/config", ".var/app/org.other.App/data/pki/nssdb", ".local/share/pki/nssdb"} {
		require.NoError(t, os.MkdirAll(filepath.Join(home, dir), 0o700))
	}
	var found []string
	for _, s := range Find(home) {
		if n, ok := s.(NSS); ok {
			rel, err := filepath.Rel(home, n.Dir)
			require.NoError(t, err)
			found = append(found, rel)
		}
	}
	assert.Equal(t, []string{".local/share/pki/nssdb", ".var/app/com.google.Chrome/.pki/nssdb", ".var/app/org.other.App/data/pki/nssdb",
		"snap/brave/current/.pki/nssdb", "snap/chromium/current/.pki/nssdb"}, found)
}
