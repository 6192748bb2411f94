package tcp

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var selectApplication = apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: chip.DefaultAID}

// reader is a running server and the source that reaches it.
func reader(t *testing.T) (*Server, *Source) {
	t.Helper()
	s, err := Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return s, New(s.Addr())
}

func open(t *testing.T, name string) scenario.Card {
	t.Helper()
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), name, scenario.Hooks{})
	require.NoError(t, err)
	return card
}

func connect(t *testing.T, source *Source) readers.Conn {
	t.Helper()
	conn, err := source.Connect(t.Context(), source.Name())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestReadOverTCP(t *testing.T) {
	server, source := reader(t)
	server.Put(open(t, "tre-em"))
	state := source.List(t.Context())
	require.Len(t, state.Readers, 1)
	r := state.Readers[0]
	assert.Equal(t, "tcp:"+server.Addr(), r.Name)
	assert.True(t, r.Card && r.Synthetic)
	assert.NotEmpty(t, r.ATR)

	conn := connect(t, source)
	assert.True(t, conn.LinkInfo().Synthetic, "never real")
	assert.Equal(t, r.ATR, conn.LinkInfo().ATR)
	assert.Equal(t, apdu.ProtocolContactless, conn.LinkInfo().Protocol)
	resp, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW)
	require.NoError(t, conn.Reset(t.Context()))
	resp, err = conn.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1C}})
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW, "EF.CardAccess after a reset")
}

func TestPulledCard(t *testing.T) {
	server, source := reader(t)
	_, err := source.Connect(t.Context(), source.Name())
	assert.ErrorIs(t, err, apdu.ErrNoCard)
	server.Put(open(t, scenario.ForeignToken))
	conn := connect(t, source)
	assert.True(t, server.Pull())
	assert.False(t, server.Pull())
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	assert.ErrorIs(t, conn.Reset(t.Context()), apdu.ErrRemoved)
	server.Put(open(t, scenario.ForeignToken))
	assert.Equal(t, uint64(2), source.List(t.Context()).Readers[0].Insertion)
	_, err = connect(t, source).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestTornCardLeavesTheReader(t *testing.T) {
	server, source := reader(t)
	server.Put(open(t, "tre-em/dies-early"))
	conn := connect(t, source)
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	_, err = conn.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x1D}})
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	assert.False(t, source.List(t.Context()).Readers[0].Card)
}

// faulty makes a chip with nothing on it but faults.
func faulty(t *testing.T, faults ...chip.Fault) scenario.Card {
	t.Helper()
	card, err := chip.New(chip.Profile{LDS: map[uint16][]byte{}, Faults: faults})
	require.NoError(t, err)
	return card
}

func TestMuteCard(t *testing.T) {
	server, source := reader(t)
	server.Put(faulty(t, chip.Fault{Command: 1, Do: chip.Mute}))
	conn := connect(t, source)
	_, err := conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrLink)
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.NoError(t, err, "the next command is answered")
}

