package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// room is a folder of cardlib with its parsed files.
type room struct {
	path         string
	files, tests []*ast.File
}

// library parses every room of cardlib.
func library(t *testing.T) []room {
	t.Helper()
	rooms := map[string]*room{}
	set := token.NewFileSet()
	err := filepath.WalkDir(filepath.Join(top, "cardlib"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		if rooms[dir] == nil {
			rooms[dir] = &room{path: dir}
		}
		if strings.HasSuffix(path, "_test.go") {
			rooms[dir].tests = append(rooms[dir].tests, file)
		} else {
			rooms[dir].files = append(rooms[dir].files, file)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(rooms), 25)
	var all []room
	for _, r := range rooms {
		all = append(all, *r)
	}
	return all
}

// TestEveryExportedNameIsDocumented: what others may call says what it does.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	documented := 0
	for _, r := range library(t) {
		for _, file := range r.files {
			for _, decl := range file.Decls {
				for _, name := range undocumented(decl, &documented) {
					t.Errorf("%s: %s has no comment", r.path, name)
				}
			}
		}
	}
	assert.Greater(t, documented, 500)
}

// undocumented names what a declaration exports without a comment. A comment over a
// group of constants or variables serves for all of them.
func undocumented(decl ast.Decl, documented *int) []string {
	var names []string
	judge := func(name string, doc *ast.CommentGroup) {
		switch {
		case !ast.IsExported(name):
		case doc == nil:
			names = append(names, name)
		default:
			*documented++
		}
	}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d)) && !obvious[d.Name.Name] {
			judge(d.Name.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				judge(s.Name.Name, either(s.Doc, d.Doc))
			case *ast.ValueSpec:
				for _, name := range s.Names {
					judge(name.Name, either(s.Doc, either(d.Doc, s.Comment)))
				}
			}
		}
	}
	return names
}

// obvious are methods of which the language says what they do.
var obvious = map[string]bool{"Error": true, "Unwrap": true, "String": true, "Is": true, "As": true}

func either(a, b *ast.CommentGroup) *ast.CommentGroup {
	if a != nil {
		return a
	}
	return b
}

func receiver(d *ast.FuncDecl) string {
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if name, ok := kind.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// TestNoGlobalState: no function of cardlib changes a variable of its package.
func TestNoGlobalState(t *testing.T) {
	looked := 0
	for _, r := range library(t) {
		globals := map[string]bool{}
		for _, file := range r.files {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
					for _, spec := range d.Specs {
						for _, name := range spec.(*ast.ValueSpec).Names {
							globals[name.Name] = name.Name != "_"
						}
					}
				}
			}
		}
		for _, file := range r.files {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil {
					looked++
					for _, name := range changed(d, globals) {
						t.Errorf("%s: %s changes the package's %s", r.path, d.Name.Name, name)
					}
				}
			}
		}
	}
	assert.Greater(t, looked, 800)
}

// changed are the variables of the package that a function assigns to, in whole or in
// part. Names that it declares itself are its own.
func changed(d *ast.FuncDecl, globals map[string]bool) []string {
	own := map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, to := range s.Lhs {
					own[root(to)] = true
				}
			}
		case *ast.RangeStmt:
			own[root(s.Key)], own[root(s.Value)] = true, true
		case *ast.Field:
			for _, name := range s.Names {
				own[name.Name] = true
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				own[name.Name] = true
			}
		}
		return true
	})
	var names []string
	note := func(to ast.Expr) {
		if name := root(to); globals[name] && !own[name] {
			names = append(names, name)
		}
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			for _, to := range s.Lhs {
				note(to)
			}
		case *ast.IncDecStmt:
			note(s.X)
		case *ast.CallExpr: // delete and clear
			if f, ok := s.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") {
				note(s.Args[0])
			}
		}
		return true
	})
	return names
}

// root is the variable of which an expression is a part.
func root(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return root(x.X)
	case *ast.IndexExpr:
		return root(x.X)
	case *ast.StarExpr:
		return root(x.X)
	case *ast.ParenExpr:
		return root(x.X)
	}
	return ""
}

// TestEveryParserIsFuzzed: what reads bytes of others is called by a fuzz target of
// its own room.
func TestEveryParserIsFuzzed(t *testing.T) {
	parser := regexp.MustCompile(`^(Parse|ReadTag|ReadOnly|Decode|Load|Add)`)
	found := 0
	for _, r := range library(t) {
		calls := fuzzed(r.tests)
		for _, file := range r.files {
			for _, decl := range file.Decls {
				d, ok := decl.(*ast.FuncDecl)
				if !ok || !ast.IsExported(d.Name.Name) || !parser.MatchString(d.Name.Name) || !takesBytes(d) || fuzzedElsewhere(r.path) {
					continue
				}
				found++
				assert.True(t, slices.Contains(calls, d.Name.Name), "%s: no fuzz target calls %s", r.path, d.Name.Name)
			}
		}
	}
	assert.Greater(t, found, 40)
}

// fuzzedElsewhere: the decoder of JPEG 2000 runs in a child process, whose troubles
// portrait.FuzzRender looks for from outside.
func fuzzedElsewhere(path string) bool { return strings.HasSuffix(path, "portrait/decoder") }

// takesBytes tells whether a parameter is []byte or text that is to be parsed.
func takesBytes(d *ast.FuncDecl) bool {
	for _, p := range d.Type.Params.List {
		array, isArray := p.Type.(*ast.ArrayType)
		if isArray {
			element, ok := array.Elt.(*ast.Ident)
			return ok && element.Name == "byte"
		}
		if kind, ok := p.Type.(*ast.Ident); ok && kind.Name == "string" && len(p.Names) == 1 && p.Names[0].Name == "text" {
			return true
		}
	}
	return false
}

// fuzzed are the functions that fuzz targets name, themselves or in what they call.
func fuzzed(tests []*ast.File) []string {
	bodies, calls := map[string]*ast.BlockStmt{}, []string{}
	var targets []string
	for _, file := range tests {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil {
				bodies[d.Name.Name] = d.Body
				if strings.HasPrefix(d.Name.Name, "Fuzz") {
					targets = append(targets, d.Name.Name)
				}
			}
		}
	}
	seen := map[string]bool{}
	for len(targets) > 0 {
		name := targets[0]
		targets = targets[1:]
		body := bodies[name]
		if body == nil || seen[name] {
			continue
		}
		seen[name] = true
		ast.Inspect(body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				calls, targets = append(calls, id.Name), append(targets, id.Name)
			}
			return true
		})
	}
	return calls
}
