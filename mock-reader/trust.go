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
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *dir == "" {
		return &usageError{errors.New("thiếu --out / --out is missing")}
	}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return fmt.Errorf("không tạo được thư mục / cannot make the directory: %w", err)
	}
	for _, a := range anchors {
		path := filepath.Join(*dir, a.File)
		if err := os.WriteFile(path, a.PEM(), 0o644); err != nil {
			return fmt.Errorf("không ghi được chứng thư / cannot write the certificate: %w", err)
		}
		fmt.Fprintln(io.out, path)
	}
	return nil
}
