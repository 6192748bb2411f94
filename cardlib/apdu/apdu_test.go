package apdu

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// The forms are those of ISO/IEC 7816-4 §5.1, table 1.
func TestCommandForms(t *testing.T) {
	for name, tc := range map[string]struct {
		cmd  Command
		want string
	}{
		"case 1":            {Command{CLA: 0, INS: 0xA4, P1: 0, P2: 0x0C}, "00a4000c"},
		"case 2 short":      {Command{INS: 0xB0, Le: 4}, "00b0000004"},
		"case 2 short 256":  {Command{INS: 0xB0, Le: 256}, "00b0000000"},
		"case 2 extended":   {Command{INS: 0xB0, Le: 257}, "00b00000000101"},
		"case 2 ext 65536":  {Command{INS: 0xB0, Le: 65536}, "00b00000000000"},
		"case 2 ext forced": {Command{INS: 0xB0, Le: 4, Extended: true}, "00b00000000004"},
		"case 3 short":      {Command{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x1E}}, "00a4020c02011e"},
		"case 3 extended":   {Command{INS: 0x86, Data: []byte{7}, Extended: true}, "0086000000000107"},
		"case 4 short":      {Command{INS: 0x86, Data: []byte{0x7C, 0}, Le: 256}, "00860000027c0000"},
		"case 4 extended":   {Command{INS: 0x86, Data: []byte{0x7C, 0}, Le: 1000}, "008600000000027c0003e8"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := tc.cmd.Bytes()
			require.NoError(t, err)
			assert.Equal(t, tc.want, hex.EncodeToString(b))
			back, err := ParseCommand(b)
			require.NoError(t, err)
			tc.cmd.Extended = back.Extended
			assert.Equal(t, tc.cmd.Header(), back.Header())
			assert.Equal(t, tc.cmd.Le, back.Le)
			assert.True(t, bytes.Equal(tc.cmd.Data, back.Data))
		})
	}
	_, err := Command{Data: make([]byte, 65536)}.Bytes()
	assert.ErrorIs(t, err, ErrCommand)
	_, err = Command{Le: 65537}.Bytes()
	assert.ErrorIs(t, err, ErrCommand)
}

func TestParseCommandRefuses(t *testing.T) {
	for _, s := range []string{"", "00a400", "00a4000c0501", "00a4000c02010203ff", "00a4000c0000", "00a4000c0000020102ff", "00a4000c00000001", "00b000000001"} {
		_, err := ParseCommand(unhex(t, s))
		assert.ErrorIs(t, err, ErrCommand, s)
	}
}

func TestParseResponse(t *testing.T) {
	r, err := ParseResponse(unhex(t, "0102036282"))
	require.NoError(t, err)
	assert.Equal(t, SWEndOfFile, r.SW)
	assert.Equal(t, []byte{1, 2, 3}, r.Data)
	assert.Equal(t, unhex(t, "0102036282"), r.Bytes())
	_, err = ParseResponse([]byte{0x90})
	assert.ErrorIs(t, err, ErrResponse)
}

func TestStatusWords(t *testing.T) {
	n, ok := SW(0x6100).MoreData()
	assert.True(t, ok)
	assert.Equal(t, 256, n)
	n, ok = SW(0x6C20).RightLe()
	assert.True(t, ok)
	assert.Equal(t, 32, n)
	n, ok = SW(0x63C2).TriesLeft()
	assert.True(t, ok)
	assert.Equal(t, 2, n)
	_, ok = SW(0x6300).TriesLeft()
	assert.False(t, ok)
	sw, ok := StatusOf(fmt.Errorf("read: %w", &StatusError{Command: "SELECT", SW: SWFileNotFound}))
	assert.True(t, ok)
	assert.Equal(t, SWFileNotFound, sw)
	_, ok = StatusOf(errors.New("other"))
	assert.False(t, ok)
}

// scripted answers the commands that it expects, in their order.
type scripted struct {
	t     *testing.T
	proto Protocol
	steps [][2]string
}

func (s *scripted) LinkInfo() LinkInfo { return LinkInfo{Protocol: s.proto} }

