package doctor

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"os/user"
	"regexp"
	"strings"
	"time"
)

// Support is what goes into the file for support beside the checks.
type Support struct {
	Version string    `json:"version"`
	Made    time.Time `json:"made"`
	// Settings are the values in force with their sources, as `config show` has them.
	Settings any `json:"settings"`
}

// Zip packs the checks, in both languages, and what support needs beside them.
// Names of this user, computer and home folder, and every number that could be
// a person's, are taken out of all of it.
func Zip(w io.Writer, checks []Check, s Support) error {
	hide := newCover()
	archive := zip.NewWriter(w)
	for _, lang := range []string{"vi", "en"} {
		b, err := JSON(checks, lang)
		if err != nil {
			return err
		}
		if err := add(archive, "doctor."+lang+".json", s.Made, hide.json(b)); err != nil {
			return err
		}
	}
	b, err := plain(s)
	if err != nil {
		return err
	}
	if err := add(archive, "settings.json", s.Made, hide.json(b)); err != nil {
		return err
	}
	return archive.Close()
}

func add(archive *zip.Writer, name string, made time.Time, b []byte) error {
	f, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: made.UTC()})
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return err
}

// cover takes out what is of a person.
type cover struct{ words *strings.Replacer }

// personal matches numbers that could be a citizen's (12 digits), those of old
// cards (9), MRZ lines and whatever looks like a secret in base64 or hexadecimal.
var personal = regexp.MustCompile(`\b(?:\d{9}|\d{12})\b|[A-Z0-9<]{30,}|\b[A-Za-z0-9+/_-]{32,}={0,2}`)

// newCover knows this user's and this computer's names.
func newCover() cover {
	var pairs []string
	replace := func(word, by string) {
		if len(word) < 3 { // it would tear other words apart
			return
		}
		quoted, err := json.Marshal(word) // backslashes are doubled in JSON
		if err == nil {
			pairs = append(pairs, strings.Trim(string(quoted), `"`), by)
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		replace(home, "~")
	}
	if u, err := user.Current(); err == nil {
		replace(u.HomeDir, "~")
		_, short, found := strings.Cut(u.Username, `\`)
		replace(u.Username, "USER")
		if found {
			replace(short, "USER")
		}
		replace(u.Name, "USER")
	}
	if host, err := os.Hostname(); err == nil {
		replace(host, "HOST")
	}
	return cover{strings.NewReplacer(pairs...)}
}

// json covers a JSON text; it stays one, since no quote or brace is touched.
func (c cover) json(b []byte) []byte {
	return []byte(personal.ReplaceAllString(c.words.Replace(string(b)), "***"))
}
