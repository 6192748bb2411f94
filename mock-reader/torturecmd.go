package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"chipid/mock-reader/torture"
)

// tortureCommand reads bad cards by the thousand with this project's own reader.
func tortureCommand() command {
	return command{"torture", "hành hạ bộ đọc của dự án bằng hàng nghìn thẻ và đường truyền hỏng",
		"torture the project's own reader with thousands of bad cards and links",
		"mock-reader torture [--seed S] [--cases N] [--only NUMBER] [--first] [--workers W] [--json]", runTorture}
}

// errFound is a run that found something.
var errFound = errors.New("bộ đọc có lỗi / the reader failed")

func runTorture(ctx context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	o := torture.Options{}
	flags.Uint64Var(&o.Seed, "seed", 1, "chọn bit, số và ca thử / chooses bits, numbers and cases")
	flags.IntVar(&o.Cases, "cases", 0, "số ca thử, 0: mỗi ca một lần / how many, 0: each once")
	flags.IntVar(&o.Only, "only", 0, "chỉ chạy ca có số này / run this case only")
	flags.BoolVar(&o.First, "first", false, "dừng ở ca đầu tiên có lỗi / stop at the first case that goes wrong")
	flags.IntVar(&o.Workers, "workers", 0, "số ca chạy cùng lúc, 0: mỗi bộ xử lý một ca / how many at a time, 0: one a processor")
	asJSON := flags.Bool("json", false, "cho máy đọc / for scripts")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if o.Cases < 0 || o.Only < 0 || o.Workers < 0 {
		return &usageError{errors.New("số âm / negative number")}
	}
	o.Progress = func(done, total int) { fmt.Fprintf(io.err, "mock-reader: %d/%d\n", done, total) }
	report, err := torture.Run(ctx, o)
	if err != nil {
		return err
	}
	if *asJSON {
		encoder := json.NewEncoder(io.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(report); err != nil {
			return err
		}
	} else {
		fmt.Fprint(io.out, report)
	}
	if !report.Good() {
		return errFound
	}
	return nil
}
