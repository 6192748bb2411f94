package script

import (
	"fmt"
	"regexp"
	"slices"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/trace"
)

// check returns everything that is wrong.
func (s *Script) check() []error {
	c := &checker{running: map[string]bool{}}
	if len(s.Steps) == 0 {
		c.say(0, "there are no steps")
	}
	for i, r := range s.Readers {
		if (r.VPCD == "") == (r.Listen == "") {
			c.say(0, "reader %d: want vpcd or listen", i+1)
		}
	}
	if s.Link != "" {
		if _, err := linkmodel.Parse(s.Link); err != nil {
			c.say(0, "link: %v", err)
		}
	}
	c.steps(s.Steps, 1)
	if c.count > maxSteps {
		c.say(0, "%d steps; %d are the most", c.count, maxSteps)
	}
	return c.problems
}

// checker gathers what is wrong.
type checker struct {
	count    int
	running  map[string]bool // programs that were started and not finished
	problems []error
}

func (c *checker) say(line int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if line > 0 {
		text = fmt.Sprintf("line %d: %s", line, text)
	}
	c.problems = append(c.problems, fmt.Errorf("  %s", text))
}

func (c *checker) steps(steps []Step, depth int) {
	if depth > maxDepth {
		c.say(steps[0].line, "steps in steps in steps")
		return
	}
	for i := range steps {
		c.count++
		c.step(&steps[i])
		if len(steps[i].Steps) > 0 {
			c.steps(steps[i].Steps, depth+1)
		}
	}
}

// step checks one step.
func (c *checker) step(s *Step) {
	kinds := s.kinds()
	switch {
	case len(kinds) == 0 && s.Expect == nil:
		c.say(s.line, "nothing to do")
	case len(kinds) > 1:
		c.say(s.line, "two things at once: %s and %s", kinds[0], kinds[1])
	case s.Expect != nil && len(kinds) == 1 && kinds[0] != "run" && kinds[0] != "finish":
		c.say(s.line, "expect goes with run and finish, or stands alone")
	case s.Expect != nil && len(kinds) == 0 && s.Expect.ofProgram():
		c.say(s.line, "exit, json, stdout and stderr belong to run or finish")
	}
	if s.Reader < 0 || s.Reader > maxReaders {
		c.say(s.line, "there is no reader %d", s.Reader)
	}
	if s.ForEach.empty() != (len(s.Steps) == 0) {
		c.say(s.line, "forEach and steps belong together")
	}
	c.values(s)
	c.programs(s)
	if s.Expect != nil {
		c.expect(s.line, s.Expect)
	}
}

// values checks what the fields hold.
func (c *checker) values(s *Step) {
	if s.Tear != "" {
		if _, err := rack.ParseTear(s.Tear); err != nil {
			c.say(s.line, "%v", err)
		}
	}
	if s.Link != "" {
		if _, err := linkmodel.Parse(s.Link); err != nil {
			c.say(s.line, "%v", err)
		}
	}
	if u := s.Until; u != nil {
		if *u == (Until{}) {
			c.say(s.line, "until what? event, text or file")
		}
		if u.Event != "" && !slices.Contains([]trace.Kind{trace.Insert, trace.Remove, trace.Torn, trace.APDU, trace.Reset}, trace.Kind(u.Event)) {
			c.say(s.line, "until: no event %q (insert, remove, torn, apdu, reset)", u.Event)
		}
	}
}

// programs checks that names of programs fit each other.
func (c *checker) programs(s *Step) {
	if (len(s.Start) > 0) != (s.Name != "") {
		c.say(s.line, "start and name belong together")
	}
	if s.Name != "" {
		if c.running[s.Name] {
			c.say(s.line, "%q runs already", s.Name)
		}
		c.running[s.Name] = true
	}
	for _, name := range []string{s.Finish, s.Stop} {
		if name != "" && !c.running[name] {
			c.say(s.line, "no program %q was started", name)
		}
		delete(c.running, name)
	}
}

func (c *checker) expect(line int, e *Expect) {
	if !slices.Contains([]string{"", "in", "out"}, e.Card) {
		c.say(line, "card: %q is neither in nor out", e.Card)
	}
	if !slices.Contains([]string{"", "PACE", "BAC", "none"}, e.Access) {
		c.say(line, "access: %q is none of PACE, BAC, none", e.Access)
	}
	for _, f := range slices.Concat(e.Read, e.NotRead) {
		if trace.FileID(f) == 0 {
			c.say(line, "no file %q (COM, SOD, DG1 to DG16)", f)
		}
	}
}

// kinds are the things that a step does.
func (s *Step) kinds() []string {
	var kinds []string
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"insert", s.Insert != ""}, {"remove", s.Remove}, {"tear", s.Tear != ""}, {"link", s.Link != ""}, {"wait", s.Wait != 0},
		{"until", s.Until != nil}, {"run", len(s.Run) > 0}, {"start", len(s.Start) > 0}, {"finish", s.Finish != ""},
		{"stop", s.Stop != ""}, {"save", s.Save != ""}, {"forEach", !s.ForEach.empty()},
	} {
		if k.set {
			kinds = append(kinds, k.name)
		}
	}
	return kinds
}

// variable is how a value is asked for.
var variable = regexp.MustCompile(`\$\{([A-Za-z0-9]*)\}`)
