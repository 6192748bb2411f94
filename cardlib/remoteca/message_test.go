package remoteca

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

func request() evidence.Request {
	return evidence.Request{Nonce: bytes.Repeat([]byte{1}, 32), Origin: "https://motcua.example.vn", Purpose: "CT01", Groups: []lds.Group{lds.DG1, lds.DG13}}
}

// testKey is a key for tests: its seed is the hash of a published word.
func testKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("chipid test service"))
	return ed25519.NewKeyFromSeed(seed[:])
}

func order(t testing.TB) Order {
	t.Helper()
	o := newOrder(request(), []byte{4, 1, 2, 3}, time.Unix(1_800_000_000, 0))
	require.NoError(t, o.Sign(testKey()))
	return o
}

// The expected value is the one of docs/server-driven-ca.md, where the parts were
// written one after the other by another program.
func TestOrderVector(t *testing.T) {
	sum := sha256.Sum256(order(t).Message())
	assert.Equal(t, "9fdcce8d2dd8db36362f0f94d0608d1a7569286e6c554589f0ac541abbba2cf8", hex.EncodeToString(sum[:]))
}

func TestEveryPartOfAnOrderIsSigned(t *testing.T) {
	keys := []ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}
	good := order(t)
	require.True(t, good.SignedBy(keys))
	for name, change := range map[string]func(*Order){
		"key":              func(o *Order) { o.Key = []byte{4, 1, 2, 4} },
		"nonce":            func(o *Order) { o.Nonce = bytes.Repeat([]byte{2}, 32) },
		"origin":           func(o *Order) { o.Origin = "https://motcua.example.vn:8443" },
		"purpose":          func(o *Order) { o.Purpose = "CT02" },
		"groups":           func(o *Order) { o.Groups = []lds.Group{lds.DG1} },
		"end":              func(o *Order) { o.Expires++ },
		"moved boundaries": func(o *Order) { o.Origin, o.Purpose = o.Origin+"C", "T01" },
		"signature":        func(o *Order) { o.Signature = make([]byte, ed25519.SignatureSize) },
		"no signature":     func(o *Order) { o.Signature = nil },
	} {
		o := good
		change(&o)
		assert.False(t, o.SignedBy(keys), name)
	}
	assert.False(t, good.SignedBy(nil))
	assert.False(t, good.SignedBy([]ed25519.PublicKey{keys[0][:31]}))
}

func TestOrderCheck(t *testing.T) {
	for name, change := range map[string]func(*Order){
		"no key":   func(o *Order) { o.Key = nil },
		"long key": func(o *Order) { o.Key = make([]byte, maxKey+1) },
		"no nonce": func(o *Order) { o.Nonce = nil },
		"groups":   func(o *Order) { o.Groups = []lds.Group{lds.DG13, lds.DG1} },
	} {
		o := order(t)
		change(&o)
		assert.ErrorIs(t, o.Sign(testKey()), ErrOrder, name)
	}
}

func TestMessagesRoundTrip(t *testing.T) {
	o := order(t)
	down, err := Down{Seq: 1, Order: &o, Command: []byte{0, 0x22, 0x41, 0xA4}}.Encode()
	require.NoError(t, err)
	got, err := ParseDown(down)
	require.NoError(t, err)
	assert.True(t, got.Order.SignedBy([]ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}))
	first, err := First([]byte{0x77}, []byte{0x6E})
	require.NoError(t, err)
	up, err := ParseUp(first)
	require.NoError(t, err)
	assert.Equal(t, []byte{0x6E}, up.DG14)
}

