package vpcd

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/wire"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// virtualReader is the reader's side of the wire, as the driver speaks it.
type virtualReader struct {
	t        *testing.T
	listener net.Listener
	conn     net.Conn
}

func newVirtualReader(t *testing.T) *virtualReader {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return &virtualReader{t: t, listener: l}
}

func (v *virtualReader) address() string { return v.listener.Addr().String() }

// awaitCard waits until a card is put in.
func (v *virtualReader) awaitCard() {
	v.t.Helper()
	conn, err := v.listener.Accept()
	require.NoError(v.t, err)
	require.NoError(v.t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	v.t.Cleanup(func() { _ = conn.Close() })
	v.conn = conn
}

func (v *virtualReader) ask(message ...byte) []byte {
	v.t.Helper()
	require.NoError(v.t, wire.Write(v.conn, message))
	answer, err := wire.Read(v.conn)
	require.NoError(v.t, err)
	return answer
}

// awaitNoCard waits until the card is taken out.
func (v *virtualReader) awaitNoCard() {
	v.t.Helper()
	_, err := wire.Read(v.conn)
	require.ErrorIs(v.t, err, io.EOF)
}

// run plays slot until the test ends.
func run(t *testing.T, slot *Slot) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- slot.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
}

func open(t *testing.T, name string, hooks scenario.Hooks) scenario.Card {
	t.Helper()
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), name, hooks)
	require.NoError(t, err)
	return card
}

var selectApplication = []byte{0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}

func TestCardAnswersOverTheWire(t *testing.T) {
	reader := newVirtualReader(t)
	slot := New(reader.address(), nil)
	card := open(t, "tre-em", scenario.Hooks{})
	slot.Put(card)
	run(t, slot)
	reader.awaitCard()
	require.NoError(t, wire.Write(reader.conn, []byte{wire.PowerOn}))
	assert.Equal(t, card.ATR(), reader.ask(wire.ATR))
	assert.Equal(t, []byte{0x90, 0x00}, reader.ask(selectApplication...))
	require.NoError(t, wire.Write(reader.conn, []byte{wire.Reset}))
	assert.Equal(t, []byte{0x90, 0x00}, reader.ask(0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x1C), "EF.CardAccess after a reset")
	require.NoError(t, wire.Write(reader.conn, nil), "an empty message is passed over")
	require.NoError(t, wire.Write(reader.conn, []byte{wire.PowerOff}))
	assert.Equal(t, card.ATR(), reader.ask(wire.ATR))
}

func TestPullAndPutBack(t *testing.T) {
	reader := newVirtualReader(t)
	slot := New(reader.address(), nil)
	run(t, slot)
	slot.Put(open(t, "tre-em", scenario.Hooks{}))
	reader.awaitCard()
	assert.Equal(t, []byte{0x90, 0x00}, reader.ask(selectApplication...))
	assert.True(t, slot.Pull())
	reader.awaitNoCard()
	assert.False(t, slot.Pull(), "nothing is in")
	assert.Nil(t, slot.Card())

	slot.Put(open(t, scenario.ForeignToken, scenario.Hooks{}))
	reader.awaitCard()
	assert.Equal(t, []byte{0x6A, 0x82}, reader.ask(selectApplication...), "another card is in")
}

// TestReaderGoesAndComesBack: pcscd stopped and started again.
func TestReaderGoesAndComesBack(t *testing.T) {
	reader := newVirtualReader(t)
	slot := New(reader.address(), nil)
	slot.Put(open(t, "tre-em", scenario.Hooks{}))
	run(t, slot)
	reader.awaitCard()
	require.NoError(t, reader.conn.Close())
	reader.awaitCard()
	assert.Equal(t, []byte{0x90, 0x00}, reader.ask(selectApplication...))
}

// TestTornCardLeavesTheSlot: a fault takes the card out, and it stays out.
func TestTornCardLeavesTheSlot(t *testing.T) {
	reader := newVirtualReader(t)
	told := make(chan string, 10)
	slot := New(reader.address(), func(line string) { told <- line })
	slot.Put(open(t, "tre-em/dies-early", scenario.Hooks{}))
	run(t, slot)
	reader.awaitCard()
	assert.Equal(t, "card in", <-told)
	assert.Equal(t, []byte{0x90, 0x00}, reader.ask(selectApplication...))
	require.NoError(t, wire.Write(reader.conn, []byte{0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x1D}))
	reader.awaitNoCard()
	assert.Equal(t, "card out", <-told)
	assert.Nil(t, slot.Card())
}

// TestHangingCardDoesNotHoldRun: the end of the program frees a command that hangs.
func TestHangingCardDoesNotHoldRun(t *testing.T) {
	reader := newVirtualReader(t)
	hanging, err := chip.New(chip.Profile{
		LDS: map[uint16][]byte{}, Faults: chip.Faults{{Do: chip.Hang}},
	})
	require.NoError(t, err)
	slot := New(reader.address(), nil)
	slot.Put(hanging)
	run(t, slot)
	reader.awaitCard()
	require.NoError(t, wire.Write(reader.conn, selectApplication))
}

func TestNoReader(t *testing.T) {
	reader := newVirtualReader(t)
	address := reader.address()
	require.NoError(t, reader.listener.Close())
	slot := New(address, nil)
	slot.wait = 50 * time.Millisecond
	slot.Put(open(t, scenario.ForeignToken, scenario.Hooks{}))
	assert.ErrorIs(t, slot.Run(t.Context()), ErrNoReader)
}

// TestForeignTokenLog: the log shows each command, which is what proves that a
// foreign card was left alone.
func TestForeignTokenLog(t *testing.T) {
	reader := newVirtualReader(t)
	var mu sync.Mutex
	var log []chip.Entry
	card := open(t, scenario.ForeignToken, scenario.Hooks{Log: func(e chip.Entry) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, e)
	}})
	slot := New(reader.address(), nil)
	slot.Put(card)
	run(t, slot)
	reader.awaitCard()
	assert.Equal(t, []byte{0x6A, 0x82}, reader.ask(selectApplication...))
	require.NoError(t, wire.Write(reader.conn, []byte{wire.Reset}))
	assert.Equal(t, card.ATR(), reader.ask(wire.ATR))
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, log, 2)
	assert.Equal(t, selectApplication, log[0].Command)
	assert.Equal(t, apdu.SWFileNotFound, log[0].PlainResponse.SW)
	assert.Equal(t, "token: reset", log[1].Name)
}
