package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Summary is the whole run.
type Summary struct {
	Cases    []Result  `json:"cases"`
	Families []*Family `json:"families"`
	Passed   int       `json:"passed"`
	Failed   int       `json:"failed"`
	Seconds  float64   `json:"seconds"`
}

// Family counts the cases of one family.
type Family struct {
	Name   string `json:"name"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
}

// add counts a result. Results of a family come one after the other.
func (s *Summary) add(r Result) {
	s.Cases = append(s.Cases, r)
	n := len(s.Families)
	if n == 0 || s.Families[n-1].Name != r.Family {
		s.Families = append(s.Families, &Family{Name: r.Family})
		n++
	}
	if r.Status == statusPass {
		s.Passed++
		s.Families[n-1].Passed++
		return
	}
	s.Failed++
	s.Families[n-1].Failed++
}

// String is the closing line.
func (s Summary) String() string {
	var families []string
	for _, f := range s.Families {
		families = append(families, fmt.Sprintf("%s %d/%d", f.Name, f.Passed, f.Passed+f.Failed))
	}
	return fmt.Sprintf("%d cases: %d passed, %d failed, %.1f s (%s)",
		len(s.Cases), s.Passed, s.Failed, s.Seconds, strings.Join(families, ", "))
}

// write closes the run: the closing line, or all of it as JSON.
func (s Summary) write(out io.Writer, asJSON bool) error {
	if !asJSON {
		_, err := fmt.Fprintln(out, s)
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(s)
}
