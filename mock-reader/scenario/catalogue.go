package scenario

import "slices"

// All returns the scenarios, the genuine card first. Names are never changed and
// never given to another card.
func All() []Scenario {
	return slices.Concat(
		goodCards(), faces(), changedData(), droppedFiles(), signers(), oddSigners(), chipKeys(), chipAuthKinds(),
		access(), paceKinds(), mapping(), linkTrouble(), brokenLinks(), hostile(), malformedDG13(), terminals(),
	)
}
