package chip

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

func openChip() Profile {
	mf, app := testFiles()
	return Profile{MF: mf, LDS: app, Extended: true}
}

func TestSelect(t *testing.T) {
	const sel = "00A4"
	tests := []struct {
		name     string
		quirks   Quirks
		before   []string
		command  string
		want     string
		wantFile uint16
	}{
		{"application", Quirks{}, nil, sel + "040C07A0000002471001", "9000", 0},
		{"application with FCI", Quirks{}, nil, sel + "040007A000000247100100", "6F098407A0000002471001 9000", 0},
		{"part of the AID", Quirks{}, nil, sel + "040C05A000000247", "6A82", 0},
		{"file without application", Quirks{}, nil, sel + "020C02011E", "6A82", 0},
		{"EF.CardAccess", Quirks{}, nil, sel + "020C02011C", "9000", FileCardAccess},
		{"file with FCP", Quirks{}, []string{sel + "040C07A0000002471001"}, sel + "0204020101 00", "620880020004 8302 0101 9000", FileDG(1)},
		{"missing file", Quirks{}, []string{sel + "040C07A0000002471001"}, sel + "020C02010B", "6A82", 0},
		{"refused file", Quirks{FileSW: map[uint16]apdu.SW{FileDG(1): 0x6985}}, []string{sel + "040C07A0000002471001"}, sel + "020C020101", "6985", 0},
		{"identifier too long", Quirks{}, nil, sel + "020C03011C00", "6A80", 0},
		{"by path", Quirks{}, nil, sel + "080C02011C", "6A86", 0},
		{"odd P2", Quirks{}, nil, sel + "020102011C", "6A86", 0},
		{"back to the MF", Quirks{}, []string{sel + "040C07A0000002471001"}, sel + "000C023F00", "9000", 0},
		{"back to the MF, no data", Quirks{}, []string{sel + "040C07A0000002471001"}, sel + "000C", "9000", 0},
		{"no way back", Quirks{NoWayBack: true}, []string{sel + "040C07A0000002471001"}, sel + "000C023F00", "6D00", 0},
		{"MF first", Quirks{NoWayBack: true}, nil, sel + "000C023F00", "9000", 0},
		{"refused SELECT keeps the file", Quirks{}, []string{sel + "020C02011C"}, sel + "020C020101", "6A82", FileCardAccess},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := openChip()
			p.Quirks = tt.quirks
			c, err := New(p)
			require.NoError(t, err)
			for _, b := range tt.before {
				play(t, c, "before", b, "9000")
			}
			play(t, c, tt.name, tt.command, tt.want)
			assert.Equal(t, tt.wantFile, c.s.current)
		})
	}
}

func TestReadBinary(t *testing.T) {
	selectDG1, selectDG2 := "00A4020C020101", "00A4020C020102"
	tests := []struct {
		name          string
		quirks        Quirks
		most          int
		pick, command string
		want          string
	}{
		{"all", Quirks{}, 0, selectDG1, "00B0000004", "61020102 9000"},
		{"part", Quirks{}, 0, selectDG1, "00B0000102", "0201 9000"},
		{"whatever there is", Quirks{}, 0, selectDG1, "00B0000000", "61020102 9000"},
		{"end of file", Quirks{}, 0, selectDG1, "00B0000208", "0102 6282"},
		{"end of file, silent", Quirks{EndOfFile: EndSilent}, 0, selectDG1, "00B0000208", "0102 9000"},
		{"end of file, corrected", Quirks{EndOfFile: EndCorrect}, 0, selectDG1, "00B0000208", "6C02"},
		{"at the end", Quirks{}, 0, selectDG1, "00B0000401", "6B00"},
		{"far past the end", Quirks{}, 0, selectDG1, "00B07F0001", "6B00"},
		{"no Le", Quirks{}, 0, selectDG1, "00B00000", "6700"},
		{"with data", Quirks{}, 0, selectDG1, "00B00000020000", "6700"},
		{"no file", Quirks{}, 0, "", "00B0000004", "6986"},
		{"short identifier", Quirks{}, 0, "", "00B0810102", "0201 9000"},
		{"short identifier of no file", Quirks{}, 0, "", "00B08B0001", "6A82"},
		{"short identifier zero", Quirks{}, 0, "", "00B0800001", "6A82"},
		{"bits of P1", Quirks{}, 0, "", "00B0C10001", "6A86"},
		{"no short identifiers", Quirks{NoShortFileID: true}, 0, "", "00B0810001", "6A81"},
		{"fewer bytes than asked", Quirks{}, 2, selectDG1, "00B0000004", "6102 9000"},
		{"too large a block", Quirks{MaxLe: 0xA0}, 0, selectDG2, "00B00000A1", "6700"},
		{"too large a block, other answer", Quirks{MaxLe: 0xA0, MaxLeSW: 0x6F00}, 0, selectDG2, "00B00000A1", "6F00"},
		{"highest even offset", Quirks{}, 0, selectDG2, "00B07FFF01", "F9 9000"},
		{"odd instruction", Quirks{}, 0, selectDG2, "00B1000004540280 0005", "5303000 70E 9000"},
		{"odd instruction, offset of three bytes", Quirks{}, 0, selectDG2, "00B10000055403009C3F20", "530 1B9 6282"},
		{"odd instruction past the end", Quirks{}, 0, selectDG2, "00B10000045402FFFF05", "6B00"},
		{"odd instruction, by identifier", Quirks{}, 0, "", "00B1010103540102 04", "53020102 9000"},
		{"odd instruction, by short identifier", Quirks{}, 0, "", "00B1000103540102 04", "53020102 9000"},
		{"odd instruction, other tag", Quirks{}, 0, selectDG1, "00B1000003530102 04", "6A80"},
		{"odd instruction, no offset", Quirks{}, 0, selectDG1, "00B10000025400 04", "6A80"},
		{"odd instruction, huge offset", Quirks{}, 0, selectDG1, "00B1000006 5404FFFFFFFF 04", "6B00"},
		{"no odd instruction", Quirks{NoOddRead: true}, 0, selectDG1, "00B1000003540100 04", "6D00"},
		{"other class", Quirks{}, 0, selectDG1, "80B0000004", "6E00"},
		{"logical channel", Quirks{}, 0, selectDG1, "01B0000004", "6881"},
		{"chained", Quirks{}, 0, selectDG1, "10B0000004", "6884"},
		{"unknown instruction", Quirks{}, 0, selectDG1, "00D6000004", "6D00"},
		{"lengths contradict", Quirks{}, 0, selectDG1, "00B000000501", "6700"},
		{"too short for a command", Quirks{}, 0, selectDG1, "00B0", "6700"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := openChip()
			p.Quirks, p.MaxResponse = tt.quirks, tt.most
			c, err := New(p)
			require.NoError(t, err)
			play(t, c, "application", "00A4040C07A0000002471001", "9000")
			if tt.pick != "" {
				play(t, c, "file", tt.pick, "9000")
			}
			play(t, c, tt.name, tt.command, tt.want)
		})
	}
}

