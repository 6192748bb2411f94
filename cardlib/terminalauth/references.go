package terminalauth

import (
	"context"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
)

// cvcaLen is the length of EF.CVCA, in bytes (Doc 9303-11 table K-2).
const cvcaLen = 36

// ReadReferences reads EF.CVCA under the eMRTD application: the names of the keys
// that the chip trusts, the most recent first. infos is DG14, which may say where
// the file is (TerminalAuthenticationInfo).
//
// A chip without the file is an [ErrRefused]; it may have named its keys in PACE.
func ReadReferences(ctx context.Context, card apdu.Card, infos securityinfo.Infos) ([]cvc.Reference, error) {
	id := lds.EFCVCA
	for _, info := range infos.TerminalAuth {
		if info.CVCAFile != 0 {
			id = lds.FileID(info.CVCAFile)
		}
	}
	choose := apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: id.Bytes()}
	if err := transmit(ctx, card, "SELECT EF.CVCA", choose, ErrRefused); err != nil {
		return nil, err
	}
	var file []byte
	for len(file) < cvcaLen {
		cmd := apdu.Command{INS: apdu.InsReadBinary, P2: byte(len(file)), Le: cvcaLen - len(file)}
		resp, err := card.Transmit(ctx, cmd)
		if err != nil {
			return nil, err
		}
		if len(resp.Data) == 0 && len(file) > 0 {
			break // shorter than the standard says: a chip without the filling
		}
		if len(resp.Data) == 0 || !resp.SW.OK() && resp.SW != apdu.SWEndOfFile {
			return nil, fmt.Errorf("%w: %w", ErrRefused, &apdu.StatusError{Command: "READ BINARY EF.CVCA", SW: resp.SW})
		}
		file = append(file, resp.Data[:min(len(resp.Data), cmd.Le)]...)
		if resp.SW == apdu.SWEndOfFile {
			break
		}
	}
	return cvc.ParseReferences(file)
}
