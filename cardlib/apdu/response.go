package apdu

import (
	"errors"
	"fmt"
)

// SW is a status word, SW1 and SW2 of ISO/IEC 7816-4 §5.1.3.
type SW uint16

// Status words that readers of eMRTDs meet.
const (
	SWSuccess               SW = 0x9000
	SWEndOfFile             SW = 0x6282
	SWWarning               SW = 0x6300
	SWWrongLength           SW = 0x6700
	SWSMNotSupported        SW = 0x6882
	SWSecurityStatus        SW = 0x6982
	SWAuthBlocked           SW = 0x6983
	SWConditionsOfUse       SW = 0x6985
	SWNoCurrentEF           SW = 0x6986
	SWSMObjectsMissing      SW = 0x6987
	SWSMObjectsIncorrect    SW = 0x6988
	SWWrongData             SW = 0x6A80
	SWFunctionNotSupported  SW = 0x6A81
	SWFileNotFound          SW = 0x6A82
	SWWrongParametersP1P2   SW = 0x6A86
	SWReferencedDataUnknown SW = 0x6A88
	SWWrongOffset           SW = 0x6B00
	SWInsNotSupported       SW = 0x6D00
	SWClassNotSupported     SW = 0x6E00
	SWUnspecified           SW = 0x6F00
)

// SW1 returns the first byte.
func (sw SW) SW1() byte { return byte(sw >> 8) }

// SW2 returns the second byte.
func (sw SW) SW2() byte { return byte(sw) }

// OK tells whether the command succeeded: 9000.
func (sw SW) OK() bool { return sw == SWSuccess }

// MoreData tells how many bytes wait for GET RESPONSE (61xx; 00 means 256).
func (sw SW) MoreData() (int, bool) {
	if sw.SW1() != 0x61 {
		return 0, false
	}
	return decodeLe(int(sw.SW2()), MaxShortLe), true
}

// RightLe tells the Le that the card would take instead (6Cxx; 00 means 256).
func (sw SW) RightLe() (int, bool) {
	if sw.SW1() != 0x6C {
		return 0, false
	}
	return decodeLe(int(sw.SW2()), MaxShortLe), true
}

// TriesLeft tells how many tries a password has left (63Cx).
func (sw SW) TriesLeft() (int, bool) {
	if sw&0xFFF0 != 0x63C0 {
		return 0, false
	}
	return int(sw & 0xF), true
}

func (sw SW) String() string { return fmt.Sprintf("%04X", uint16(sw)) }

// Response is a response APDU.
type Response struct {
	Data []byte
	SW   SW
}

// ErrResponse is an answer too short to hold a status word.
var ErrResponse = errors.New("apdu: malformed response")

// ParseResponse splits an answer into data and status word. Data is a
// sub-slice of b.
func ParseResponse(b []byte) (Response, error) {
	n := len(b) - 2
	if n < 0 {
		return Response{}, fmt.Errorf("%w: %d bytes", ErrResponse, len(b))
	}
	return Response{Data: b[:n:n], SW: SW(b[n])<<8 | SW(b[n+1])}, nil
}

// Bytes encodes the response as it stands on the wire.
func (r Response) Bytes() []byte {
	b := make([]byte, 0, len(r.Data)+2)
	b = append(b, r.Data...)
	return append(b, r.SW.SW1(), r.SW.SW2())
}

// StatusError is a command that the chip refused.
type StatusError struct {
	// Command names what was asked, in the standard's words: "SELECT EF.SOD".
	Command string
	SW      SW
}

func (e *StatusError) Error() string { return fmt.Sprintf("%s: chip answered %v", e.Command, e.SW) }

// StatusOf returns the status word inside err, if a chip's refusal is its cause.
func StatusOf(err error) (SW, bool) {
	var status *StatusError
	if errors.As(err, &status) {
		return status.SW, true
	}
	return 0, false
}
