package trace

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// entry makes the log entry of a command in plain with its answer.
func entry(t testing.TB, command, response string) chip.Entry {
	t.Helper()
	e := chip.Entry{Number: 1, Command: unhex(t, command), Response: unhex(t, response)}
	cmd, err := apdu.ParseCommand(e.Command)
	require.NoError(t, err)
	e.Plain = cmd
	if len(e.Response) > 0 {
		e.PlainResponse, err = apdu.ParseResponse(e.Response)
		require.NoError(t, err)
	}
	return e
}

func TestDecodeExplains(t *testing.T) {
	for _, c := range []struct {
		name, command, response string
		meaning, clause, sw     string
	}{
		{"the application", "00A4040C07A0000002471001", "9000", "Select the travel document application (eMRTD)", "Doc 9303-10 §3.6.2", "success"},
		{"another application", "00A4040005F000000001", "6A82", "Select another application", "Doc 9303-10 §3.6.2", "file or application not found"},
		{"the master file", "00A4000C", "9000", "Go back to the master file", "Doc 9303-10 §3.6", "success"},
		{"EF.CardAccess", "00A4020C02011C", "9000", "Select the file: EF.CardAccess (how the chip is opened)", "Doc 9303-10 §3.6.3", "success"},
		{"a challenge", "0084000008", "46082F1A0000000190" + "00", "Ask for the chip's random number (BAC)", "Doc 9303-11 §4.3.4.1", "success"},
		{"BAC refused", "008200002804000000", "6300", "BAC: both sides prove the key of the MRZ", "Doc 9303-11 §4.3.4.2", "wrong password or key"},
		{"PACE begins", "0022C1A40F800A04007F00070202040202830102", "9000", "Begin PACE: choose algorithms and password", "Doc 9303-11 §4.4.4.1", "success"},
		{"PACE, nonce", "10860000027C0000", "7C0480020102" + "9000", "PACE step 1: ask for the encrypted nonce", "Doc 9303-11 §4.4.4.2", "success"},
		{"PACE, wrong password", "008600000C7C0A8508000000000000000000", "63C2", "PACE step 4: both sides prove the password", "Doc 9303-11 §4.4.3.4", "wrong password, 2 tries left"},
		{"active authentication", "008800000801020304050607080" + "0", "6D00", "Active authentication: the chip signs the reader's challenge", "Doc 9303-11 §6.1", "instruction not supported"},
		{"the rest", "00C0000010", "6C08", "Fetch the rest of an answer", "ISO/IEC 7816-4 §11.7.1", "the right length is 8"},
		{"unknown", "00EE0000", "6D00", "A command that identity chips do not have", "ISO/IEC 7816-4 §5.6", "instruction not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := chip.Entry{Number: 1, Command: unhex(t, c.command), Response: unhex(t, c.response)}
			e.Plain, _ = apdu.ParseCommand(e.Command)
			if e.Plain.INS == 0 {
				e.Plain = apdu.Command{INS: e.Command[1]}
			}
			e.PlainResponse, _ = apdu.ParseResponse(e.Response)
			var d Decoder
			l := d.Decode(e)
			assert.Equal(t, APDU, l.Kind)
			assert.Equal(t, c.meaning, l.Meaning.En)
			assert.NotEmpty(t, l.Meaning.Vi)
			assert.Equal(t, c.clause, l.Clause)
			assert.Equal(t, c.sw, l.SWMeaning.En)
			assert.NotEmpty(t, l.SWMeaning.Vi)
		})
	}
}

// The reader's selection is followed over SELECT, short identifiers, odd
// instructions and back to the master file.
func TestDecodeFollowsTheSelectedFile(t *testing.T) {
	var d Decoder
	for _, c := range []struct {
		command, response, file string
		offset, length          int
	}{
		{"00B09C0008", "9000", "EF.CardAccess", 0, 8},
		{"00B09E0008", "9000", "EF.DIR", 0, 8},
		{"00A4020C02011D", "9000", "EF.CardSecurity", 0, 0},
		{"00B0000410", "9000", "EF.CardSecurity", 4, 16},
		{"00A4040C07A0000002471001", "9000", "", 0, 0},
		{"00A4020C02011D", "9000", "EF.SOD", 0, 0},
		{"00B0010000", "9000", "EF.SOD", 256, 256},
		{"00B0820520", "9000", "EF.DG2", 5, 32},
		{"00B10000045402800020", "9000", "EF.DG2", 0x8000, 32},
		{"00B1000D0354010100", "9000", "EF.DG13", 1, 256},
		{"00B1010F0354010100", "9000", "EF.DG15", 1, 256},
		{"00A4000C023F00", "6D00", "EF.DG15", 0, 0},
		{"00A4000C023F00", "9000", "MF", 0, 0},
		{"00A4020C022F01", "9000", "EF.ATR/INFO", 0, 0},
	} {
		l := d.Decode(entry(t, c.command, c.response))
		assert.Equal(t, []any{c.file, c.offset, c.length}, []any{l.File, l.Offset, l.Length}, c.command)
	}
	d.Decode(chip.Entry{Name: "reset"})
	l := d.Decode(entry(t, "00A4020C02011D", "9000"))
	assert.Equal(t, "EF.CardSecurity", l.File, "a reset leaves the application")
}

