package probe_test

import (
	"crypto"
	_ "crypto/md5"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// window is how many bytes of a secret in a row betray it.
const window = 4

// views are all the bytes that can be got out of a text: as it stands, the
// strings of JSON without their escapes, and runs of hex and of base64 decoded
// from every place in them.
type views struct {
	plain, hex, base64 [][]byte
}

var (
	hexRuns    = regexp.MustCompile(`[0-9A-Fa-f]{8,}`)
	base64Runs = regexp.MustCompile(`[0-9A-Za-z+/_-]{6,}`)
	// counts are sizes and times, which can meet four digits by chance. A number of
	// a person has more digits than these.
	counts = regexp.MustCompile(`":\d{1,5}([,}\]])`)
)

func viewsOf(t testing.TB, text string) views {
	t.Helper()
	v := views{plain: [][]byte{[]byte(text)}}
	var decoded any
	if json.Unmarshal([]byte(text), &decoded) == nil {
		for _, each := range stringsIn(decoded) {
			v.plain = append(v.plain, []byte(each))
		}
	}
	for _, run := range hexRuns.FindAllString(text, -1) {
		for start := range 2 {
			digits := run[start:]
			b, err := hex.DecodeString(digits[:len(digits)&^1])
			require.NoError(t, err)
			v.hex = append(v.hex, b)
		}
	}
	letters := strings.NewReplacer("-", "+", "_", "/")
	for _, run := range base64Runs.FindAllString(text, -1) {
		for start := range 4 {
			if len(run) < start+6 {
				continue
			}
			digits := letters.Replace(run[start:])
			b, err := base64.RawStdEncoding.DecodeString(digits[:len(digits)&^3])
			require.NoError(t, err)
			v.base64 = append(v.base64, b)
		}
	}
	return v
}

// stringsIn are all strings in decoded JSON, names included.
func stringsIn(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = append(all, v)
	case []any:
		for _, each := range v {
			all = append(all, stringsIn(each)...)
		}
	case map[string]any:
		for name, each := range v {
			all = append(append(all, name), stringsIn(each)...)
		}
	}
	return all
}

// windows is the set of all pieces of n bytes.
func windows(n int, lists ...[][]byte) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, b := range list {
			for i := 0; i+n <= len(b); i++ {
				set[string(b[i:i+n])] = true
			}
		}
	}
	return set
}

// betrayed returns the pieces of n bytes of the secret that are in the set.
func betrayed(secret []byte, n int, set map[string]bool) []string {
	var found []string
	for i := 0; i+n <= len(secret); i++ {
		if piece := string(secret[i : i+n]); set[piece] {
			found = append(found, piece)
		}
	}
	return found
}

var digests = []crypto.Hash{crypto.MD5, crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}

func digest(h crypto.Hash, b []byte) []byte {
	sum := h.New()
	sum.Write(b)
	return sum.Sum(nil)
}