func TestMessagesRefused(t *testing.T) {
	encode := func(m interface{ Encode() ([]byte, error) }) []byte {
		b, err := m.Encode()
		require.NoError(t, err)
		return b
	}
	down := encode(Down{Seq: 1, Command: []byte{0, 1, 2, 3}})
	for name, b := range map[string][]byte{
		"nothing":                 nil,
		"too long":                make([]byte, MaxMessage+1),
		"cut off":                 down[:len(down)-1],
		"a byte after it":         append(bytes.Clone(down), 0),
		"an indefinite map":       {0xBF, 0xFF},
		"deep":                    bytes.Repeat([]byte{0x81}, 1000),
		"number zero":             encode(Down{Command: []byte{0, 1, 2, 3}}),
		"neither command nor end": encode(Down{Seq: 1}),
		"command and end":         encode(Down{Seq: 1, Command: []byte{0, 1, 2, 3}, End: true}),
		"an agent's":              encode(Up{Seq: 1, Response: []byte{0x90, 0}}),
		"not the shortest form":   append([]byte{0xA2, 0x63, 's', 'e', 'q', 0x18, 0x01}, down[6:]...),
	} {
		_, err := ParseDown(b)
		assert.ErrorIs(t, err, ErrMessage, name)
	}
	for name, m := range map[string]Up{
		"files later":         {Seq: 1, SOD: []byte{1}, DG14: []byte{1}},
		"no DG14":             {SOD: []byte{1}},
		"no SOD":              {DG14: []byte{1}},
		"an answer at first":  {SOD: []byte{1}, DG14: []byte{1}, Response: []byte{0x90, 0}},
		"neither":             {Seq: 4},
		"answers and files":   {Seq: 4, SOD: []byte{1}, Response: []byte{0x90, 0}},
		"answer without file": {Response: []byte{0x90, 0}},
	} {
		_, err := ParseUp(encode(m))
		assert.ErrorIs(t, err, ErrMessage, name)
	}
}

// TestGateHoldsAnOrderAgainstItsOwnTerms: what the agent knows itself decides, not
// what the order says.
func TestGateHoldsAnOrderAgainstItsOwnTerms(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Terms)
		code   Code
	}{
		"the order's own":      {func(*Terms) {}, ""},
		"no pinned key":        {func(w *Terms) { w.Keys = nil }, CodeUnsigned},
		"another pinned key":   {func(w *Terms) { w.Keys = []ed25519.PublicKey{make([]byte, 32)} }, CodeUnsigned},
		"another site":         {func(w *Terms) { w.Request.Origin = "https://motcua.example" }, CodeOrigin},
		"the same site's port": {func(w *Terms) { w.Request.Origin += ":8443" }, CodeOrigin},
		"another nonce":        {func(w *Terms) { w.Request.Nonce = bytes.Repeat([]byte{2}, 32) }, CodeRequest},
		"another purpose":      {func(w *Terms) { w.Request.Purpose = "CT02" }, CodeRequest},
		"fewer groups":         {func(w *Terms) { w.Request.Groups = w.Request.Groups[:1] }, CodeRequest},
		"more groups":          {func(w *Terms) { w.Request.Groups = []lds.Group{lds.DG1, lds.DG2, lds.DG13} }, CodeRequest},
		"at its end":           {func(w *Terms) { w.Now = func() time.Time { return time.Unix(1_800_000_000, 0) } }, CodeExpired},
		"too far ahead": {func(w *Terms) {
			w.Now = func() time.Time { return time.Unix(1_800_000_000, 0).Add(-MaxLife - time.Second) }
		}, CodeExpired},
	} {
		terms := Terms{Request: request(), Keys: []ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}, Now: func() time.Time { return time.Unix(1_799_999_900, 0) }}
		c.change(&terms)
		assert.Equal(t, c.code, CodeOf(NewGate(terms).Accept(order(t))), name)
	}
}

func TestGateNeedsAnOrder(t *testing.T) {
	g := NewGate(Terms{Request: request(), Keys: []ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}, Now: func() time.Time { return time.Unix(1_799_999_900, 0) }})
	_, _, err := g.Pass([]byte{0x0C, 0xB0, 0x81, 0, 0})
	require.Equal(t, CodeCommand, CodeOf(err))
	for range maxOrders {
		require.NoError(t, g.Accept(order(t)))
	}
	assert.Equal(t, CodeSequence, CodeOf(g.Accept(order(t))), "no end of orders")
}

// agreed is a gate whose chip has agreed on keys.
func agreed(t testing.TB) *Gate {
	t.Helper()
	g := NewGate(Terms{Request: request(), Keys: []ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}, Now: func() time.Time { return time.Unix(1_799_999_900, 0) }})
	require.NoError(t, g.Accept(order(t)))
	cmd, way, err := g.Pass([]byte{0, 0x86, 0, 0, 8, 0x7C, 6, 0x80, 4, 4, 1, 2, 3, 0})
	require.NoError(t, err)
	require.Equal(t, Inside, way)
	require.False(t, g.Answered(cmd, 0x6A80))
	require.True(t, g.Answered(cmd, 0x9000))
	return g
}

