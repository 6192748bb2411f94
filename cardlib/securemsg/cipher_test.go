package securemsg

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/internal/script"
)

func TestDeriveKey(t *testing.T) {
	for _, c := range []struct {
		name    string
		cipher  Cipher
		secret  string
		counter uint32
		want    string
	}{
		{"Doc 9303-11 D.1 KEnc", TDES, "239AB9CB282DAF66231DC5A4DF6BFBAE", CounterEnc, "AB94FDECF2674FDFB9B391F85D7F76F2"},
		{"Doc 9303-11 D.1 KMAC", TDES, "239AB9CB282DAF66231DC5A4DF6BFBAE", CounterMAC, "7962D9ECE03D1ACD4C76089DCE131543"},
		{"Doc 9303-11 D.3 KSEnc", TDES, "0036D272F5C350ACAC50C3F572D23600", CounterEnc, "979EC13B1CBFE9DCD01AB0FED307EAE5"},
		{"Doc 9303-11 D.3 KSMAC", TDES, "0036D272F5C350ACAC50C3F572D23600", CounterMAC, "F1CB1F1FB5ADF208806B89DC579DC1F8"},
		{"Doc 9303-11 G K_π", AES128, "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD", CounterPACE, "89DED1B26624EC1E634C1989302849DD"},
		{"Doc 9303-11 I K_π", AES128, "894D03F148C6265E89845B218856EA34D00EF8E8", CounterPACE, "4E6F6FBF7BE748B932C7B74161BBA9DF"},
		// sha256sum of the secret and the counter, cut to the key length.
		{"AES-192", AES192, "00112233", CounterEnc, "a1f2c4ffdc489aa3b597bfa29dd6b0405f4293ff978c315a"},
		{"AES-256", AES256, "00112233", CounterMAC, "9b3a350ccbaf6a355d8d20fbe434b711e1a4bcd6507365e71bd25ef176197efb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, script.Hex(c.want), DeriveKey(c.cipher, script.Hex(c.secret), c.counter))
		})
	}
}

func TestDeriveKeyLeavesTheSecretAlone(t *testing.T) {
	secret := script.Hex("0036D272F5C350ACAC50C3F572D23600")
	DeriveKey(TDES, secret[:8], CounterEnc)
	assert.Equal(t, script.Hex("0036D272F5C350ACAC50C3F572D23600"), secret)
}

func TestMAC(t *testing.T) {
	const rfcMessage = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	const (
		key128 = "2b7e151628aed2a6abf7158809cf4f3c"
		key192 = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
		key256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
	)
	for _, c := range []struct {
		name    string
		cipher  Cipher
		key     string
		message string
		want    string
	}{
		{"RFC 4493 example 1, 0 bytes", AES128, key128, "", "bb1d6929e9593728"},
		{"RFC 4493 example 2, 16 bytes", AES128, key128, rfcMessage[:32], "070a16b46b4d4144"},
		{"RFC 4493 example 3, 40 bytes", AES128, key128, rfcMessage[:80], "dfa66747de9ae630"},
		{"RFC 4493 example 4, 64 bytes", AES128, key128, rfcMessage, "51f0bebf7e3b9d92"},
		{"SP 800-38B AES-192, 0 bytes", AES192, key192, "", "d17ddf46adaacde5"},
		{"SP 800-38B AES-192, 40 bytes", AES192, key192, rfcMessage[:80], "8a1de5be2eb31aad"},
		{"SP 800-38B AES-256, 16 bytes", AES256, key256, rfcMessage[:32], "28a7023f452e8f82"},
		{"SP 800-38B AES-256, 64 bytes", AES256, key256, rfcMessage, "e1992190549f6ed5"},
		{"Doc 9303-11 D.3 M_IFD", TDES, "7962D9ECE03D1ACD4C76089DCE131543",
			"72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2", "5F1448EEA8AD90A7"},
		{"Doc 9303-11 G.1 T_IFD", AES128, "FE251C7858B356B24514B3BD5F4297D1",
			`7F494F060A04007F000702020402028641049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65D
			F6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094`, "C2B0BD78D94BA866"},
	} {
		t.Run(c.name, func(t *testing.T) {
			mac, err := MAC(c.cipher, script.Hex(c.key), script.Hex(c.message))
			require.NoError(t, err)
			assert.Equal(t, script.Hex(c.want), mac)
		})
	}
}

func TestKeysMustFitTheCipher(t *testing.T) {
	for _, c := range []struct {
		name   string
		cipher Cipher
		key    int
	}{
		{"no cipher", 0, 16},
		{"beyond the last", AES256 + 1, 32},
		{"3DES with 24 bytes", TDES, 24},
		{"AES-192 with 16 bytes", AES192, 16},
		{"AES-128 with 32 bytes", AES128, 32},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := MAC(c.cipher, make([]byte, c.key), nil)
			assert.ErrorIs(t, err, ErrCipher)
			_, err = c.cipher.NewBlock(make([]byte, c.key))
			assert.ErrorIs(t, err, ErrCipher)
		})
	}
	_, err := New(nil, AES256, make([]byte, 32), make([]byte, 16), nil)
	assert.ErrorIs(t, err, ErrCipher, "short MAC key")
	_, err = New(nil, AES128, make([]byte, 16), make([]byte, 16), make([]byte, 8))
	assert.ErrorIs(t, err, ErrCipher, "short counter")
}

func TestPadding(t *testing.T) {
	assert.Equal(t, script.Hex("8000000000000000"), Pad(nil, 8))
	assert.Equal(t, script.Hex("011E800000000000"), Pad(script.Hex("011E"), 8))
	assert.Equal(t, script.Hex("0102030405060708 8000000000000000"), Pad(script.Hex("0102030405060708"), 8))
	for _, c := range []struct{ name, padded, want string }{
		{"only padding", "8000000000000000", ""},
		{"one byte of padding", "0102030405060780", "01020304050607"},
		{"80 in the data", "8001800000000000", "8001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Unpad(script.Hex(c.padded), 8)
			require.NoError(t, err)
			assert.Equal(t, script.Hex(c.want), append([]byte{}, got...))
		})
	}
	for _, c := range []struct{ name, padded string }{
		{"nothing", ""},
		{"no whole block", "80000000"},
		{"no 80", "0000000000000000"},
		{"80 in an earlier block only", "8000000000000000 0000000000000000"},
		{"something behind the 80", "0102038000000001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Unpad(script.Hex(c.padded), 8)
			assert.Error(t, err)
		})
	}
}
