package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"chipid/mock-reader/trace"
)

// Times of an event stream.
const (
	heartbeat  = 15 * time.Second // so that a side that went away is noticed
	writeLimit = 10 * time.Second
)

// maxBatch bounds the lines of one event.
const maxBatch = 200

// trace gives the lines that are kept, filtered, as they are saved.
func (d Desk) trace(w http.ResponseWriter, r *http.Request) {
	since, filter, err := asked(r.URL.Query())
	if err != nil {
		refuse(w, badRequest.with(err.Error()))
		return
	}
	lines, _ := d.Rack.Tape().Since(since)
	w.Header().Set("Content-Disposition", `attachment; filename="trace.json"`)
	answer(w, trace.NewSaved(filter.Choose(lines)))
}

// clear forgets the lines.
func (d Desk) clear(w http.ResponseWriter, _ *http.Request) {
	d.Rack.Tape().Clear()
	w.WriteHeader(http.StatusNoContent)
}

// asked reads since and the filter.
func asked(q url.Values) (since uint64, f trace.Filter, err error) {
	flag := func(name string) bool {
		switch q.Get(name) {
		case "true":
			return true
		case "", "false":
		default:
			err = fmt.Errorf("%s: want true or false", name)
		}
		return false
	}
	f = trace.Filter{Reader: q.Get("reader"), Text: q.Get("text"), Trouble: flag("trouble"), NoReads: flag("noReads")}
	if text := q.Get("since"); text != "" {
		if since, err = strconv.ParseUint(text, 10, 64); err != nil {
			err = fmt.Errorf("since: want a number")
		}
	}
	for name := range q {
		switch name {
		case "since", "reader", "text", "trouble", "noReads":
		default:
			err = fmt.Errorf("%s: not known", name)
		}
	}
	return since, f, err
}

// events tells the state of the readers and the lines of the tape, at once and as
// they come, as server-sent events "readers" and "lines".
func (d Desk) events(w http.ResponseWriter, r *http.Request, room chan struct{}) {
	since, filter, err := asked(r.URL.Query())
	if err != nil {
		refuse(w, badRequest.with(err.Error()))
		return
	}
	select {
	case room <- struct{}{}:
		defer func() { <-room }()
	default:
		refuse(w, tooMany)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	s := &stream{w: w, out: http.NewResponseController(w)}
	s.run(d, r, since, filter)
}

// stream is one open event stream.
type stream struct {
	w   http.ResponseWriter
	out *http.ResponseController
}

func (s *stream) run(d Desk, r *http.Request, since uint64, filter trace.Filter) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	states, changed := d.Rack.State()
	if s.send("readers", readersAnswer{states}) != nil {
		return
	}
	for {
		lines, more := d.Rack.Tape().Since(since)
		if s.lines(filter, lines) != nil {
			return
		}
		if len(lines) > 0 {
			since = lines[len(lines)-1].Seq
		}
		select {
		case <-more:
		case <-changed:
			states, changed = d.Rack.State()
			if s.send("readers", readersAnswer{states}) != nil {
				return
			}
		case <-beat.C:
			if s.write(": \n\n") != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

// lines sends what the filter takes, in batches.
func (s *stream) lines(filter trace.Filter, lines []trace.Line) error {
	chosen := filter.Choose(lines)
	for len(chosen) > 0 {
		n := min(maxBatch, len(chosen))
		if err := s.send("lines", trace.NewSaved(chosen[:n])); err != nil {
			return err
		}
		chosen = chosen[n:]
	}
	return nil
}

func (s *stream) send(event string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, b))
}

func (s *stream) write(text string) error {
	_ = s.out.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.out.Flush()
}