var protectedLe = []byte{0x97, 1, 0, 0x8E, 8, 1, 2, 3, 4, 5, 6, 7, 8}

func protectedCommand(ins, p1, p2 byte, data []byte) []byte {
	return append(append([]byte{0x0C, ins, p1, p2, byte(len(data))}, data...), 0)
}

func TestGateOnTheServicesChannel(t *testing.T) {
	g := agreed(t)
	assert.Equal(t, CodeSequence, CodeOf(g.Accept(order(t))), "the keys are agreed")
	_, _, err := g.Pass(protectedCommand(0xB0, 0, 4, protectedLe))
	assert.Equal(t, CodeCommand, CodeOf(err), "an offset in whatever file the agent read last")
	g = agreed(t)
	for _, b := range [][]byte{
		protectedCommand(0xB0, 0x81, 0, protectedLe), protectedCommand(0xB0, 0, 231, protectedLe),
		protectedCommand(0xB0, 0x8D, 0, protectedLe), protectedCommand(0xB0, 0x8E, 0, protectedLe), protectedCommand(0xB0, 0x7F, 0xFF, protectedLe),
	} {
		_, way, err := g.Pass(b)
		require.NoError(t, err)
		assert.Equal(t, Bare, way)
	}
	for name, b := range map[string][]byte{
		"no MAC":          protectedCommand(0xB0, 0x81, 0, protectedLe[:3]),
		"short MAC":       protectedCommand(0xB0, 0x81, 0, []byte{0x97, 1, 0, 0x8E, 2, 1, 2}),
		"no Le":           protectedCommand(0xB0, 0x81, 0, protectedLe[3:]),
		"two MACs":        protectedCommand(0xB0, 0x81, 0, append(bytes.Clone(protectedLe), protectedLe[3:]...)),
		"status object":   protectedCommand(0xB0, 0x81, 0, append([]byte{0x99, 2, 0x90, 0}, protectedLe...)),
		"bits 6 and 7":    protectedCommand(0xB0, 0xC1, 0, protectedLe),
		"short id 0":      protectedCommand(0xB0, 0x80, 0, protectedLe),
		"DG2":             protectedCommand(0xB0, 0x82, 0, protectedLe),
		"another channel": append([]byte{0x0D}, protectedCommand(0xB0, 0x81, 0, protectedLe)[1:]...),
		"GET CHALLENGE":   protectedCommand(0x84, 0, 0, protectedLe),
		"INTERNAL AUTH":   protectedCommand(0x88, 0, 0, protectedLe),
		"GENERAL AUTH":    protectedCommand(0x86, 0, 0, protectedLe),
		"GET RESPONSE":    protectedCommand(0xC0, 0, 0, protectedLe),
	} {
		_, _, err := g.Pass(b)
		assert.Equal(t, CodeCommand, CodeOf(err), name)
	}
	_, _, err = g.Pass([]byte{1, 2})
	assert.Equal(t, CodeMessage, CodeOf(err))
}

func TestGateCountsCommands(t *testing.T) {
	g := agreed(t)
	var err error
	n := 0
	for ; err == nil; n++ {
		_, _, err = g.Pass(protectedCommand(0xB0, 0x81, 0, protectedLe))
	}
	assert.Equal(t, CodeLimit, CodeOf(err))
	assert.Equal(t, maxCommands, n)
}