// A card that hangs is given up by the reader's side, and the next connection
// finds the reader free.
func TestHangingCardCanBeGivenUp(t *testing.T) {
	server, source := reader(t)
	server.Put(faulty(t, chip.Fault{Command: 1, Do: chip.Hang}))
	conn := connect(t, source)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := conn.Transmit(ctx, selectApplication)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = connect(t, source).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestSecondConnectionWaitsForTheFirst(t *testing.T) {
	server, source := reader(t)
	server.Put(open(t, scenario.ForeignToken))
	first := connect(t, source)
	begin := time.Now()
	_, err := source.Connect(t.Context(), source.Name())
	require.ErrorIs(t, err, apdu.ErrBusy)
	assert.GreaterOrEqual(t, time.Since(begin), busyWait)
	time.AfterFunc(50*time.Millisecond, func() { _ = first.Close() })
	_, err = connect(t, source).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestConnectRefuses(t *testing.T) {
	_, source := reader(t)
	_, err := source.Connect(t.Context(), "tcp:127.0.0.1:1")
	assert.ErrorIs(t, err, readers.ErrUnknownReader)
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	gone := New(nobody.Addr().String())
	_, err = gone.Connect(t.Context(), gone.Name())
	assert.ErrorIs(t, err, readers.ErrUnknownReader)
	assert.Empty(t, gone.List(t.Context()).Readers)
}

// The reader comes and goes with the program that plays it, the card with the hand.
func TestWatch(t *testing.T) {
	server, err := Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	source := New(server.Addr())
	states := make(chan readers.State, 20)
	ctx, cancel := context.WithCancel(t.Context())
	watched := make(chan error, 1)
	go func() { watched <- source.Watch(ctx, func(s readers.State) { states <- s }) }()
	next := func() []readers.Reader {
		select {
		case s := <-states:
			return s.Readers
		case <-time.After(20 * time.Second):
			require.FailNow(t, "no state")
			return nil
		}
	}
	serving, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Run(serving) }()
	assert.False(t, next()[0].Card)
	server.Put(open(t, scenario.ForeignToken))
	assert.True(t, next()[0].Card)
	stop()
	require.NoError(t, <-served)
	assert.Empty(t, next(), "the reader is gone")

	again, err := Listen(server.Addr(), nil)
	require.NoError(t, err)
	serving, stop = context.WithCancel(t.Context())
	go func() { served <- again.Run(serving) }()
	assert.Len(t, next(), 1)
	cancel()
	assert.NoError(t, <-watched)
	stop()
	assert.NoError(t, <-served)
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"7000": "127.0.0.1:7000", ":7000": "127.0.0.1:7000", "localhost:0": "localhost:0", "[::1]:5": "[::1]:5", "0.0.0.0:80": "0.0.0.0:80",
	} {
		got, err := Address(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"", "host", "host:port", "1:2:3", "127.0.0.1:65536", ":-1"} {
		_, err := Address(text)
		assert.Error(t, err, text)
	}
	for address, want := range map[string]bool{"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "127.9.9.9:1": true,
		"0.0.0.0:1": false, "[::]:1": false, "192.168.1.2:1": false, "localhost.example:1": false, "x": false} {
		assert.Equal(t, want, Local(address), address)
	}
}

func TestProtocolOfATR(t *testing.T) {
	for _, p := range []apdu.Protocol{apdu.ProtocolT0, apdu.ProtocolT1, apdu.ProtocolContactless} {
		assert.Equal(t, p, protocolOf(chip.DefaultATR(p, false)))
	}
	assert.Equal(t, apdu.ProtocolT1, protocolOf([]byte{0x3B, 0x91, 0x95, 0x81, 0xB1, 0x01}), "TA1 before TD1")
	assert.Equal(t, apdu.ProtocolT0, protocolOf([]byte{0x3B, 0x80}), "cut off")
	assert.Equal(t, apdu.ProtocolUnknown, protocolOf(nil))
}

// FuzzServer sends whatever a stranger may send: the server lives, and the card
// that is in still answers the next one.
func FuzzServer(f *testing.F) {
	f.Add([]byte{0, 1, wire.Watch, 0, 1, 0})
	f.Add([]byte{0, 1, wire.ATR, 0, 0, 0, 5, 0x00, 0xB0, 0x9D, 0x00, 0x00})
	f.Add([]byte{0xFF, 0xFF, 0})
	server, err := Listen("127.0.0.1:0", nil)
	if err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	f.Cleanup(func() { cancel(); <-ended })
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), scenario.ForeignToken, scenario.Hooks{})
	if err != nil {
		f.Fatal(err)
	}
	server.Put(card)
	f.Fuzz(func(t *testing.T, input []byte) {
		conn, err := net.Dial("tcp", server.Addr())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write(input)
		_ = conn.Close()
		source := New(server.Addr())
		good, err := source.Connect(t.Context(), source.Name())
		if err != nil {
			t.Fatal(err)
		}
		defer good.Close()
		if resp, err := good.Transmit(t.Context(), selectApplication); err != nil || resp.SW != apdu.SWFileNotFound {
			t.Fatal(resp, err)
		}
	})
}
