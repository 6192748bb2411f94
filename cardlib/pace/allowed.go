package pace

import (
	"fmt"

	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// Supported tells whether a way of PACE can be used: whether [Check] finds no fault.
func Supported(info securityinfo.PACEInfo) bool { return Check(info) == nil }

// Check tells why a way of PACE cannot be used: nil, or an [ErrUnsupported] that
// names the reason. It refuses what Doc 9303-11 tables 2, 3 and 12 do not allow,
// and domain parameters that are no standard set (§9.2.2).
func Check(info securityinfo.PACEInfo) error {
	refuse := func(why string) error { return fmt.Errorf("%w: %s: %s", ErrUnsupported, info.Name(), why) }
	switch {
	case info.Version != 2:
		return refuse(fmt.Sprintf("version %d", info.Version))
	case !info.Cipher.Valid():
		return refuse("no cipher")
	case info.Agreement == securityinfo.ECDH && info.Curve == nil,
		info.Agreement == securityinfo.DH && info.Group == nil:
		return refuse("parameters are no standard set")
	case info.Agreement != securityinfo.ECDH && info.Agreement != securityinfo.DH:
		return refuse("no key agreement")
	}
	switch info.Mapping {
	case securityinfo.GenericMapping:
		return nil
	case securityinfo.IntegratedMapping:
		// The point encoding wants p ≡ 3 mod 4, which NIST P-224 alone has not (appendix B, table 12).
		if info.Agreement == securityinfo.ECDH && info.Curve.P.Bit(1) != 1 {
			return refuse("integrated mapping is not defined over " + info.Curve.Name)
		}
		return nil
	case securityinfo.ChipAuthenticationMapping:
		if info.Agreement != securityinfo.ECDH {
			return refuse("chip authentication mapping is defined for ECDH only")
		}
		if info.Cipher == securemsg.TDES {
			return refuse("chip authentication mapping is not defined with 3DES")
		}
		return nil
	}
	return refuse("no mapping")
}
