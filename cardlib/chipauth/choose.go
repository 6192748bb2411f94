package chipauth

import (
	"errors"
	"fmt"
	"slices"

	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
)

// candidate is a way of chip authentication with the key it runs on.
type candidate struct {
	info securityinfo.ChipAuthInfo
	key  securityinfo.PublicKey
	id   securityinfo.ID
}

// choose lists what can be tried, the best first: AES before 3DES (§8.5), longer
// keys before shorter ones, otherwise the chip's order.
func choose(infos securityinfo.Infos) ([]candidate, error) {
	if len(infos.ChipAuthKeys) == 0 {
		return nil, noKey(infos)
	}
	var candidates []candidate
	var unusable error
	others := 0
	for _, info := range announced(infos) {
		if info.Version != 1 {
			others++
			continue
		}
		for _, k := range keysFor(info, infos.ChipAuthKeys) {
			if k.Err != nil {
				unusable = k.Err
				continue
			}
			candidates = append(candidates, candidate{info, k.Key, k.KeyID})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return int(b.info.Cipher) - int(a.info.Cipher) })
	switch {
	case len(candidates) > 0:
		return candidates, nil
	case errors.Is(unusable, securityinfo.ErrParameters):
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, unusable)
	case unusable != nil:
		return nil, fmt.Errorf("%w: %w", ErrKey, unusable)
	case others > 0:
		return nil, ErrVersion2
	}
	return nil, ErrNoKey
}

// noKey tells version 2, which may come without keys in this file, from none.
func noKey(infos securityinfo.Infos) error {
	for _, info := range infos.ChipAuth {
		if info.Version > 1 {
			return ErrVersion2
		}
	}
	return ErrNoKey
}

// announced returns the chip's ways. A chip of the first generation gives a key
// and nothing else: it means 3DES (TR-03110-1 §3.4, Doc 9303-11 §9.2.5).
func announced(infos securityinfo.Infos) []securityinfo.ChipAuthInfo {
	if len(infos.ChipAuth) > 0 {
		return infos.ChipAuth
	}
	var inferred []securityinfo.ChipAuthInfo
	for _, k := range infos.ChipAuthKeys {
		inferred = append(inferred, securityinfo.ChipAuthInfo{
			OID:       securityinfo.ChipAuthProtocol(k.Agreement, securemsg.TDES),
			Agreement: k.Agreement, Cipher: securemsg.TDES, Version: 1, KeyID: k.KeyID,
		})
	}
	return inferred
}

// keysFor returns the keys an info can mean: the one with its id; without an id,
// those of its agreement that have none; failing that, the only key there is.
func keysFor(info securityinfo.ChipAuthInfo, keys []securityinfo.ChipAuthPublicKeyInfo) []securityinfo.ChipAuthPublicKeyInfo {
	var same, exact []securityinfo.ChipAuthPublicKeyInfo
	for _, k := range keys {
		if k.Agreement != info.Agreement {
			continue
		}
		same = append(same, k)
		if k.KeyID == info.KeyID {
			exact = append(exact, k)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	if len(same) == 1 && (!info.KeyID.Present || !same[0].KeyID.Present) {
		return same
	}
	return nil
}
