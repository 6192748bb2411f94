package main

import (
	"context"
	"fmt"
	"time"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/pace"
	"chipid/cardlib/securityinfo"
)

// cardSecurity makes EF.CardSecurity with the chip's static key, signed by a
// signer made for it (Doc 9303-11 §9.2.11, TR-03110-3 A.1.2.5).
func cardSecurity(static *cmstest.Key, id int) []byte {
	signer, name := cmstest.NewKey("P-256"), cmstest.DN("VN", "SYNTHETIC", "CARD SECURITY SIGNER")
	begin := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	certificate := cmstest.Certificate{Subject: name, Issuer: name, Serial: 7, NotBefore: begin, NotAfter: begin.AddDate(15, 0, 0), Key: signer}
	return cmstest.SignedData{
		ContentType:  bsi(3, 2, 1),
		Content:      cmstest.Set(chipAuthInfo(chipAuthOID(arcECDH, 2), 1, id), chipAuthKeyInfo(arcECDH, static.SPKI(), id)),
		Certificates: [][]byte{certificate.Sign(signer)},
		Signers:      []cmstest.Signer{{Key: signer, Issuer: name, Serial: 7}},
	}.Encode()
}

// efCardSecurity is EF.CardSecurity under the master file.
var efCardSecurity = files.Ref{Name: "EF.CardSecurity", ID: lds.EFCardSecurity, Tag: 0x30}

// proveByCardSecurity reads EF.CardSecurity after PACE, verifies its signature and
// checks the chip's proof with the key in it (Doc 9303-11 §4.4.3.5).
func (b *bench) proveByCardSecurity(ctx context.Context, result *pace.Result) error {
	raw, err := b.read(ctx, efCardSecurity)
	if err != nil {
		return err
	}
	signed, err := cms.ParseSignedData(raw)
	if err != nil {
		return err
	}
	if _, err := signed.Verify(cms.OIDSecurityObject, cms.Policy{}); err != nil {
		return fmt.Errorf("EF.CardSecurity: %w", err)
	}
	infos, err := securityinfo.Parse(signed.Content)
	if err != nil {
		return err
	}
	return result.VerifyChip(infos)
}
