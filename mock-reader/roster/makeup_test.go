package roster

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// TestMadeUpPeople are plausible, different, and nobody.
func TestMadeUpPeople(t *testing.T) {
	const n = 2000
	people := MakeUp("42", n)
	require.Len(t, people, n)
	seen := map[string]bool{}
	families, provinces, names, ages := map[string]int{}, map[string]int{}, map[string]int{}, map[int]int{}
	for _, p := range people {
		assert.False(t, seen[p.Number], p.Number)
		seen[p.Number] = true
		require.True(t, strings.HasPrefix(p.Number, "000"))
		family, _, _ := strings.Cut(p.FullName, " ")
		families[family]++
		names[p.FullName]++
		provinces[p.Origin[strings.LastIndex(p.Origin, ", ")+2:]]++
		ages[(today.Year-p.Birth.Year)/10]++
		assert.True(t, strings.ContainsAny(p.FullName, " "))
		assert.True(t, endsInSample(p.FullName), p.FullName)
		assert.False(t, p.Issued.Before(p.Birth))
		assert.False(t, today.Before(p.Issued))
		if p.Issued.Before(p.Birth.AddYears(14)) {
			assert.Equal(t, persona.CanCuoc2024, p.Generation, "no child had a card before the new law")
		}
	}
	assert.Greater(t, families["Nguyễn"], n/4)
	assert.Greater(t, len(families), 20)
	assert.Greater(t, len(provinces), 60)
	assert.Greater(t, len(names), n*9/10)
	for decade := range 8 {
		assert.Greater(t, ages[decade], n/200, "people of %d0", decade)
	}
}

func endsInSample(name string) bool {
	for _, s := range samples {
		if strings.HasSuffix(name, " "+s) {
			return true
		}
	}
	return false
}

// TestFamiliesFit: children have their father's family name and parents of an age.
func TestFamiliesFit(t *testing.T) {
	people := MakeUp("7", 1000)
	byName := map[string]persona.Persona{}
	for _, p := range people {
		byName[p.FullName] = p
	}
	children, couples := 0, 0
	for _, p := range people {
		if mother, ok := byName[p.Mother]; ok && mother.Residence == p.Residence {
			children++
			age := p.Birth.Year - mother.Birth.Year
			assert.True(t, age >= 20 && age <= 38, "mother of %d", age)
			if p.Father != "" {
				father, _, _ := strings.Cut(p.Father, " ")
				own, _, _ := strings.Cut(p.FullName, " ")
				assert.Equal(t, father, own)
			}
		}
		for _, s := range p.Spouses {
			if spouse, ok := byName[s]; ok && spouse.Residence == p.Residence {
				couples++
				assert.Equal(t, []string{p.FullName}, spouse.Spouses)
			}
		}
	}
	assert.Greater(t, children, 100)
	assert.Greater(t, couples, 300)
}

func TestSeeds(t *testing.T) {
	assert.Equal(t, MakeUp("1", 50), MakeUp("1", 50))
	assert.Equal(t, MakeUp("1", 50), MakeUp("1", 300)[:50], "the first are the same whatever the count")
	assert.NotEqual(t, MakeUp("1", 50), MakeUp("2", 50))
	assert.Empty(t, MakeUp("1", 0))
}
