package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/trace"
)

// watchOptions are the flags of `watch`.
type watchOptions struct {
	at, file string
	filter   trace.Filter
	style    trace.Style
	json     bool
	pace     float64
}

// watchCommand shows on a terminal what the operator's page shows.
func watchCommand() command {
	return command{"watch", "xem từng lệnh APDU được giải nghĩa, khi chúng đi qua hoặc từ bản đã lưu",
		"watch the APDUs explained line by line, as they pass or from a saved trace",
		"mock-reader watch --at 'http://127.0.0.1:8602/#TOKEN' | --file trace.json [--text T] [--trouble] [--no-reads] [--bytes] [--json]", runWatch}
}

func runWatch(ctx context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	var o watchOptions
	flags.StringVar(&o.at, "at", "", "địa chỉ trang điều khiển, kể cả phần sau # / the page's address with what stands behind the #")
	flags.StringVar(&o.file, "file", "", "bản đã lưu, - là stdin / a saved trace, - for stdin")
	flags.StringVar(&o.filter.Text, "text", "", "chỉ dòng có chữ này / only lines with this text")
	flags.StringVar(&o.filter.Reader, "reader", "", "chỉ đầu đọc này / only this reader")
	flags.BoolVar(&o.filter.Trouble, "trouble", false, "chỉ chỗ có vấn đề / troubles only")
	flags.BoolVar(&o.filter.NoReads, "no-reads", false, "ẩn lệnh đọc suôn sẻ / hide good reads")
	flags.BoolVar(&o.style.Bytes, "bytes", false, "in cả byte và đối tượng dữ liệu / print bytes and data objects")
	flags.BoolVar(&o.json, "json", false, "mỗi dòng một đối tượng JSON / one JSON object a line")
	flags.Float64Var(&o.pace, "pace", 0, "phát bản đã lưu theo nhịp, 1 là như lúc ghi / replay a saved trace at this pace, 1 as recorded")
	flags.StringVar(&o.style.Language, "lang", "vi", "vi | en")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	switch {
	case (o.at == "") == (o.file == ""):
		return &usageError{errors.New("cần --at hoặc --file / --at or --file is needed")}
	case o.style.Language != "vi" && o.style.Language != "en":
		return &usageError{errors.New("--lang: vi | en")}
	case o.pace < 0:
		return &usageError{errors.New("--pace < 0")}
	}
	o.style.Colour, o.style.Reader = colourful(io.out), o.filter.Reader == ""
	if o.file != "" {
		return o.replay(ctx, io)
	}
	return o.follow(ctx, io.out)
}

// colourful tells whether out is a terminal that wants colours.
func colourful(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// print writes the lines that the filter takes.
func (o *watchOptions) print(out io.Writer, lines []trace.Line) error {
	chosen := o.filter.Choose(lines)
	for i := range chosen {
		if o.json {
			if err := json.NewEncoder(out).Encode(&chosen[i]); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprint(out, o.style.Print(&chosen[i])); err != nil {
			return err
		}
	}
	return nil
}

// longestPause bounds the pauses of a replay at pace 1.
const longestPause = 2 * time.Second

// replay prints a saved trace.
func (o *watchOptions) replay(ctx context.Context, streams streams) error {
	in := streams.in
	if o.file != "-" {
		f, err := os.Open(o.file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	lines, err := trace.Read(in)
	if err != nil {
		return err
	}
	if o.pace == 0 {
		return o.print(streams.out, lines)
	}
	for i := range lines {
		if i > 0 {
			pause := min(max(lines[i].Time.Sub(lines[i-1].Time), 0), longestPause)
			if linkmodel.Sleep(ctx, time.Duration(float64(pause)/o.pace)) != nil {
				return nil
			}
		}
		if err := o.print(streams.out, lines[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// longestEvent bounds one event of a stream, in bytes.
const longestEvent = 256 << 20

// follow prints what passes at a running mock until it or ctx ends.
func (o *watchOptions) follow(ctx context.Context, out io.Writer) error {
	place, token, err := pageOf(o.at)
	if err != nil {
		return &usageError{err}
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, place+"/api/events?"+o.query().Encode(), nil)
	if err != nil {
		return &usageError{err}
	}
	q.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("không có chương trình nào ở địa chỉ này / nothing answers there: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refused(resp)
	}
	err = o.events(out, resp.Body)
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		err = io.EOF
	}
	return fmt.Errorf("chương trình kia đã kết thúc / the mock has ended: %w", err)
}

// query asks the mock to filter, so that little is sent.
func (o *watchOptions) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "false" {
			q.Set(name, value)
		}
	}
	set("text", o.filter.Text)
	set("reader", o.filter.Reader)
	set("trouble", fmt.Sprint(o.filter.Trouble))
	set("noReads", fmt.Sprint(o.filter.NoReads))
	return q
}

// pageOf splits the page's address into place and token.
func pageOf(address string) (place, token string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return "", "", fmt.Errorf("--at %q: http://HOST:PORT/#TOKEN", address)
	}
	if token = u.Fragment; token == "" {
		token = os.Getenv(tokenVariable)
	}
	return "http://" + u.Host, token, nil
}

// refused says what the mock answered.
func refused(resp *http.Response) error {
	var answer struct {
		Error struct {
			Message trace.Text `json:"message"`
		} `json:"error"`
	}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&answer)
	return fmt.Errorf("%s: %s / %s", resp.Status, answer.Error.Message.Vi, answer.Error.Message.En)
}

// events prints the lines of an event stream.
func (o *watchOptions) events(out io.Writer, stream io.Reader) error {
	scanner := bufio.NewScanner(stream)
	scanner.Buffer(nil, longestEvent)
	wanted := false
	for scanner.Scan() {
		name, value, _ := strings.Cut(scanner.Text(), ": ")
		switch {
		case name == "event":
			wanted = value == "lines"
		case name == "data" && wanted:
			lines, err := trace.Read(strings.NewReader(value))
			if err != nil {
				return err
			}
			if err := o.print(out, lines); err != nil {
				return err
			}
		}
	}
	return scanner.Err()
}