func TestExtendedLength(t *testing.T) {
	p := openChip()
	tm := newTerminal(t, p)
	tm.selectApp()
	require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
	whole := tm.read(0, apdu.MaxExtendedLe)
	assert.Equal(t, p.LDS[FileDG(2)], whole.Data)
	assert.Equal(t, apdu.SWSuccess, whole.SW)

	odd := tm.do(apdu.Command{INS: apdu.InsReadBinaryOdd, Data: tlv.Encode(tagOffset, []byte{0x90, 0x00}), Le: 1000})
	e, err := tlv.ReadTag(odd.Data, tagDiscretion)
	require.NoError(t, err)
	assert.Len(t, odd.Data, 1000, "Le counts the wrapper")
	assert.Equal(t, p.LDS[FileDG(2)][0x9000:0x9000+996], e.Value)

	p.Extended = false
	tm = newTerminal(t, p)
	tm.selectApp()
	assert.Equal(t, apdu.SWWrongLength, tm.read(0, 1000).SW, "a chip without extended length")
}

func TestAccessRules(t *testing.T) {
	t.Run("before access", func(t *testing.T) {
		tm := newTerminal(t, testProfile())
		assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileCardAccess))
		assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileCardSecurity))
		tm.selectApp()
		for _, id := range []uint16{FileCOM, FileSOD, FileDG(1), FileDG(3), FileDG(11)} {
			assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(id), "%04X", id)
			assert.Equal(t, apdu.SWSecurityStatus, tm.do(apdu.Command{INS: apdu.InsReadBinary, P1: 0x80 | byte(id&0x1F), Le: 1}).SW)
		}
	})
	t.Run("after BAC", func(t *testing.T) {
		tm := newTerminal(t, testProfile())
		tm.selectApp()
		require.Equal(t, apdu.SWSuccess, tm.bac(mrzOfG))
		assertGranted(t, tm)
		require.Equal(t, apdu.SWSuccess, tm.do(apdu.Command{INS: apdu.InsSelect, P2: 0x0C, Data: []byte{0x3F, 0}}).SW)
		assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileCardSecurity), "EF.CardSecurity is for PACE")
	})
	t.Run("after PACE", func(t *testing.T) {
		tm := newTerminal(t, testProfile())
		require.Equal(t, apdu.SWSuccess, tm.pace(canTry(aesPACE, testCAN)))
		assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileCardSecurity))
		tm.selectApp()
		assertGranted(t, tm)
	})
	t.Run("select without access", func(t *testing.T) {
		p := testProfile()
		p.Quirks.SelectWithoutAccess = true
		tm := newTerminal(t, p)
		tm.selectApp()
		assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
		assert.Equal(t, apdu.SWSecurityStatus, tm.read(0, 4).SW)
		assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileDG(11)), "not there")
	})
}

func assertGranted(t *testing.T, tm *terminal) {
	t.Helper()
	assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
	assert.Equal(t, apdu.Response{Data: []byte{0x61, 2, 1, 2}, SW: apdu.SWSuccess}, tm.read(0, 4))
	assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileDG(3)), "DG3 needs terminal authentication")
	assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileDG(4)), "DG4 too, there or not")
	assert.Equal(t, apdu.SWFileNotFound, tm.selectFile(FileDG(11)))
	assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileCOM), "refusals leave the channel alone")
}

// TestLookingForCardAccess: once the application is selected EF 011C is refused, as
// all files are before PACE, but a reader that looks for it there broke nothing;
// one that looks for a data group did.
func TestLookingForCardAccess(t *testing.T) {
	var last Entry
	c, err := New(testProfile(), WithLog(func(e Entry) { last = e }))
	require.NoError(t, err)
	play(t, c, "application", "00A4040C07A0000002471001", "9000")
	play(t, c, "EF 011C", "00A4020C02011C", "6982")
	assert.Empty(t, last.Broken)
	play(t, c, "DG1", "00A4020C020101", "6982")
	assert.NotEmpty(t, last.Broken)
}
