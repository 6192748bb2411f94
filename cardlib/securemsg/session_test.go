package securemsg

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/internal/script"
)

// exampleD is the session of Doc 9303-11 appendix D.3.
func exampleD(t testing.TB, card apdu.Card) *Session {
	t.Helper()
	s, err := New(card, TDES, script.Hex("979EC13B1CBFE9DCD01AB0FED307EAE5"), script.Hex("F1CB1F1FB5ADF208806B89DC579DC1F8"), script.Hex("887022120C06C226"))
	require.NoError(t, err)
	return s
}

const (
	selectCOM         = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"
	selectCOMAnswer   = "990290008E08FA855A5D4C50A8ED9000"
	readHeader        = "0CB000000D9701048E08ED6705417E96BA5500"
	readHeaderAnswer  = "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"
	readContent       = "0CB000040D9701128E082EA28A70F3C7B53500"
	readContentAnswer = "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000"
)

var (
	cmdSelectCOM = apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x01, 0x1E}}
	cmdRead4     = apdu.Command{INS: apdu.InsReadBinary, Le: 4}
)

func TestWorkedExampleD4(t *testing.T) {
	card := &script.Card{Steps: []script.Step{
		{Command: selectCOM, Answer: selectCOMAnswer},
		{Command: readHeader, Answer: readHeaderAnswer},
		{Command: readContent, Answer: readContentAnswer},
	}}
	s := exampleD(t, card)
	ctx := t.Context()

	resp, err := s.Transmit(ctx, cmdSelectCOM)
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW)
	assert.Empty(t, resp.Data)

	first, err := s.Transmit(ctx, cmdRead4)
	require.NoError(t, err)
	rest, err := s.Transmit(ctx, apdu.Command{INS: apdu.InsReadBinary, P2: 4, Le: 18})
	require.NoError(t, err)
	assert.Equal(t, script.Hex("60145F0104303130365F36063034303030305C026175"), append(first.Data, rest.Data...))
	assert.True(t, card.Done())
	assert.Equal(t, script.Hex("887022120C06C22C"), s.ssc)
}

type sessionFile struct {
	Sessions []struct {
		Cipher, KsEnc, KsMac string
		Steps                []struct {
			What, Header, Data string
			Le                 int
			Extended           bool
			Command, Answer    string
			Plain, SW          string
		}
	}
}

// TestAESSessions covers refused commands in the middle, 6282 with data, the odd
// instruction and extended length; see the origin in the file.
func TestAESSessions(t *testing.T) {
	raw, err := os.ReadFile("testdata/aes-sessions.json")
	require.NoError(t, err)
	var file sessionFile
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Sessions, 3)
	for _, f := range file.Sessions {
		t.Run(f.Cipher, func(t *testing.T) {
			card := &script.Card{}
			for _, step := range f.Steps {
				card.Steps = append(card.Steps, script.Step{Command: step.Command, Answer: step.Answer})
			}
			c := map[string]Cipher{"AES-128": AES128, "AES-192": AES192, "AES-256": AES256}[f.Cipher]
			assert.Equal(t, f.Cipher, c.String())
			s, err := New(card, c, script.Hex(f.KsEnc), script.Hex(f.KsMac), nil)
			require.NoError(t, err)
			for _, step := range f.Steps {
				h := script.Hex(step.Header)
				resp, err := s.Transmit(t.Context(), apdu.Command{
					CLA: h[0], INS: h[1], P1: h[2], P2: h[3], Data: script.Hex(step.Data), Le: step.Le, Extended: step.Extended})
				require.NoError(t, err, step.What)
				assert.Equal(t, strings.ToUpper(step.SW), resp.SW.String(), step.What)
				assert.Equal(t, step.Plain, hex.EncodeToString(resp.Data), step.What)
			}
			assert.True(t, card.Done())
		})
	}
}

// answer runs one READ BINARY in the session of appendix D, whose right answer
// (SSC …228) is that of SELECT EF.COM there.
func answer(t *testing.T, raw string) (*Session, error) {
	t.Helper()
	card := script.Func(func(apdu.Command) (apdu.Response, error) { return apdu.ParseResponse(script.Hex(raw)) })
	s := exampleD(t, card)
	_, err := s.Transmit(t.Context(), cmdSelectCOM)
	return s, err
}

