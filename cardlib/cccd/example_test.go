package cccd_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"chipid/cardlib/cccd"
	"chipid/cardlib/mrz"
)

// An officer's scanner gave the text of the QR code; nothing is known but that.
func ExampleKeysFromText() {
	keys, err := cccd.KeysFromText("000190000018||Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Xã A|01072021")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("CAN:", keys.CAN)
	for _, k := range keys.MRZ {
		fmt.Println("MRZ:", k.Information())
	}
	// Output:
	// CAN: 000018
	// MRZ: 190000018590011583001156
}

// Errors say what is wrong with the input, never the input itself.
func ExampleKeysFromNumber() {
	_, err := cccd.KeysFromNumber("00019000001")
	fmt.Println(errors.Is(err, cccd.ErrNumber), err)
	// Output: true cccd: not a 12-digit personal number: has 11 digits
}

func ExampleNumber_Province() {
	n, _ := cccd.ParseNumber("079301000001")
	_, province, _ := n.Province()
	fmt.Println(province, n.Year(), n.Sex())
	// Output: Hồ Chí Minh 2001 female
}

// The files of a chip become a citizen, and the two groups are compared.
func ExampleFromGroups() {
	text, _ := os.ReadFile("testdata/dg13.hex")
	file, _ := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	dg13, err := cccd.ParseDG13(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	dg1, err := mrz.Parse(`IDVNM1900000185000190000018<<5
		9001158F3001156VNM<<<<<<<<<<<6
		NGUYEN<<THI<MAU<<<<<<<<<<<<<<<`)
	if err != nil {
		fmt.Println(err)
		return
	}
	citizen, mismatches := cccd.FromGroups(&dg1, &dg13)
	fmt.Println(citizen.FullName, citizen.DateOfBirth, citizen.Sex, citizen.DateOfExpiry)
	fmt.Println("mismatches:", len(mismatches))
	// Output:
	// Nguyễn Thị Mẫu 1990-01-15 female 2030-01-15
	// mismatches: 0
}

// A page gets only the fields that it asked for.
func ExampleCitizen_Only() {
	citizen := cccd.Citizen{FullName: "Nguyễn Thị Mẫu", Ethnicity: "Kinh", NoExpiry: true}
	fmt.Printf("%+q\n", citizen.Only(cccd.FieldFullName).Ethnicity)
	fmt.Println(citizen.Only(cccd.FieldFullName, cccd.FieldDateOfExpiry).NoExpiry)
	// Output:
	// ""
	// true
}
