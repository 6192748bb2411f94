package cardlib

import (
	"crypto/sha256"
	"sync"

	"chipid/cardlib/files"
	"chipid/cardlib/pace"
)

// Kind names chips that were made alike, by what they say before they are opened.
// It is not personal: the answer to reset holds no serial number, and
// EF.CardAccess is the same on every card of an issue.
type Kind struct {
	// ATR is the answer to reset, as bytes.
	ATR string
	// CardAccess is the SHA-256 of EF.CardAccess, zeros if it could not be read.
	CardAccess [sha256.Size]byte
}

// Knowledge is what was learnt of a kind of chip: habits that cost commands, resets
// or a whole new channel to find out. It never makes a check or a way in weaker, and
// a wrong one costs time only.
type Knowledge struct {
	// Files is how the chip lets files be read.
	Files files.Learnt
	// Parameter is the form of MSE:Set AT that the chip took for PACE.
	Parameter pace.ParameterForm
	// ActiveAuthFirst: active authentication works only before chip authentication.
	ActiveAuthFirst bool
}

// Memory keeps knowledge across reads. What a reader cannot carry looks like a
// limit of the chip's, so let different readers have each their own. It must be
// safe for concurrent use.
type Memory interface {
	// Recall returns what is known of a kind; nothing is the zero Knowledge.
	Recall(Kind) Knowledge
	// Learn replaces it.
	Learn(Kind, Knowledge)
}

// maxKinds is how many kinds a ShortMemory keeps: a country has a few, a hostile
// chip can make them up.
const maxKinds = 64

// ShortMemory is a [Memory] that lasts as long as the process and forgets the kind
// that it heard of first when there are too many. The zero value is empty and ready.
type ShortMemory struct {
	lock  sync.Mutex
	known map[Kind]Knowledge
	order []Kind
}

// Recall implements Memory.
func (m *ShortMemory) Recall(k Kind) Knowledge {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.known[k]
}

// Learn implements Memory.
func (m *ShortMemory) Learn(k Kind, knowledge Knowledge) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if _, old := m.known[k]; !old {
		if m.known == nil {
			m.known = map[Kind]Knowledge{}
		}
		if len(m.order) == maxKinds {
			delete(m.known, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, k)
	}
	m.known[k] = knowledge
}

// recall begins with what is known of chips like this one.
func (r *read) recall() {
	r.kind.ATR = string(r.link.LinkInfo().ATR)
	if r.plan.Memory != nil {
		r.known = r.plan.Memory.Recall(r.kind)
	}
}

// learn keeps what this read found out, once it has come to its end.
func (r *read) learn() {
	if r.plan.Memory == nil || r.files == nil {
		return
	}
	learnt := r.known
	learnt.Files = r.files.Learnt()
	if learnt != r.known || learnt != r.plan.Memory.Recall(r.kind) {
		r.plan.Memory.Learn(r.kind, learnt)
	}
}
