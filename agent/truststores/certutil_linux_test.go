//go:build e2e

package truststores

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func needsCertutil(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath(string(certutil))
	require.NoError(t, err, "install the package libnss3-tools")
}

// listing is what certutil itself says of a database.
func listing(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command(string(certutil), "-L", "-d", "sql:"+dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// TestNSSComesAndGoesExactly works beside another authority of the same kind,
// which must survive.
func TestNSSComesAndGoesExactly(t *testing.T) {
	needsCertutil(t)
	store := NSS{filepath.Join(t.TempDir(), "home", ".pki", "nssdb")}
	ours, other := authority(t), authority(t)
	has, err := store.Has(t.Context(), ours)
	require.NoError(t, err)
	assert.False(t, has, "there is no database yet")
	require.NoError(t, store.Remove(t.Context(), ours), "nothing to remove is no error")

	require.NoError(t, store.Install(t.Context(), other))
	before := listing(t, store.Dir)
	require.NoError(t, store.Install(t.Context(), ours))
	require.NoError(t, store.Install(t.Context(), ours), "twice is once")
	has, err = store.Has(t.Context(), ours)
	require.NoError(t, err)
	assert.True(t, has)
	assert.Regexp(t, ours.Subject.CommonName+` +C,,`, listing(t, store.Dir), "trusted for servers and nothing else")

	require.NoError(t, store.Remove(t.Context(), ours))
	has, err = store.Has(t.Context(), ours)
	require.NoError(t, err)
	assert.False(t, has)
	assert.Equal(t, before, listing(t, store.Dir), "everything else is as it was")
}

func TestNSSNoticesThatTrustWasTakenBack(t *testing.T) {
	needsCertutil(t)
	store := NSS{t.TempDir()}
	ours := authority(t)
	require.NoError(t, store.Install(t.Context(), ours))
	out, err := exec.Command(string(certutil), "-M", "-d", "sql:"+store.Dir, "-n", ours.Subject.CommonName, "-t", ",,").CombinedOutput()
	require.NoError(t, err, "%s", out)
	has, err := store.Has(t.Context(), ours)
	require.NoError(t, err)
	assert.False(t, has)
}

func TestABrokenDatabaseIsAnError(t *testing.T) {
	needsCertutil(t)
	dir := t.TempDir()
	for _, name := range []string{"cert9.db", "key4.db"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("not SQLite at all, though long enough to be read"), 0o600))
	}
	ours := authority(t)
	_, err := NSS{dir}.Has(t.Context(), ours)
	assert.ErrorIs(t, err, ErrStore)
	assert.ErrorIs(t, NSS{dir}.Remove(t.Context(), ours), ErrStore)
}

// TestFirefox plays the browser's part: it takes the certificate over into a
// profile under a nickname of its own.
func TestFirefox(t *testing.T) {
	needsCertutil(t)
	home := t.TempDir()
	profile := filepath.Join(home, ".mozilla", "firefox", "abcd.default")
	ours, other := authority(t), authority(t)
	f := Firefox{filepath.Join(home, ".mozilla", "certificates"), []string{filepath.Join(home, ".mozilla", "firefox", "*")}}
	require.NoError(t, f.Install(t.Context(), ours))
	has, err := f.Has(t.Context(), ours)
	require.NoError(t, err)
	assert.True(t, has)
	require.NoError(t, NSS{profile}.Install(t.Context(), ours))
	require.NoError(t, NSS{profile}.Install(t.Context(), other))

	require.NoError(t, f.Remove(t.Context(), other), "whose file it is not")
	assert.FileExists(t, f.path())
	require.NoError(t, f.Remove(t.Context(), ours))
	assert.NoDirExists(t, f.Dir)
	assert.NotContains(t, listing(t, profile), "chipid")
}
