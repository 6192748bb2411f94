package main

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

// block is a piece of code that runs as a whole, as profiles name it.
type block struct {
	file                             string
	fromLine, fromCol, toLine, toCol int
}

// profile tells of each block how many statements it has and how often it ran.
type profile map[block]struct{ statements, runs int }

// read adds a profile of the go tool's.
func (p profile) read(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		text := lines.Text()
		if strings.HasPrefix(text, "mode:") {
			continue
		}
		file, rest, _ := strings.Cut(text, ":")
		b := block{file: strings.TrimPrefix(file, module)}
		var statements, runs int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &b.fromLine, &b.fromCol, &b.toLine, &b.toCol, &statements, &runs); err != nil {
			return fmt.Errorf("%s: %q: %w", name, text, err)
		}
		sum := p[b]
		sum.statements, sum.runs = statements, sum.runs+runs
		p[b] = sum
	}
	return lines.Err()
}

// room is a package with what its tests leave out.
type room struct {
	path            string
	statements, ran int
	gaps            []gap
}

// helpers are rooms that serve tests alone.
var helpers = []string{"cardlib/cms/cmstest", "cardlib/internal/script", "cardlib/internal/wycheproof"}

// rooms sorts the blocks by package and looks at those that never ran.
func (p profile) rooms(root string) ([]room, error) {
	byPath := map[string]*room{}
	sources := sources{root: root, files: map[string]*source{}}
	for b, count := range p {
		folder := path.Dir(b.file)
		if slices.Contains(helpers, folder) {
			continue
		}
		r := byPath[folder]
		if r == nil {
			r = &room{path: folder}
			byPath[folder] = r
		}
		r.statements += count.statements
		if count.runs > 0 {
			r.ran += count.statements
			continue
		}
		if count.statements == 0 {
			continue
		}
		g, err := sources.gap(b)
		if err != nil {
			return nil, err
		}
		r.gaps = append(r.gaps, g)
	}
	var all []room
	for _, r := range byPath {
		slices.SortFunc(r.gaps, func(a, b gap) int {
			if a.file != b.file {
				return strings.Compare(a.file, b.file)
			}
			return a.fromLine - b.fromLine
		})
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b room) int { return strings.Compare(a.path, b.path) })
	return all, nil
}
