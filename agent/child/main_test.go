package child

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/answer"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/decoder"
	"chipid/cardlib/trust"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// TestMain makes this program a child, and one of the bad children of the tests.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == portrait.SubCommand {
		os.Exit(decoder.Main(os.Stdin, os.Stdout))
	}
	if len(os.Args) == 2 && strings.HasPrefix(os.Args[1], "child:") {
		os.Exit(play(strings.TrimPrefix(os.Args[1], "child:")))
	}
	goleak.VerifyTestMain(m)
}

// ordinary are the surroundings of a child that does its work.
func ordinary() Surroundings {
	pictures, _ := portrait.New()
	return Surroundings{Portraits: pictures, Trust: func(Trust, string) *trust.Store {
		store := &trust.Store{}
		anchors, _ := issuer.New(issuer.PublishedSeed).Anchors()
		for _, a := range anchors {
			store.Add(a.File, a.DER)
		}
		return store
	}}
}

// ways of a child to fail in the middle of a read.
var failing = map[string]func(){
	"panics":            func() { panic("what was read") },
	"exits":             func() { os.Exit(3) },
	"hangs":             func() { select {} },
	"runs wild":         spin,
	"says rubbish":      func() { _, _ = os.Stdout.Write(bytes.Repeat([]byte("rubbish "), 1000)); select {} },
	"says too much":     func() { _, _ = os.Stdout.Write([]byte{byte(kindText), 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}); select {} },
	"is done early":     func() { _ = newFrame(kindDone, doneHead{}, nil).write(os.Stdout); select {} },
	"wants a signature": func() { _ = newFrame(kindSign, nil, []byte("chipid identity 1\n")).write(os.Stdout); select {} },
}

// spin keeps a processor busy for longer than any test runs.
func spin() {
	for n := uint64(0); n < math.MaxUint64; n++ {
	}
}

// parts are children that read no card, or read it as ever.
var parts = map[string]func() int{
	"ordinary": func() int { return Main(os.Stdin, os.Stdout, ordinary()) },
	"reports":  func() int { return tell(surroundingsOf()) },
	"busy":     func() int { watched(os.Stdin); spin(); return 0 },
}

func init() { parts["parent"] = parent }

// tell says v in JSON.
func tell(v any) int {
	_ = json.NewEncoder(os.Stdout).Encode(v)
	return 0
}

// play is one of the children.
func play(part string) int {
	if own := parts[part]; own != nil {
		return own()
	}
	s := ordinary()
	s.Read = func(ctx context.Context, card apdu.Card, keys access.Keys, plan cardlib.Plan) (*cardlib.Result, error) {
		inner := plan.OnText
		plan.OnText = func(doc *cardlib.Document, checked bool) {
			inner(doc, checked)
			failing[part]()
		}
		return cardlib.Read(ctx, card, keys, plan)
	}
	return Main(os.Stdin, os.Stdout, s)
}

// report is what a child finds around itself.
type report struct {
	Environ []string
	Dir     string
	Files   []string // open ones, where the system tells; without those of the look itself
}

func surroundingsOf() (r report) {
	r.Environ = os.Environ()
	r.Dir, _ = os.Getwd()
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil && !strings.HasPrefix(to, "/proc/") && !strings.HasPrefix(to, "anon_inode:") {
			r.Files = append(r.Files, e.Name()+" "+to)
		}
	}
	return r
}

// parent starts a child of its own, tells its number and waits to be killed.
func parent() int {
	link, err := process0("busy").Start()
	if err != nil {
		return 1
	}
	fmt.Println(link.(*process).cmd.Process.Pid)
	_, _ = io.Copy(io.Discard, os.Stdin)
	time.Sleep(time.Hour)
	return 0
}

// process0 is this program as the child that plays the part.
func process0(part string) Process {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return Process{Program: self, Args: []string{"child:" + part}}
}

// cardOf connects to a mock card.
func cardOf(t testing.TB, name string) apdu.Card {
	t.Helper()
	source, err := inproc.New(name)
	require.NoError(t, err)
	conn, err := source.Connect(t.Context(), inproc.Prefix+name)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

func keyOf(t testing.TB, name string) Key {
	t.Helper()
	p, err := persona.ByName(name)
	require.NoError(t, err)
	return NewKey(answer.KeyID, p.Number)
}
