// Command deb writes a Debian package: deb DESCRIPTION.yaml FILE.deb. The
// description is nfpm's (nfpm.goreleaser.com/configuration); ${VERSION},
// ${ARCH} and ${BUILD} in it come from the environment.
//
// It stands in for nfpm's own command, which brings the packagers of all other
// systems with it.
package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: deb DESCRIPTION.yaml FILE.deb")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "deb:", err)
		os.Exit(1)
	}
}

func write(description, target string) error {
	config, err := nfpm.ParseFileWithEnvMapping(description, os.Getenv)
	if err != nil {
		return err
	}
	info, err := config.Get("deb")
	if err != nil {
		return err
	}
	packager, err := nfpm.Get("deb")
	if err != nil {
		return err
	}
	if err := nfpm.PrepareForPackager(info, "deb"); err != nil {
		return err
	}
	info = nfpm.WithDefaults(info)
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	if err := packager.Package(info, file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
