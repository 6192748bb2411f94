package main

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chipid/mock-reader/issuer"
)

// printed is a certificate in `issuer print --json`.
type printed struct {
	File      string `json:"file"`
	Authority string `json:"authority"`
	Subject   string `json:"subject"`
	Serial    string `json:"serial"`
	Algorithm string `json:"algorithm"`
	NotBefore string `json:"notBefore"`
	NotAfter  string `json:"notAfter"`
	SHA256    string `json:"sha256"`
	Revoked   bool   `json:"revoked"`
}

func issuerPrint(c command, args []string, io streams) error {
	flags := c.flags(io)
	chosen := choose(flags)
	asJSON := flags.Bool("json", false, "cho máy đọc / for scripts")
	algorithms := flags.Bool("algorithms", false, "chỉ liệt kê các thuật toán / list the algorithms only")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *algorithms {
		for _, a := range issuer.Algorithms() {
			fmt.Fprintln(io.out, a.Name())
		}
		return nil
	}
	i, a, algorithm, err := chosen.find()
	if err != nil {
		return err
	}
	items, err := i.Inventory(a, algorithm)
	if err != nil {
		return err
	}
	var all []printed
	for _, item := range items {
		all = append(all, printedOf(item))
	}
	if *asJSON {
		encoder := json.NewEncoder(io.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(map[string][]printed{"certificates": all})
	}
	for _, p := range all {
		revoked := ""
		if p.Revoked {
			revoked = "  (đã thu hồi / revoked)"
		}
		fmt.Fprintf(io.out, "%s%s\n  %s\n  sê-ri / serial %s  %s … %s  %s\n  SHA-256 %s\n",
			p.File, revoked, p.Subject, p.Serial, p.NotBefore, p.NotAfter, p.Algorithm, p.SHA256)
	}
	return nil
}

func printedOf(item issuer.Item) printed {
	sum := sha256.Sum256(item.DER)
	return printed{
		File: item.File, Authority: item.Authority, Subject: item.Subject, Serial: item.Serial.Text(16), Algorithm: item.Algorithm,
		NotBefore: item.NotBefore.Format(time.DateOnly), NotAfter: item.NotAfter.Format(time.DateOnly),
		SHA256: fmt.Sprintf("%x", sum), Revoked: item.Revoked,
	}
}

func issuerExport(c command, args []string, io streams) error {
	flags := c.flags(io)
	chosen := choose(flags)
	dir := flags.String("out", "", "thư mục nhận các tệp / directory for the files")
	form := flags.String("form", "pem", "pem, der")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	switch {
	case *dir == "":
		return &usageError{errors.New("thiếu --out / --out is missing")}
	case *form != "pem" && *form != "der":
		return &usageError{errors.New("--form: pem, der")}
	}
	i, a, algorithm, err := chosen.find()
	if err != nil {
		return err
	}
	files, err := exported(i, a, algorithm)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return fmt.Errorf("không tạo được thư mục / cannot make the directory: %w", err)
	}
	for _, f := range files {
		path := filepath.Join(*dir, f.name(*form))
		if err := os.WriteFile(path, f.content(*form), 0o644); err != nil {
			return fmt.Errorf("không ghi được tệp / cannot write the file: %w", err)
		}
		fmt.Fprintln(io.out, path)
	}
	return nil
}

// object is a file of an export: kind is that of PEM.
type object struct {
	stem, ending, kind string
	der                []byte
}

func (o object) name(form string) string {
	if o.ending != "" {
		return o.stem + "." + o.ending
	}
	return o.stem + "." + form
}

// content is PEM or DER; master lists are always DER, as the States publish them.
func (o object) content(form string) []byte {
	if form == "der" || o.kind == "" {
		return o.der
	}
	return pem.EncodeToMemory(&pem.Block{Type: o.kind, Bytes: o.der})
}

// exported are the certificates of the authority, its revocation list, and a
// master list that it signs with the CSCA certificates of all authorities.
func exported(i *issuer.Issuer, a issuer.Authority, signers issuer.Algorithm) ([]object, error) {
	items, err := i.Inventory(a, signers)
	if err != nil {
		return nil, err
	}
	var files []object
	for _, item := range items {
		files = append(files, object{stem: item.File, kind: "CERTIFICATE", der: item.DER})
	}
	list, ok := i.CRLOf(a)
	if !ok { // whoever asks for it gets an empty one
		list.ThisUpdate = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	crl, err := i.SignCRL(a, list)
	if err != nil {
		return nil, err
	}
	master, err := masterList(i, a)
	if err != nil {
		return nil, err
	}
	return append(files, object{a.Label, "crl", "X509 CRL", crl}, object{a.Label + "-master-list", "ml", "", master}), nil
}

func masterList(i *issuer.Issuer, signer issuer.Authority) ([]byte, error) {
	var all [][]byte
	for _, a := range issuer.Authorities() {
		if a.Label == issuer.Unknown.Label || a.Label == issuer.Forged.Label {
			continue
		}
		der, err := i.CSCA(a)
		if err != nil {
			return nil, err
		}
		all = append(all, der)
	}
	return i.MasterList(signer, all, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
}
