package doctor

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/user"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// planted is what must not be in the file for support.
var planted = []string{
	"000190000018",                   // a citizen's number
	"000019018",                      // that of an old card
	"IDVNM1900000182000190000018<<0", // a line of an MRZ
	"c2VjcmV0LXRva2VuLW9mLWEtbG9jYWwtY2xpZW50Cg", // a token
	strings.Repeat("c0ffee15", 8),                // a key in hexadecimal
}

func unpack(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		require.NoError(t, err)
		files[f.Name], err = io.ReadAll(r)
		require.NoError(t, err)
		assert.True(t, json.Valid(files[f.Name]), "%s is JSON still", f.Name)
	}
	return files
}

// forms are the ways in which a text could hide in a file.
func forms(text string) [][]byte {
	var wide []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	return [][]byte{[]byte(text), wide, []byte(base64.StdEncoding.EncodeToString([]byte(text))), []byte(hex.EncodeToString([]byte(text)))}
}

// TestTheZipTellsOfNobody plants what must not be in the file wherever something
// can get in: settings, paths, and the details of checks.
func TestTheZipTellsOfNobody(t *testing.T) {
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	u, err := user.Current()
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	hidden := append([]string{home, u.HomeDir}, planted...)
	for _, word := range []string{host, u.Username} {
		if len(word) >= 3 {
			hidden = append(hidden, word)
		}
	}
	checks := Run(t.Context(), healthy())
	settings := map[string]any{"origins": []string{"https://motcua.example"}}
	for i, word := range hidden {
		checks = append(checks, Check{ID: "reader", Detail: "ACS " + word + " 00"})
		settings[string(rune('a'+i))] = "/somewhere/" + word + "/config.toml"
	}
	var b bytes.Buffer
	require.NoError(t, Zip(&b, checks, Support{Version: "1.2.3", Made: today, Settings: settings}))
	files := unpack(t, b.Bytes())
	require.Len(t, files, 3)
	assert.Contains(t, string(files["settings.json"]), "https://motcua.example", "what support needs is there")
	assert.Contains(t, string(files["doctor.vi.json"]), "Đồng hồ")
	for name, content := range files {
		for _, word := range hidden {
			for i, form := range forms(word) {
				assert.False(t, bytes.Contains(content, form), "%s has %q (form %d)", name, word, i)
			}
		}
	}
}

// TestTheSearchFindsWhatIsThere: a search that cannot find proves nothing.
func TestTheSearchFindsWhatIsThere(t *testing.T) {
	for _, word := range planted {
		b := []byte(`{"detail":"` + word + `"}`)
		assert.True(t, bytes.Contains(b, forms(word)[0]))
		assert.NotContains(t, string(newCover().json(b)), word)
	}
}