func (s *scripted) Transmit(_ context.Context, cmd Command) (Response, error) {
	s.t.Helper()
	b, err := cmd.Bytes()
	require.NoError(s.t, err)
	require.NotEmpty(s.t, s.steps, "unexpected command %x", b)
	step := s.steps[0]
	s.steps = s.steps[1:]
	require.Equal(s.t, step[0], hex.EncodeToString(b))
	return ParseResponse(unhex(s.t, step[1]))
}

func TestLink(t *testing.T) {
	for name, tc := range map[string]struct {
		proto Protocol
		cmd   Command
		steps [][2]string
		data  string
		sw    SW
	}{
		"straight": {ProtocolT1, Command{INS: 0xB0, Le: 2}, [][2]string{{"00b0000002", "01029000"}}, "0102", 0x9000},
		"61xx is collected": {ProtocolT1, Command{CLA: 0x0C, INS: 0xB0, Data: []byte{1}, Le: 256},
			[][2]string{{"0cb00000010100", "6102"}, {"00c0000002", "aabb6101"}, {"00c0000001", "cc6282"}}, "aabbcc", 0x6282},
		"data beside 61xx is kept": {ProtocolT1, Command{INS: 0xB0, Le: 256}, [][2]string{{"00b0000000", "aa6101"}, {"00c0000001", "bb9000"}}, "aabb", 0x9000},
		"6Cxx is repeated":         {ProtocolT1, Command{INS: 0xB0, Le: 256}, [][2]string{{"00b0000000", "6c02"}, {"00b0000002", "aabb9000"}}, "aabb", 0x9000},
		"6Cxx sealed by SM passes": {ProtocolT1, Command{CLA: 0x0C, INS: 0xB0, Le: 256}, [][2]string{{"0cb0000000", "99026c026c02"}}, "99026c02", 0x6C02},
		"6Cxx of GET RESPONSE":     {ProtocolT1, Command{INS: 0xB0, Le: 256}, [][2]string{{"00b0000000", "6110"}, {"00c0000010", "6c01"}, {"00c0000001", "aa9000"}}, "aa", 0x9000},
		"T=0 sends no Le with data": {ProtocolT0, Command{INS: 0x86, Data: []byte{0x7C, 0}, Le: 256},
			[][2]string{{"00860000027c00", "6101"}, {"00c0000001", "aa9000"}}, "aa", 0x9000},
	} {
		t.Run(name, func(t *testing.T) {
			card := &scripted{t: t, proto: tc.proto, steps: tc.steps}
			r, err := NewLink(card).Transmit(t.Context(), tc.cmd)
			require.NoError(t, err)
			assert.Equal(t, tc.data, hex.EncodeToString(r.Data))
			assert.Equal(t, tc.sw, r.SW)
			assert.Empty(t, card.steps)
		})
	}
}

type endless struct{ n int }

func (e *endless) Transmit(context.Context, Command) (Response, error) {
	e.n++
	return Response{SW: 0x61FF}, nil
}

func TestLinkIsBounded(t *testing.T) {
	card := &endless{}
	_, err := NewLink(card).Transmit(t.Context(), Command{INS: 0xB0, Le: 256})
	assert.ErrorIs(t, err, ErrLink)
	assert.Less(t, card.n, 300)
}

func TestResetAndInfoOfPlainCards(t *testing.T) {
	ok, err := Reset(t.Context(), &endless{})
	assert.False(t, ok)
	assert.NoError(t, err)
	assert.Equal(t, LinkInfo{}, Info(&endless{}))
	assert.ErrorIs(t, NewLink(&endless{}).Reset(t.Context()), ErrLink)
}

func FuzzParseCommand(f *testing.F) {
	f.Add([]byte{0, 0xA4, 4, 0x0C, 1, 2})
	f.Add([]byte{0, 0xB0, 0, 0, 0, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCommand(b)
		if err != nil {
			return
		}
		out, err := c.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, out)
	})
}

func FuzzParseResponse(f *testing.F) {
	f.Add([]byte{0x90, 0})
	f.Add([]byte{0x6D})
	f.Add([]byte{1, 2, 3, 0x61, 0x10})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseResponse(b)
		if err != nil {
			require.Less(t, len(b), 2)
			return
		}
		require.Equal(t, b, append(r.Data[:len(r.Data):len(r.Data)], r.SW.SW1(), r.SW.SW2()))
	})
}
