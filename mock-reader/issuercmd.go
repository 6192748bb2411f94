package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"strings"
	"time"

	"chipid/mock-reader/issuer"
)

// issuerCommands are the commands under `issuer`.
var issuerCommands = map[string]func(c command, args []string, io streams) error{
	"init": issuerInit, "print": issuerPrint, "export": issuerExport, "revoke": issuerRevoke,
}

func runIssuer(_ context.Context, c command, args []string, io streams) error {
	if len(args) == 0 {
		return &usageError{errors.New("cần một trong: init, print, export, revoke / one of these is needed")}
	}
	run, ok := issuerCommands[args[0]]
	if !ok {
		if args[0] == "-h" || args[0] == "--help" {
			c.flags(io).Usage()
			return nil
		}
		return &usageError{fmt.Errorf("không có lệnh issuer %q / no command issuer %q: init, print, export, revoke", args[0], args[0])}
	}
	return run(c, args[1:], io)
}

const issuerHelp = "thư mục giữ cơ quan cấp thẻ riêng; không có thì là cơ quan công bố / the directory of an issuer of your own; without it the published one"

// openIssuer opens the issuer of a directory, or the published one.
func openIssuer(dir string) (*issuer.Issuer, error) {
	if dir == "" {
		return issuer.New(issuer.PublishedSeed), nil
	}
	i, err := issuer.Open(dir)
	if errors.Is(err, issuer.ErrNoIssuer) {
		return nil, &usageError{fmt.Errorf("thư mục không có cơ quan cấp thẻ, tạo bằng / make one by: mock-reader issuer init --issuer %s: %w", dir, err)}
	}
	return i, err
}

func issuerInit(c command, args []string, io streams) error {
	flags := c.flags(io)
	dir := flags.String("issuer", "", "thư mục được tạo / the directory to make")
	seed := flags.String("seed", "", "khóa suy ra từ hạt giống này; không có thì ngẫu nhiên / keys are derived from it; random if absent")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *dir == "" {
		return &usageError{errors.New("thiếu --issuer / --issuer is missing")}
	}
	if *seed == "" {
		*seed = "random " + rand.Text()
	}
	err := issuer.Create(*dir, *seed)
	if errors.Is(err, issuer.ErrIssuer) {
		return &usageError{fmt.Errorf("đã có cơ quan cấp thẻ ở đó / an issuer is kept there already: %s", *dir)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "%s\nmock-reader trust --issuer %s --out DIR\n", *dir, *dir)
	return nil
}

// choice is which certificates print and export are about.
type choice struct {
	dir, authority, algorithm *string
}

func choose(flags *flag.FlagSet) choice {
	return choice{
		flags.String("issuer", "", issuerHelp),
		flags.String("authority", issuer.Genuine.Label, "CSCA: "+strings.Join(labels(), ", ")),
		flags.String("algorithm", issuer.Algorithm{}.Name(), "thuật toán của người ký; danh sách: print --algorithms / the signers' algorithm; print --algorithms lists them"),
	}
}

func labels() []string {
	var all []string
	for _, a := range issuer.Authorities() {
		all = append(all, a.Label)
	}
	return all
}

// find opens the issuer and finds what was chosen.
func (c choice) find() (*issuer.Issuer, issuer.Authority, issuer.Algorithm, error) {
	a, ok := issuer.AuthorityByLabel(*c.authority)
	if !ok {
		return nil, a, issuer.Algorithm{}, &usageError{fmt.Errorf("--authority: %s", strings.Join(labels(), ", "))}
	}
	algorithm, ok := issuer.AlgorithmByName(*c.algorithm)
	if !ok {
		return nil, a, algorithm, &usageError{fmt.Errorf("--algorithm: không có %q, xem / no %q, see: mock-reader issuer print --algorithms", *c.algorithm, *c.algorithm)}
	}
	i, err := openIssuer(*c.dir)
	return i, a, algorithm, err
}

func issuerRevoke(c command, args []string, io streams) error {
	flags := c.flags(io)
	dir := flags.String("issuer", "", issuerHelp)
	authority := flags.String("authority", issuer.Genuine.Label, "CSCA")
	serial := flags.String("serial", "", "số sê-ri dạng thập lục phân, xem issuer print / the serial number in hexadecimal, see issuer print")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if _, ok := issuer.AuthorityByLabel(*authority); !ok {
		return &usageError{fmt.Errorf("--authority: %s", strings.Join(labels(), ", "))}
	}
	number, ok := new(big.Int).SetString(*serial, 16)
	if !ok || number.Sign() <= 0 {
		return &usageError{errors.New("--serial: cần số thập lục phân / a hexadecimal number is needed")}
	}
	if *dir == "" {
		return &usageError{errors.New("cơ quan công bố không thu hồi được gì thêm: cần --issuer / the published issuer revokes nothing more: --issuer is needed")}
	}
	if _, err := openIssuer(*dir); err != nil {
		return err
	}
	if err := issuer.Revoke(*dir, *authority, number, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(io.out, "%s %s\nmock-reader trust --issuer %s --out DIR\n", *authority, number.Text(16), *dir)
	return nil
}
