package chip_test

import (
	"context"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// A chip without access control: one file under the master file, and a log that
// says what the reader did wrong.
func Example() {
	c, err := chip.New(chip.Profile{
		MF: map[uint16][]byte{chip.FileCardAccess: {0x31, 0x00}},
	}, chip.WithLog(func(e chip.Entry) { fmt.Println(e) }))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	for _, cmd := range []apdu.Command{
		{INS: apdu.InsReadBinary, Le: 4},
		{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{0x01, 0x1C}},
		{INS: apdu.InsReadBinary, Le: 2},
	} {
		if _, err := c.Transmit(ctx, cmd); err != nil {
			panic(err)
		}
	}
	// Output:
	// 1 READ BINARY (no file), 4 bytes at 0 -> 0 bytes, 6986 | ISO/IEC 7816-4 §11.3.3: no file is selected
	// 2 SELECT EF.CardAccess -> 0 bytes, 9000
	// 3 READ BINARY EF.CardAccess, 2 bytes at 0 -> 2 bytes, 9000
}

// A card that is torn away while the portrait is read. Faults are data, so that
// a scenario is a list of them.
func ExampleFault() {
	c, err := chip.New(chip.Profile{
		LDS:    map[uint16][]byte{chip.FileDG(2): make([]byte, 15000)},
		Faults: chip.Faults{{File: chip.FileDG(2), Offset: 6000, Do: chip.Tear}},
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	commands := []apdu.Command{{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: chip.DefaultAID}, {INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 2}}}
	for offset := 0; offset < 15000; offset += 250 {
		commands = append(commands, apdu.Command{INS: apdu.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset), Le: 250})
	}
	for i, cmd := range commands {
		if _, err := c.Transmit(ctx, cmd); err != nil {
			fmt.Println(i-2, "blocks read:", err)
			return
		}
	}
	// Output:
	// 24 blocks read: apdu: card removed
}
