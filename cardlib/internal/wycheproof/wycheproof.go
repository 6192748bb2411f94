package wycheproof

import (
	"compress/gzip"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

//go:embed testdata/*.json.gz
var files embed.FS

// Group is a set of tests about one key. What a kind of test does not have is empty.
type Group struct {
	// Public is the key as SubjectPublicKeyInfo; in key agreement each test has its own.
	Public Hex    `json:"publicKeyDer"`
	Hash   string `json:"sha"`
	// MGFHash and SaltLength are of RSASSA-PSS.
	MGFHash    string `json:"mgfSha"`
	SaltLength int    `json:"sLen"`
	// Curve is the name of the curve, KeyBits and TagBits the sizes of a MAC.
	Curve   string `json:"curve"`
	KeyBits int    `json:"keySize"`
	TagBits int    `json:"tagSize"`
	Tests   []Test `json:"tests"`
}

// Test is one vector.
type Test struct {
	ID      int      `json:"tcId"`
	Comment string   `json:"comment"`
	Flags   []string `json:"flags"`
	Result  Result   `json:"result"`

	Message   Hex `json:"msg"`
	Signature Hex `json:"sig"`
	// Public, Private and Shared are of key agreement; Public is a SubjectPublicKeyInfo.
	Public  Hex `json:"public"`
	Private Hex `json:"private"`
	Shared  Hex `json:"shared"`
	// Key and Tag are of a MAC.
	Key Hex `json:"key"`
	Tag Hex `json:"tag"`
}

// Result says what a good implementation does.
type Result string

// A valid vector is to be accepted, an invalid one refused; an acceptable one may
// be refused for its form, but what is made of it must be right.
const (
	Valid      Result = "valid"
	Invalid    Result = "invalid"
	Acceptable Result = "acceptable"
)

// Hex are bytes that are written in hexadecimal digits.
type Hex []byte

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

// String names a test in messages.
func (t Test) String() string {
	return fmt.Sprintf("test %d, %s (%s, %v)", t.ID, t.Comment, t.Result, t.Flags)
}

// Load returns the groups of a file, named without its endings ("aes_cmac").
func Load(name string) ([]Group, error) {
	f, err := files.Open("testdata/" + name + ".json.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var file struct {
		Count  int     `json:"numberOfTests"`
		Groups []Group `json:"testGroups"`
	}
	if err := json.NewDecoder(unzipped).Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	n := 0
	for _, g := range file.Groups {
		n += len(g.Tests)
	}
	if n == 0 || n != file.Count {
		return nil, fmt.Errorf("%s: %d tests where %d are announced", name, n, file.Count)
	}
	return file.Groups, nil
}
