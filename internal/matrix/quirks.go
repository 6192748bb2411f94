package main

// quirkCases are the traps that cost other readers their users, by where they lie.
func quirkCases() []Case {
	var all []Case
	for _, family := range [][]quirk{accessQuirks(), fileQuirks(), readQuirks(), lengthQuirks(), glitchQuirks(), proofQuirks(), dataQuirks()} {
		for _, q := range family {
			all = append(all, q.toCase())
		}
	}
	return all
}