// Doc 9303-11 appendix D.4: SELECT EF.COM under secure messaging.
func TestDecodeShowsWhatSecureMessagingHides(t *testing.T) {
	e := chip.Entry{
		Command:  unhex(t, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"),
		Response: unhex(t, "990290008E08FA855A5D4C50A8ED9000"),
		Name:     "SELECT EF.COM", Secured: true,
		Plain:         apdu.Command{INS: 0xA4, P1: 0x02, P2: 0x0C, Data: []byte{0x01, 0x1E}},
		PlainResponse: apdu.Response{SW: apdu.SWSuccess},
	}
	d := Decoder{place{inApplication: true}}
	l := d.Decode(e)
	assert.Equal(t, "EF.COM", l.File)
	assert.Equal(t, Hex(unhex(t, "00A4020C02011E")), l.PlainCommand)
	assert.Equal(t, Hex{0x90, 0x00}, l.PlainResponse)
	var seen []string
	for _, p := range l.Parts {
		seen = append(seen, p.From+" "+p.Tag+" "+p.Name.En)
	}
	assert.Equal(t, []string{"wire command 87 cryptogram", "wire command 8E authentication code (MAC)",
		"wire response 99 status word", "wire response 8E authentication code (MAC)"}, seen)
	assert.Equal(t, "success", l.Parts[2].Says.En)
	assert.False(t, l.Trouble())
}

func TestDecodeNamesAlgorithmsAndPasswords(t *testing.T) {
	var d Decoder
	l := d.Decode(entry(t, "0022C1A412800A04007F0007020204020283010284010D", "9000"))
	require.Len(t, l.Parts, 3)
	assert.Equal(t, "id-PACE-ECDH-GM-AES-CBC-CMAC-128", l.Parts[0].Says.En)
	assert.Equal(t, "CAN", l.Parts[1].Says.En)
	assert.Equal(t, "brainpoolP256r1", l.Parts[2].Says.En)
	l = d.Decode(entry(t, "002241A40F800A04007F00070202030202840100", "9000"))
	assert.Equal(t, "id-CA-ECDH-AES-CBC-CMAC-128", l.Parts[0].Says.En)
	assert.Empty(t, algorithm([]byte("\x04\x00\x7F\x00\x07\x02\x02\x04\x05\x01")), "no such mapping")
	assert.Empty(t, algorithm([]byte{0x2A}))
}

func TestDecodeTellsTroubles(t *testing.T) {
	var d Decoder
	l := d.Decode(chip.Entry{Command: unhex(t, "00A4020C02011D"), Plain: apdu.Command{INS: 0xA4}, Faults: []string{"tear"}})
	assert.Empty(t, l.SW)
	assert.Empty(t, l.PlainResponse)
	assert.True(t, l.Trouble())
	l = d.Decode(entry(t, "00B0000010", "6282"))
	assert.False(t, l.Trouble())
	bare := chip.Entry{Command: unhex(t, "0CB0000000"), Response: unhex(t, "6988"), Secured: true, ChannelEnded: true}
	l = d.Decode(bare)
	assert.Equal(t, "6988", l.SW, "the bare status word counts where nothing is beneath")
	assert.True(t, l.Trouble())
}

func TestReadable(t *testing.T) {
	assert.Equal(t, "Nguyễn Thị Mẫu · 000190000018", readable([]byte("\x30\x14\x0C\x14Nguyễn Thị Mẫu\x02\x01\x13\x0C000190000018\x00")))
	assert.Empty(t, readable([]byte{1, 2, 3, 'a', 'b', 0xFF}))
	assert.Empty(t, readable(append([]byte("Exif"), make([]byte, 200)...)), "a picture")
	long := make([]byte, 3000)
	for i := range long {
		long[i] = 'a' + byte(i%26)*byte(i%7/6)
	}
	assert.LessOrEqual(t, len(readable(long)), 4*textLimit)
}

func TestFileID(t *testing.T) {
	for name, want := range map[string]uint16{"DG2": 0x0102, "EF.DG16": 0x0110, "SOD": 0x011D, "EF.COM": 0x011E,
		"DG0": 0, "DG17": 0, "DG2x": 0, "DG02": 0, "dg2": 0, "": 0, "EF.": 0} {
		assert.Equal(t, want, FileID(name), name)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x00, 0xB1, 0x00, 0x02, 0x04, 0x54, 0x02, 0x01, 0x00}, []byte{0x53, 0x01, 0x00, 0x90, 0x00}, true)
	f.Add([]byte{0x00, 0x86, 0x00, 0x00, 0x02, 0x7C, 0x00}, []byte{0x7C, 0x82}, false)
	f.Add([]byte{0x00, 0x22, 0xC1, 0xA4, 0x03, 0x80, 0x01, 0x04}, []byte{}, false)
	f.Fuzz(func(t *testing.T, command, response []byte, secured bool) {
		e := chip.Entry{Command: command, Response: response, Secured: secured}
		e.Plain, _ = apdu.ParseCommand(command)
		if len(response) >= 2 {
			e.PlainResponse, _ = apdu.ParseResponse(response)
		}
		var d Decoder
		l := d.Decode(e)
		if l.Exchange != nil && len(l.Parts) > partLimit {
			t.Fatal("too many parts")
		}
		_ = Style{Language: "vi", Bytes: true}.Print(&l)
	})
}
