package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// ATRInfo is what EF.ATR/INFO says of the chip's buffers (ISO/IEC 7816-4 §12.1.1;
// Doc 9303-10 §3.11.1).
type ATRInfo struct {
	// Chaining: the chip accepts command chaining. ExtendedLength: it accepts Lc and
	// Le of three bytes. Both come from the card capabilities.
	Chaining, ExtendedLength bool
	// MaxCommand and MaxResponse are the longest APDUs of the chip in bytes; 0 if
	// it does not say.
	MaxCommand, MaxResponse int
}

// ParseATRInfo reads EF.ATR/INFO, a sequence of data objects. Unknown ones, and
// zeros to the end of the file, are passed over.
func ParseATRInfo(file []byte) (ATRInfo, error) {
	var info ATRInfo
	for rest := file; len(rest) > 0 && rest[0] != 0; {
		e, after, err := tlv.Read(rest)
		if err != nil {
			return ATRInfo{}, fmt.Errorf("EF.ATR/INFO: %w", err)
		}
		rest = after
		switch e.Tag {
		case 0x47: // card capabilities; the third byte is the third software function table
			if len(e.Value) >= 3 {
				info.Chaining = e.Value[2]&0x80 != 0
				info.ExtendedLength = e.Value[2]&0x40 != 0
			}
		case 0x7F66: // extended length information
			if err := info.readLimits(e); err != nil {
				return ATRInfo{}, fmt.Errorf("EF.ATR/INFO: %w", err)
			}
		}
	}
	return info, nil
}

func (info *ATRInfo) readLimits(e tlv.Element) error {
	els, err := e.Children()
	if err != nil {
		return err
	}
	limits := els.All(0x02)
	for i, to := range []*int{&info.MaxCommand, &info.MaxResponse} {
		if i >= len(limits) {
			break
		}
		v := limits[i].Value
		if len(v) == 0 || len(v) > 4 || v[0] >= 0x80 {
			return fmt.Errorf("extended length information: %w", ErrMalformed)
		}
		for _, b := range v {
			*to = *to<<8 | int(b)
		}
	}
	return nil
}

// Application is an entry of EF.DIR.
type Application struct {
	AID   []byte
	Label string
}

// ParseDIR reads the application templates of EF.DIR (ISO/IEC 7816-4 §12.2.3, Doc
// 9303-10 §3.11.2).
func ParseDIR(file []byte) ([]Application, error) {
	var apps []Application
	for rest := file; len(rest) > 0 && rest[0] != 0; {
		e, after, err := tlv.Read(rest)
		if err != nil {
			return nil, fmt.Errorf("EF.DIR: %w", err)
		}
		rest = after
		if e.Tag != 0x61 {
			continue
		}
		if len(apps) == MaxEntries {
			return nil, fmt.Errorf("EF.DIR: %w", ErrTooLarge)
		}
		els, err := e.Children()
		if err != nil {
			return nil, fmt.Errorf("EF.DIR: %w", err)
		}
		aid, found := els.Find(0x4F)
		if !found || len(aid.Value) < 5 || len(aid.Value) > 16 {
			return nil, fmt.Errorf("EF.DIR: application identifier: %w", ErrMalformed)
		}
		label, _ := els.Find(0x50)
		apps = append(apps, Application{AID: aid.Value, Label: string(label.Value)})
	}
	return apps, nil
}

// EncodeDIR writes EF.DIR.
func EncodeDIR(apps []Application) []byte {
	var file []byte
	for _, a := range apps {
		inside := tlv.Encode(0x4F, a.AID)
		if a.Label != "" {
			inside = tlv.Append(inside, 0x50, []byte(a.Label))
		}
		file = tlv.Append(file, 0x61, inside)
	}
	return file
}

// EncodeATRInfo writes EF.ATR/INFO with card capabilities and, if given, the limits.
func EncodeATRInfo(info ATRInfo) []byte {
	var third byte
	if info.Chaining {
		third |= 0x80
	}
	if info.ExtendedLength {
		third |= 0x40
	}
	if info.MaxCommand > 0 {
		third |= 0x20 // extended length information is in this file
	}
	file := tlv.Encode(0x47, []byte{0, 0, third})
	if info.MaxCommand > 0 {
		file = tlv.Append(file, 0x7F66, limit(info.MaxCommand), limit(info.MaxResponse))
	}
	return file
}

// limit writes a length as an INTEGER of three bytes, which is positive up to 8 MiB.
func limit(n int) []byte { return tlv.Encode(0x02, []byte{byte(n >> 16), byte(n >> 8), byte(n)}) }
