package passiveauth

import (
	"errors"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// parseSecurityObject reads LDSSecurityObject (Doc 9303-10 §4.6.2.1):
//
//	SEQUENCE { version INTEGER {v0(0), v1(1)}, hashAlgorithm AlgorithmIdentifier,
//	  dataGroupHashValues SEQUENCE OF SEQUENCE { INTEGER, OCTET STRING },
//	  ldsVersionInfo SEQUENCE { PrintableString, PrintableString } OPTIONAL }
func (s *SOD) parseSecurityObject(content []byte) error {
	outer, err := tlv.ReadTag(content, 0x30)
	if err != nil {
		return err
	}
	fields, err := outer.Children()
	if err != nil {
		return err
	}
	if len(fields) < 3 || fields[0].Tag != 0x02 || fields[2].Tag != 0x30 {
		return errors.New("security object lacks a field")
	}
	if v := fields[0].Value; len(v) != 1 || v[0] > 1 {
		return errors.New("security object of an unknown version")
	}
	s.Version = int(fields[0].Value[0])
	if s.HashAlgorithm, err = cms.ParseAlgorithm(fields[1].Raw); err != nil {
		return err
	}
	s.hash, s.hashErr = s.HashAlgorithm.Hash()
	if err := s.parseHashes(fields[2]); err != nil {
		return err
	}
	return s.parseVersionInfo(fields[3:])
}

// parseHashes reads the hashes: of each group at most one, each as long as the
// algorithm makes it.
func (s *SOD) parseHashes(list tlv.Element) error {
	entries, err := list.Children()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		pair, err := entry.Children()
		if err != nil {
			return err
		}
		if len(pair) != 2 || entry.Tag != 0x30 || pair[0].Tag != 0x02 || pair[1].Tag != 0x04 || len(pair[0].Value) != 1 {
			return errors.New("malformed group hash")
		}
		g, hash := lds.Group(pair[0].Value[0]), pair[1].Value
		if !g.Valid() || s.hashes[g] != nil {
			return fmt.Errorf("hash of group %d, which does not exist or is there twice", int(g))
		}
		if s.hashErr == nil && len(hash) != s.hash.Size() {
			return fmt.Errorf("%v: hash of %d bytes", g, len(hash))
		}
		s.hashes[g], s.listed = hash, append(s.listed, g)
	}
	if len(s.listed) == 0 {
		return errors.New("no group hashes")
	}
	return nil
}

// parseVersionInfo reads what version 1 adds. It is said and not relied on.
func (s *SOD) parseVersionInfo(rest tlv.Elements) error {
	if len(rest) == 0 {
		return nil
	}
	info, err := rest[0].Children()
	if err != nil {
		return err
	}
	if len(rest) != 1 || s.Version != 1 || len(info) != 2 || len(info[0].Value) > 16 || len(info[1].Value) > 16 {
		return errors.New("malformed version information")
	}
	s.LDSVersion, s.UnicodeVersion = string(info[0].Value), string(info[1].Value)
	return nil
}
