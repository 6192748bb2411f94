package cardlib

import (
	"slices"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
)

// GroupStatus is what became of a data group.
type GroupStatus string

// A group that EF.SOD does not list is absent; one that nobody asked for was
// skipped; one that could not be had is unavailable.
const (
	GroupRead        GroupStatus = "read"
	GroupAbsent      GroupStatus = "absent"
	GroupSkipped     GroupStatus = "skipped"
	GroupUnavailable GroupStatus = "unavailable"
)

// GroupState is what became of a data group, and why.
type GroupState struct {
	Status GroupStatus
	// Reason is empty for a group that was read or is absent.
	Reason verdict.Reason
}

// groupStates tells of every group that EF.SOD lists or that was wanted.
func (r *read) groupStates() map[lds.Group]GroupState {
	states := map[lds.Group]GroupState{}
	wanted := r.plan.wanted()
	for _, g := range lds.Groups() {
		if wanted[g] || r.sod != nil && r.sod.Lists(g) {
			states[g] = r.groupState(g, wanted[g])
		}
	}
	return states
}

func (r *read) groupState(g lds.Group, wanted bool) GroupState {
	sw, denied := r.denied[g]
	switch {
	case r.raw[g] != nil:
		return GroupState{Status: GroupRead}
	case r.sod != nil && !r.sod.Lists(g):
		return GroupState{Status: GroupAbsent}
	case !wanted:
		return GroupState{GroupSkipped, verdict.NotAsked}
	case denied && sw == apdu.SWSecurityStatus && slices.Contains(protected, g):
		return GroupState{GroupUnavailable, r.terminal.reason}
	case denied && sw == apdu.SWSecurityStatus:
		return GroupState{GroupUnavailable, verdict.GroupRefused}
	case denied:
		return GroupState{GroupUnavailable, verdict.Stripped}
	}
	return GroupState{GroupUnavailable, verdict.GroupUnread}
}

// unread are the groups that EF.SOD lists and the plan wants, and that neither
// arrived whole nor were refused.
func (r *read) unread() []lds.Group {
	var groups []lds.Group
	states := r.groupStates()
	for _, g := range lds.Groups() {
		if states[g].Reason == verdict.GroupUnread {
			groups = append(groups, g)
		}
	}
	return groups
}
