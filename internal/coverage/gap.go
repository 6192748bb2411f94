package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// gap is a block that no test ran.
type gap struct {
	block
	function string
	source   string
	why      string
}

// place names it as people find it.
func (g gap) place() string { return fmt.Sprintf("%s:%d", g.file, g.fromLine) }

// source is a file and its functions.
type source struct {
	lines     []string
	functions []function
}

type function struct {
	name     string
	from, to int
}

type sources struct {
	root  string
	files map[string]*source
}

// gap finds out where a block is and why no test runs it.
func (s sources) gap(b block) (gap, error) {
	src, err := s.file(b.file)
	if err != nil {
		return gap{}, err
	}
	g := gap{block: b, source: src.text(b)}
	for _, f := range src.functions {
		if f.from <= b.fromLine && b.fromLine <= f.to {
			g.function = f.name
		}
	}
	g.why = reason(g)
	return g, nil
}

func (s sources) file(name string) (*source, error) {
	if known := s.files[name]; known != nil {
		return known, nil
	}
	raw, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, raw, 0)
	if err != nil {
		return nil, err
	}
	src := &source{lines: strings.Split(string(raw), "\n")}
	for _, decl := range parsed.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok {
			src.functions = append(src.functions, function{nameOf(d), set.Position(d.Pos()).Line, set.Position(d.End()).Line})
		}
	}
	s.files[name] = src
	return src, nil
}

// nameOf is "Read", or "SOD.Prepare" for a method.
func nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if id, ok := kind.(*ast.Ident); ok {
		return id.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// text is the block without the braces around it.
func (s *source) text(b block) string {
	lines := append([]string(nil), s.lines[b.fromLine-1:b.toLine]...)
	lines[len(lines)-1] = lines[len(lines)-1][:min(b.toCol-1, len(lines[len(lines)-1]))]
	lines[0] = lines[0][min(b.fromCol-1, len(lines[0])):]
	return strings.Trim(strings.TrimSpace(strings.Join(lines, "\n")), "{} \t\n")
}

// passesOn is a block that hands an error up, and does nothing else: of a call before
// it, maybe with words around it, or beside empty values.
var passesOn = regexp.MustCompile(`^return (?:[^;\n]*, )?(?:err|nil, err|false, err|fault\([^)]*err\)|[a-zA-Z.]*\(?"?[^\n]*%w[^\n]*err\))$`)

// refuses is a block that makes an error of what was read, and does nothing else.
var refuses = regexp.MustCompile(`^(?:return |c\.fail\(|l\.problem\(|r\.tooLong = true)[^\n]*(?:malformed\(|unsupported\(|refused\(|\bErr[A-Z]\w*|&(?:Error|Refusal)\{|errors\.New|r\.tooLong)[^\n]*(?:\n\s*return[^\n]*)?$`)

// isRest is a block that returns nothing of interest.
var isRest = regexp.MustCompile(`^return(?: (?:0|nil|false|true|""|sets|bad)(?:, (?:0|nil|false|true))*)?(?: //[^\n]*)?$`)

// reason says why no test runs a gap; empty if nobody knows.
func reason(g gap) string {
	for _, r := range reasons {
		if r.where == path.Dir(g.file) || r.where == g.file || r.where == path.Dir(g.file)+"."+g.function {
			return r.why
		}
	}
	switch name := g.function[strings.LastIndex(g.function, ".")+1:]; {
	case name == "String" || name == "Error":
		return whyText
	case refuses.MatchString(g.source):
		return whyRefused
	case isRest.MatchString(g.source):
		return whyRest
	case passesOn.MatchString(g.source):
		return whyPassedOn
	case strings.HasPrefix(g.source, "panic("):
		return whyPanic
	}
	return ""
}