func TestAnswersThatEndTheSession(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      error
	}{
		{"plain refusal", "6988", ErrChannelLost},
		{"plain success", "9000", ErrChannelLost},
		{"MAC with one bit changed", "990290008E08FA855A5D4C50A8EC9000", ErrMAC},
		{"status with one bit changed", "990290018E08FA855A5D4C50A8ED9001", ErrMAC},
		{"MAC cut off", "990290008E07FA855A5D4C50A89000", ErrMalformed},
		{"empty MAC", "990290008E009000", ErrMalformed},
		{"no MAC", "990290009000", ErrMalformed},
		{"no status", "8E08FA855A5D4C50A8ED9000", ErrMalformed},
		{"status of three bytes", "99039000008E08FA855A5D4C50A8ED9000", ErrMalformed},
		{"status twice", "99029000990290008E08FA855A5D4C50A8ED9000", ErrMalformed},
		{"MAC before the status", "8E08FA855A5D4C50A8ED990290009000", ErrMalformed},
		{"something behind the MAC", "990290008E08FA855A5D4C50A8ED80009000", ErrMalformed},
		{"unknown object", "8001AA990290008E08FA855A5D4C50A8ED9000", ErrMalformed},
		{"two cryptograms", "8709019FF0EC34F9922651 8709019FF0EC34F9922651 99029000 8E08FA855A5D4C50A8ED 9000", ErrMalformed},
		{"plain data", "60145F019000", ErrMalformed},
		{"cut off inside", "9902908E08FA855A5D9000", ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := answer(t, c.raw)
			require.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, s.Err(), c.want)
			_, again := s.Transmit(t.Context(), cmdRead4)
			assert.ErrorIs(t, again, c.want, "a dead session stays dead")
		})
	}
}

func TestChannelLostCarriesTheStatusWord(t *testing.T) {
	_, err := answer(t, "6A82")
	sw, ok := apdu.StatusOf(err)
	assert.True(t, ok)
	assert.Equal(t, apdu.SWFileNotFound, sw)
}

// seal makes an answer with a right MAC, so that only what is behind the MAC is
// looked at. It is the second answer of the session of appendix D.
func seal(t *testing.T, objects string) string {
	t.Helper()
	mac, err := MAC(TDES, script.Hex("F1CB1F1FB5ADF208806B89DC579DC1F8"), append(script.Hex("887022120C06C228"), script.Hex(objects)...))
	require.NoError(t, err)
	return objects + "8E08" + hex.EncodeToString(mac) + "9000"
}

func TestCryptogramsWithARightMAC(t *testing.T) {
	for _, c := range []struct{ name, objects string }{
		{"no padding indicator", "8700 99029000"},
		{"padding indicator 00", "8709009FF0EC34F9922651 99029000"},
		{"padding indicator alone", "870101 99029000"},
		{"half a block", "8705019FF0EC34 99029000"},
		{"padding is not 80 00", "8709019FF0EC34F9922652 99029000"},
		{"odd object, empty", "8500 99029000"},
		{"odd object, half a block", "85049FF0EC34 99029000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := answer(t, seal(t, c.objects))
			assert.ErrorIs(t, err, ErrMalformed)
		})
	}
}

func TestARightMACUnderAnotherTag(t *testing.T) {
	raw := strings.Replace(seal(t, "99029000"), "8E08", "8F08", 1)
	_, err := answer(t, raw)
	assert.ErrorIs(t, err, ErrMalformed)
}

func TestStatusWordIsTheProtectedOne(t *testing.T) {
	raw := seal(t, "99026282")
	card := script.Func(func(apdu.Command) (apdu.Response, error) { return apdu.ParseResponse(script.Hex(raw)) })
	resp, err := exampleD(t, card).Transmit(t.Context(), cmdSelectCOM)
	require.NoError(t, err)
	assert.Equal(t, apdu.SWEndOfFile, resp.SW, "the plain trailer says 9000, which nobody vouches for")
}

func TestLengthsAreHashedAsRead(t *testing.T) {
	s, err := answer(t, seal(t, "9981029000"))
	require.NoError(t, err, "a length that takes more bytes than needed is part of what the MAC covers")
	assert.NoError(t, s.Err())
}

func TestAReplayedAnswerIsRefused(t *testing.T) {
	card := &script.Card{Steps: []script.Step{
		{Command: selectCOM, Answer: selectCOMAnswer},
		{Command: readHeader, Answer: selectCOMAnswer},
	}}
	s := exampleD(t, card)
	_, err := s.Transmit(t.Context(), cmdSelectCOM)
	require.NoError(t, err)
	_, err = s.Transmit(t.Context(), cmdRead4)
	assert.ErrorIs(t, err, ErrMAC)
}

func TestALinkFaultEndsTheSession(t *testing.T) {
	card := &script.Card{Steps: []script.Step{{Command: selectCOM, Fault: apdu.ErrRemoved}}}
	s := exampleD(t, card)
	_, err := s.Transmit(t.Context(), cmdSelectCOM)
	require.ErrorIs(t, err, apdu.ErrRemoved)
	_, err = s.Transmit(t.Context(), cmdSelectCOM)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	assert.True(t, card.Done())
}

func TestWhatWasNeverSentCostsNothing(t *testing.T) {
	card := &script.Card{Steps: []script.Step{{Command: selectCOM, Answer: selectCOMAnswer}}}
	s := exampleD(t, card)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Transmit(ctx, cmdSelectCOM)
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Transmit(t.Context(), apdu.Command{Data: make([]byte, apdu.MaxExtendedData)})
	require.ErrorIs(t, err, apdu.ErrCommand)
	_, err = s.Transmit(t.Context(), apdu.Command{Le: -1})
	require.ErrorIs(t, err, apdu.ErrCommand)
	_, err = s.Transmit(t.Context(), cmdSelectCOM)
	assert.NoError(t, err, "the counter has not moved")
}

