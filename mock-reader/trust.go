package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"chipid/mock-reader/issuer"
)

func runTrust(_ context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	dir := flags.String("out", "", "thư mục nhận chứng thư / directory for the certificates")
	kept := flags.String("issuer", "", issuerHelp)
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *dir == "" {
		return &usageError{errors.New("thiếu --out / --out is missing")}
	}
	i, err := openIssuer(*kept)
	if err != nil {
		return err
	}
	files, err := writeTrust(i, *dir)
	for _, path := range files {
		fmt.Fprintln(io.out, path)
	}
	return err
}

// writeTrust writes the issuer's certificates and lists into a directory and
// returns the files.
func writeTrust(i *issuer.Issuer, dir string) ([]string, error) {
	anchors, err := i.Anchors()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("không tạo được thư mục / cannot make the directory: %w", err)
	}
	var files []string
	for _, a := range anchors {
		path := filepath.Join(dir, a.File)
		if err := os.WriteFile(path, a.PEM(), 0o644); err != nil {
			return files, fmt.Errorf("không ghi được chứng thư / cannot write the certificate: %w", err)
		}
		files = append(files, path)
	}
	return files, nil
}
