package answer

import (
	"errors"

	"chipid/agent/catalogue"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
)

// Key kinds, in the words of the protocol and of the command line.
const (
	KeyID  = "id"
	KeyQR  = "qr"
	KeyCAN = "can"
	KeyMRZ = "mrz"
)

// Keys makes keys of what a person gave; kind "" takes them for what they look
// like. A key that cannot be one is refused here, before a card is touched.
func Keys(kind, text string) (access.Keys, catalogue.Code) {
	kinds := map[string]func(string) (access.Keys, error){
		"": cccd.KeysFromText, KeyID: cccd.KeysFromNumber, KeyQR: cccd.KeysFromQR, KeyCAN: cccd.KeysFromCAN, KeyMRZ: cccd.KeysFromMRZ,
	}
	from, ok := kinds[kind]
	if !ok {
		return access.Keys{}, catalogue.KeyMissing
	}
	keys, err := from(text)
	if err != nil {
		return access.Keys{}, keyCode(err)
	}
	return keys, ""
}

func keyCode(err error) catalogue.Code {
	switch {
	case errors.Is(err, cccd.ErrNumber):
		return catalogue.NumberInvalid
	case errors.Is(err, cccd.ErrQR):
		return catalogue.QRInvalid
	case errors.Is(err, cccd.ErrCAN):
		return catalogue.CANInvalid
	}
	return catalogue.MRZInvalid
}
