package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASettingIsWrittenAndNothingElse(t *testing.T) {
	for name, tc := range map[string]struct{ before, after string }{
		"empty":         {"", "language = \"en\"\n"},
		"first":         {"# mine\nport = 1\n[log]\nlevel = 'info'\n", "language = \"en\"\n# mine\nport = 1\n[log]\nlevel = 'info'\n"},
		"replaced":      {"port = 1\n  language='vi' # tiếng Việt\r\nmock = true\n[log]\nlevel = 'info'", "port = 1\nlanguage = \"en\"\r\nmock = true\n[log]\nlevel = 'info'"},
		"only a remark": {"# language = 'vi'\n", "language = \"en\"\n# language = 'vi'\n"},
		"the same":      {"language = \"en\"\n", "language = \"en\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, tc.before)
			require.NoError(t, SetText(path, Language, "en"))
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, tc.after, string(got))
			c, err := Load(Inputs{File: path})
			require.NoError(t, err)
			assert.Equal(t, "en", c.Text(Language))
			assert.Equal(t, FromFile, c.Source(Language))
		})
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	for name, text := range map[string]string{
		"no TOML":                   "port = = 1",
		"a line of a longer text":   "trust = ['''\nlanguage = 1\n''']\n",
		"the name between quotes":   "'language' = 'vi'\n",
		"the value over many lines": "language = '''\nvi'''\n",
	} {
		path := written(t, text)
		assert.ErrorIs(t, SetText(path, Language, "en"), ErrInvalid, name)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, text, string(got), "it is left alone: "+name)
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	assert.ErrorIs(t, SetText(path, Language, "fr"), ErrInvalid)
	assert.ErrorIs(t, SetText(path, Port, "1"), ErrInvalid)
	assert.ErrorIs(t, SetText(path, "languag", "en"), ErrInvalid)
	assert.NoFileExists(t, path)
}

func TestTheFileIsMadeWhereThereIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chipid", "config.toml")
	require.NoError(t, SetText(path, Language, "en"))
	c, err := Load(Inputs{File: path, Required: true})
	require.NoError(t, err)
	assert.Equal(t, "en", c.Text(Language))
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(path, link); err == nil {
		require.NoError(t, SetText(link, Language, "vi"))
		info, err := os.Lstat(link)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&os.ModeSymlink, "a link goes on being one")
	}
}
