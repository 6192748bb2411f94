package chip

import (
	"bytes"
	"encoding/binary"
	"math"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// P1 of SELECT, ISO/IEC 7816-4 §11.2.2.
const (
	selectByID   = 0x00
	selectEF     = 0x02
	selectByAID  = 0x04
	noControl    = 0x0C // P2: no answer data
	wantFCP      = 0x04
	wantFCI      = 0x00
	tagFCI       = tlv.Tag(0x6F)
	tagFCP       = tlv.Tag(0x62)
	tagFileSize  = tlv.Tag(0x80)
	tagFileID    = tlv.Tag(0x83)
	tagDFName    = tlv.Tag(0x84)
	fileIDLength = 2
)

// selectFile is SELECT (Doc 9303-10 §3.6.2, §3.6.3). A refused SELECT leaves the
// selection as it was.
func (c *Chip) selectFile(cmd apdu.Command) answer {
	if cmd.P2 != noControl && cmd.P2 != wantFCI && cmd.P2 != wantFCP {
		return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-10 §3.6.2: P2 of SELECT is 0C")
	}
	switch cmd.P1 {
	case selectByAID:
		return c.selectApplication(cmd)
	case selectEF:
		return c.selectEF(cmd)
	case selectByID:
		return c.selectMaster(cmd)
	}
	return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-10 §3.6: P1 of SELECT is 04 or 02")
}

func (c *Chip) selectApplication(cmd apdu.Command) answer {
	if !bytes.Equal(cmd.Data, c.profile.AID) {
		return refuse(apdu.SWFileNotFound, "")
	}
	c.s.inApplication, c.s.current = true, 0
	c.s.pace, c.s.ca = nil, nil
	return c.control(cmd, tlv.Encode(tagDFName, c.profile.AID))
}

func (c *Chip) selectEF(cmd apdu.Command) answer {
	if len(cmd.Data) != fileIDLength {
		return refuse(apdu.SWWrongData, "Doc 9303-10 §3.6.3: a file identifier has two bytes")
	}
	id := uint16(cmd.Data[0])<<8 | uint16(cmd.Data[1])
	content, a := c.open(id)
	if a.sw == apdu.SWSecurityStatus && id == FileCardAccess && c.s.access == accessNone {
		// The reader looks for EF.CardAccess and cannot know that somebody selected the
		// application before it, where the same identifier is EF.CVCA: no clause is broken.
		return refuse(a.sw, "")
	}
	if a.sw != 0 && !(a.sw == apdu.SWSecurityStatus && c.selectable(id)) {
		return a
	}
	c.s.current = id
	size := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	if len(content) <= math.MaxUint16 {
		size = size[2:]
	}
	return c.control(cmd, tlv.Append(tlv.Encode(tagFileSize, size), tagFileID, cmd.Data))
}

// selectable tells whether a file that may not be read yet may be selected.
func (c *Chip) selectable(id uint16) bool {
	_, exists := c.profile.LDS[id]
	return c.profile.Quirks.SelectWithoutAccess && c.s.inApplication && exists && c.profile.Quirks.FileSW[id] == 0
}

func (c *Chip) selectMaster(cmd apdu.Command) answer {
	if len(cmd.Data) != 0 && !bytes.Equal(cmd.Data, []byte{fileMF >> 8, fileMF & 0xFF}) {
		return refuse(apdu.SWFileNotFound, "Doc 9303-10 §3.6: P1 00 selects the master file only")
	}
	if c.s.inApplication && c.profile.Quirks.NoWayBack {
		return refuse(apdu.SWInsNotSupported, "")
	}
	c.s.inApplication, c.s.current = false, 0
	c.s.pace, c.s.ca = nil, nil
	return c.control(cmd, tlv.Encode(tagFileID, []byte{fileMF >> 8, fileMF & 0xFF}))
}

// control is the answer to a SELECT that succeeded: file control information if
// P2 asks for it and there is a place for it (T=0 always has one: GET RESPONSE).
func (c *Chip) control(cmd apdu.Command, content []byte) answer {
	switch {
	case cmd.P2 == noControl, cmd.Le == 0 && c.profile.Protocol != apdu.ProtocolT0:
		return done(nil)
	case cmd.P2 == wantFCP:
		return done(tlv.Encode(tagFCP, content))
	}
	return done(tlv.Encode(tagFCI, content))
}