func TestCloseAndReset(t *testing.T) {
	card := &script.Card{Link: apdu.LinkInfo{Synthetic: true}}
	s := exampleD(t, card)
	assert.True(t, s.LinkInfo().Synthetic)
	assert.Equal(t, apdu.Card(card), s.Inner())
	assert.Equal(t, TDES, s.Cipher())
	require.NoError(t, s.Reset(t.Context()))
	assert.Equal(t, 1, card.Resets)
	_, err := s.Transmit(t.Context(), cmdSelectCOM)
	assert.ErrorIs(t, err, ErrClosed)

	bare := script.Func(func(apdu.Command) (apdu.Response, error) { return apdu.Response{}, nil })
	assert.ErrorIs(t, exampleD(t, bare).Reset(t.Context()), apdu.ErrLink)

	s = exampleD(t, card)
	s.Close()
	assert.Equal(t, make([]byte, 16), s.ksMac, "wiped")
	assert.ErrorIs(t, s.Err(), ErrClosed)
}

func TestNewCopiesItsArguments(t *testing.T) {
	enc, mac, ssc := script.Hex("979EC13B1CBFE9DCD01AB0FED307EAE5"), script.Hex("F1CB1F1FB5ADF208806B89DC579DC1F8"), script.Hex("887022120C06C226")
	card := &script.Card{Steps: []script.Step{{Command: selectCOM, Answer: selectCOMAnswer}}}
	s, err := New(card, TDES, enc, mac, ssc)
	require.NoError(t, err)
	clear(enc)
	clear(mac)
	clear(ssc)
	_, err = s.Transmit(t.Context(), cmdSelectCOM)
	assert.NoError(t, err)
}

func TestCounterOverflow(t *testing.T) {
	s, err := New(nil, TDES, make([]byte, 16), make([]byte, 16), script.Hex("00000000FFFFFFFF"))
	require.NoError(t, err)
	s.count()
	assert.Equal(t, script.Hex("0000000100000000"), s.ssc)
}

func TestMaxData(t *testing.T) {
	for _, c := range []struct {
		name    string
		cipher  Cipher
		maxAPDU int
		want    int
	}{
		{"3DES short", TDES, 256, 231},
		{"AES short", AES128, 256, 223},
		{"AES-256 short", AES256, 256, 223},
		{"AES extended", AES128, 65536, 65503},
		{"3DES, room for one block", TDES, 25, 7},
		{"3DES, a byte less", TDES, 24, 0},
		{"AES, nothing fits", AES128, 20, 0},
		{"no room at all", AES128, 0, 0},
		{"negative", AES128, -5, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := New(nil, c.cipher, make([]byte, c.cipher.KeyLen()), make([]byte, c.cipher.KeyLen()), nil)
			require.NoError(t, err)
			assert.Equal(t, c.want, s.MaxData(c.maxAPDU))
		})
	}
}

func TestALongPlainCommandGoesExtended(t *testing.T) {
	var got apdu.Command
	card := script.Func(func(cmd apdu.Command) (apdu.Response, error) { got = cmd; return apdu.Response{SW: 0x6700}, nil })
	_, err := exampleD(t, card).Transmit(t.Context(), apdu.Command{INS: apdu.InsMSE, Data: make([]byte, 240)})
	require.ErrorIs(t, err, ErrChannelLost)
	assert.Greater(t, len(got.Data), apdu.MaxShortData)
	assert.True(t, got.Extended)
	assert.Equal(t, apdu.MaxExtendedLe, got.Le)
}

// FuzzAnswer gives a session hostile answers: no panic, and nothing without a
// right MAC comes through.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{selectCOMAnswer, readHeaderAnswer, readContentAnswer, "9000", "6988", "", "87", "8784FFFFFFFF",
		"990290008E0800000000000000009000", "8E08000000000000000099029000", "85100000", "878100990290008E08FA855A5D4C50A8ED9000"} {
		f.Add(script.Hex(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, c := range []Cipher{TDES, AES128, AES192, AES256} {
			card := script.Func(func(apdu.Command) (apdu.Response, error) { return apdu.ParseResponse(raw) })
			s, err := New(card, c, make([]byte, c.KeyLen()), make([]byte, c.KeyLen()), nil)
			require.NoError(t, err)
			_, err = s.Transmit(t.Context(), cmdRead4)
			if err == nil {
				t.Fatalf("%v took % X", c, raw)
			}
			if !errors.Is(err, ErrChannelLost) && !errors.Is(err, ErrMAC) && !errors.Is(err, ErrMalformed) && !errors.Is(err, apdu.ErrResponse) {
				t.Fatalf("untyped error: %v", err)
			}
		}
	})
}
