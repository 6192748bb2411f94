package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Use says what an anchor may vouch for.
type Use string

// The uses. Those of one certificate only ever narrow what it could do.
const (
	// ForAll: document signers, and the signers of master lists.
	ForAll Use = "all"
	// ForDocuments: document signers only. What a master list brings has this use.
	ForDocuments Use = "documents"
	// ForLists: the signers of master lists only.
	ForLists Use = "lists"
	// AsSigner pins a document signer: this very certificate counts without its CSCA.
	AsSigner Use = "signer"
)

// Note is what the operator laid down about a certificate or list: where it came
// from, and how far it is trusted. The zero value limits nothing.
type Note struct {
	// Origin is the operator's word on where the object came from, Added when it was added.
	Origin string
	Added  time.Time
	// Use is ForAll if empty.
	Use Use
	// Types are the document codes that count ("ID"; a single letter for all that
	// begin with it); empty for all.
	Types []string
}

// ErrNote: what stands beside an object cannot be read, so it is not known how
// far the object is to be trusted.
var ErrNote = errors.New("trust: malformed note")

// Limits of a note.
const (
	maxOrigin = 200 // characters
	maxTypes  = 16
)

// notePrefix begins each line of a note; all other text before a PEM block is
// nobody's business.
const notePrefix = "chipid-"

// PEM writes an object with its note before it, as explanatory text (RFC 7468
// §5.2), which other programs pass over. Kind is "CERTIFICATE", "X509 CRL" or "CMS".
func (n Note) PEM(kind string, der []byte) []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s%s: %s\n", notePrefix, name, value)
		}
	}
	line("origin", oneLine(n.Origin))
	if !n.Added.IsZero() {
		line("added", n.Added.UTC().Format(time.RFC3339))
	}
	line("use", string(n.Use))
	line("types", strings.Join(n.Types, ", "))
	b.Write(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	return b.Bytes()
}

// oneLine keeps what can stand on a line of a note.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > maxOrigin {
		s = string(r[:maxOrigin])
	}
	return s
}

// parseNote reads the lines of a note in the text before an object. A line that
// is not understood may be a limit: then nothing is trusted.
func parseNote(text []byte) (Note, error) {
	var n Note
	seen := map[string]bool{}
	for raw := range bytes.Lines(text) {
		line := strings.TrimSpace(string(raw))
		if !strings.HasPrefix(strings.ToLower(line), notePrefix) {
			continue
		}
		name, value, ok := strings.Cut(line[len(notePrefix):], ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if !ok || seen[name] {
			return n, fmt.Errorf("%w: line %q", ErrNote, oneLine(line))
		}
		seen[name] = true
		if err := n.set(name, value); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (n *Note) set(name, value string) error {
	switch name {
	case "origin":
		n.Origin = oneLine(value)
	case "added":
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return fmt.Errorf("%w: added %q", ErrNote, oneLine(value))
		}
		n.Added = at
	case "use":
		n.Use = Use(value)
	case "types":
		for code := range strings.SplitSeq(value, ",") {
			n.Types = append(n.Types, strings.TrimSpace(code))
		}
	default:
		return fmt.Errorf("%w: %q is not known here", ErrNote, oneLine(name))
	}
	return n.Check()
}

// Check returns ErrNote if a use or a document code cannot be one.
func (n Note) Check() error {
	if n.Use != "" && !slices.Contains([]Use{ForAll, ForDocuments, ForLists, AsSigner}, n.Use) {
		return fmt.Errorf("%w: use %q", ErrNote, oneLine(string(n.Use)))
	}
	if len(n.Types) > maxTypes {
		return fmt.Errorf("%w: %d document codes", ErrNote, len(n.Types))
	}
	for _, code := range n.Types {
		if !documentCode(code) {
			return fmt.Errorf("%w: document code %q", ErrNote, oneLine(code))
		}
	}
	return nil
}

// documentCode tells whether it is one or two capital letters (Doc 9303-3 §4.2.2).
func documentCode(s string) bool {
	if len(s) < 1 || len(s) > 2 {
		return false
	}
	for _, c := range s {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// VouchesForDocuments tells whether the anchor may vouch for document signers.
func (n Note) VouchesForDocuments() bool { return n.Use != ForLists }

// vouchesForLists tells whether the anchor may vouch for signers of master lists.
func (n Note) vouchesForLists() bool { return n.Use == "" || n.Use == ForAll || n.Use == ForLists }

// Allows tells whether the note leaves room for documents of the code, as DG1 has
// it. A code that is not known is allowed only where no type is named.
func (n Note) Allows(code string) bool {
	if len(n.Types) == 0 {
		return true
	}
	code = strings.TrimRight(code, "<")
	return slices.ContainsFunc(n.Types, func(kind string) bool {
		return code != "" && (code == kind || len(kind) == 1 && strings.HasPrefix(code, kind))
	})
}

// within is the note of an anchor whose trust comes through another: its own
// limits and the other's.
func (n Note) within(voucher Note) Note {
	if voucher.Use != "" && voucher.Use != ForAll {
		n.Use = voucher.Use
	}
	if len(voucher.Types) > 0 {
		n.Types = slices.DeleteFunc(slices.Clone(voucher.Types), func(code string) bool { return !n.Allows(code) })
		if len(n.Types) == 0 {
			n.Types = []string{noType}
		}
	}
	if n.Origin == "" {
		n.Origin = voucher.Origin
	}
	if n.Added.IsZero() {
		n.Added = voucher.Added
	}
	return n
}

// noType stands where two limits leave no document code; no document has it.
const noType = "<<"