func TestGateWhileAgreeing(t *testing.T) {
	fresh := func() *Gate {
		g := NewGate(Terms{Request: request(), Keys: []ed25519.PublicKey{testKey().Public().(ed25519.PublicKey)}, Now: func() time.Time { return time.Unix(1_799_999_900, 0) }})
		require.NoError(t, g.Accept(order(t)))
		return g
	}
	hexed := func(s string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		require.NoError(t, err)
		return b
	}
	for name, s := range map[string]string{
		"MSE:Set AT":           "002241A4 0C 800A04007F00070202030202",
		"with key id":          "002241A4 0F 800A04007F00070202030202 840101",
		"MSE:Set KAT":          "002241A6 06 910404010203",
		"GENERAL AUTHENTICATE": "00860000 08 7C06800404010203 00",
	} {
		_, _, err := fresh().Pass(hexed(s))
		assert.NoError(t, err, name)
	}
	for name, c := range map[string]struct {
		command string
		code    Code
	}{
		"another key in KAT":       {"002241A6 06 910404010204", CodeKey},
		"another key in GA":        {"00860000 08 7C06800404010204 00", CodeKey},
		"no key":                   {"00860000 02 7C00 00", CodeCommand},
		"a nonce of PACE":          {"00860000 08 7C06810404010203 00", CodeCommand},
		"two keys":                 {"00860000 0A 7C08 800404010203 8000 00", CodeCommand},
		"two objects":              {"00860000 0A 7C06800404010203 7C00 00", CodeCommand},
		"Set AT of PACE":           {"0022C1A4 0C 800A04007F00070202040202", CodeCommand},
		"Set DST":                  {"002281B6 05 8303010203", CodeCommand},
		"reference to a password":  {"002241A4 0F 800A04007F00070202030202 830101", CodeCommand},
		"chained":                  {"10860000 08 7C06800404010203 00", CodeCommand},
		"READ BINARY":              {"00B08100 00", CodeCommand},
		"protected before the end": {"0CB08100 0D 9701008E080102030405060708 00", CodeCommand},
		"SELECT":                   {"00A4020C 02 011E", CodeCommand},
		"EXTERNAL AUTHENTICATE":    {"00820000 01 01", CodeCommand},
	} {
		_, _, err := fresh().Pass(hexed(c.command))
		assert.Equal(t, c.code, CodeOf(err), name)
	}
}

// FuzzParse: whatever comes, a parsed message is in its one encoding, and nothing panics.
func FuzzParse(f *testing.F) {
	o := order(f)
	down, _ := Down{Seq: 1, Order: &o, Command: []byte{0, 0x22, 0x41, 0xA4}}.Encode()
	f.Add(down)
	first, _ := First([]byte{0x77, 0}, []byte{0x6E, 0})
	f.Add(first)
	end, _ := Down{Seq: 7, End: true}.Encode()
	f.Add(end)
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := ParseDown(b); err == nil {
			again, err := d.Encode()
			if err != nil || !bytes.Equal(b, again) {
				t.Fatal("two encodings of one message")
			}
			if d.Order != nil {
				_ = d.Order.SignedBy([]ed25519.PublicKey{make([]byte, 32)})
			}
		}
		_, _ = ParseUp(b)
	})
}

// FuzzGate: on the service's channel nothing passes but protected READ BINARY of
// what was granted.
func FuzzGate(f *testing.F) {
	f.Add(protectedCommand(0xB0, 0x81, 0, protectedLe), protectedCommand(0xB0, 0, 200, protectedLe))
	f.Add(protectedCommand(0xA4, 2, 0x0C, protectedLe), []byte{0, 0xB0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		g := agreed(t)
		for _, b := range [][]byte{first, second} {
			cmd, way, err := g.Pass(b)
			if err != nil {
				continue
			}
			named := cmd.P1 == 0x81 || cmd.P1 == 0x8D || cmd.P1 == 0x8E
			if way != Bare || cmd.CLA != 0x0C || cmd.INS != apdu.InsReadBinary || cmd.P1&0x80 != 0 && (!named || cmd.P2 != 0) {
				t.Fatalf("passed: %X", b)
			}
		}
	})
}

// FuzzBegin: whatever EF.SOD and DG14 an agent invents, no key is sent for it.
func FuzzBegin(f *testing.F) {
	f.Add([]byte{0x77, 0}, []byte{0x6E, 0})
	f.Fuzz(func(t *testing.T, sod, dg14 []byte) {
		first, err := First(sod, dg14)
		if err != nil {
			return
		}
		s, down, err := Begin(Service{Request: request(), Key: testKey(), Until: time.Now().Add(time.Minute)}, first)
		if err != nil {
			return
		}
		defer s.Close()
		if d, err := ParseDown(down); err != nil || !d.End || s.Result().Accepted() {
			t.Fatal("a key for a card that nobody vouches for")
		}
	})
}
